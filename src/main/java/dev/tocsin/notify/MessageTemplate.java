package dev.tocsin.notify;

import dev.tocsin.template.HtmlEscaping;
import dev.tocsin.template.Output;
import dev.tocsin.template.Template;
import dev.tocsin.template.TemplateException;
import dev.tocsin.template.TemplateLibrary;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The template of one key of one integration, and those it calls. Immutable; equal where it says the same. */
public final class MessageTemplate {
    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_STEPS = 1_000_000;
    private static final Output TEXT = new Output(MAX_CHARACTERS, MAX_STEPS, (value, before) -> value);
    private static final Output HTML = new Output(MAX_CHARACTERS, MAX_STEPS, new HtmlEscaping());

    private final Template template;
    private final TemplateLibrary library;

    MessageTemplate(Template template, TemplateLibrary library) {
        this.template = template;
        this.library = library;
    }

    /** The names of templates that it calls, however indirectly, and that nothing defines. */
    public Set<String> missing() {
        return template.missing(library);
    }

    /** As written. */
    public String source() {
        return template.text();
    }

    /** @throws TemplateException where it fails */
    String text(MessageContext context, Instant now) {
        return template.render(context, AlertmanagerFunctions.at(now), library, TEXT);
    }

    /**
     * As part of an HTML page: what comes from alerts is escaped.
     *
     * @throws TemplateException where it fails
     */
    String html(MessageContext context, Instant now) {
        return template.render(context, AlertmanagerFunctions.at(now), library, HTML);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof MessageTemplate other && template.equals(other.template) && library.equals(other.library);
    }

    @Override
    public int hashCode() {
        return template.hashCode();
    }

    @Override
    public String toString() {
        return template.text();
    }
}
