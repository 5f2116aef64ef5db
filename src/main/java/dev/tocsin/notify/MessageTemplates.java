package dev.tocsin.notify;

import dev.tocsin.template.Template;
import dev.tocsin.template.TemplateException;
import dev.tocsin.template.TemplateLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

/**
 * The named templates that messages are made of: those that come with Tocsin, under Alertmanager's names, and those of the
 * files of {@code templates}. Immutable.
 */
public final class MessageTemplates {
    /** What comes with Tocsin. */
    public static final MessageTemplates BUILT_IN = builtIn("default.tmpl", "email.tmpl");

    private final TemplateLibrary library;

    private MessageTemplates(TemplateLibrary library) {
        this.library = library;
    }

    private static MessageTemplates builtIn(String... files) {
        MessageTemplates all = new MessageTemplates(TemplateLibrary.EMPTY);
        for (String file : files) {
            try (InputStream in = Objects.requireNonNull(
                    MessageTemplates.class.getResourceAsStream("/notify/" + file), "the jar has no notify/" + file)) {
                all = all.with(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all;
    }

    /**
     * These and the ones that a file defines, which take the place of those with the same names.
     *
     * @param file told in errors
     * @throws TemplateException where it can't be parsed
     */
    public MessageTemplates with(String file, String text) {
        return new MessageTemplates(library.with(Template.parse(file, text, AlertmanagerFunctions.NAMES, Set.of())));
    }

    /**
     * A key's own text as a template that may call these.
     *
     * @param key told in errors
     * @throws TemplateException where it can't be parsed
     */
    public MessageTemplate compile(String key, String text) {
        return new MessageTemplate(Template.parse(key, text, AlertmanagerFunctions.NAMES, Set.of()), library);
    }
}
