package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.template.HtmlEscaping;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The templates of one notification, filled in. A template that fails is counted, logged, and something plain stands in
 * its place: a page with a poor text is better than none. For one thread at a time.
 */
final class Filling {
    private static final System.Logger LOG = System.getLogger(Filling.class.getName());

    private final Notification notification;
    private final String externalUrl;
    private final Instant now;
    private final Runnable failures;
    private @Nullable MessageContext context;

    /**
     * @param now when the notification leaves
     * @param failures run for each template that fails
     */
    Filling(Notification notification, String externalUrl, Instant now, Runnable failures) {
        this.notification = notification;
        this.externalUrl = externalUrl;
        this.now = now;
        this.failures = failures;
    }

    /** What the templates see; made when first asked for. */
    MessageContext context() {
        MessageContext known = context;
        if (known == null) {
            known = MessageContext.of(notification, externalUrl, now);
            context = known;
        }
        return known;
    }

    Instant now() {
        return now;
    }

    /** The text; {@link MessageContext#plainText} where it fails. */
    String text(MessageTemplate template) {
        return text(template, context().plainText());
    }

    /** @param instead where it fails */
    String text(MessageTemplate template, String instead) {
        try {
            return template.text(context(), now);
        } catch (RuntimeException | StackOverflowError e) {
            return failed(template, e, instead);
        }
    }

    /** A secret, which may be a template too where Alertmanager takes one; nothing in place of one that fails. */
    String secret(String secret) {
        return secret.contains("{{") ? text(MessageTemplates.BUILT_IN.compile("secret", secret), "") : secret;
    }

    /** Each value filled in; nothing in place of one that fails. */
    Map<String, String> texts(Map<String, MessageTemplate> templates) {
        Map<String, String> texts = new LinkedHashMap<>();
        templates.forEach((key, template) -> texts.put(key, text(template, "")));
        return texts;
    }

    /** As HTML; the plain text, escaped, where it fails. */
    String html(MessageTemplate template) {
        try {
            return template.html(context(), now);
        } catch (RuntimeException | StackOverflowError e) {
            return failed(template, e, HtmlEscaping.html(context().plainText()));
        }
    }

    private String failed(MessageTemplate template, Throwable e, String instead) {
        failures.run();
        LOG.log(
                System.Logger.Level.WARNING,
                notification.integration() + ": a template failed, a plain text goes out instead: " + e.getMessage()
                        + " in " + Texts.truncated(template.source(), 100));
        return instead;
    }
}
