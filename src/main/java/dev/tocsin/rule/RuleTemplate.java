package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.template.Struct;
import dev.tocsin.template.Template;
import dev.tocsin.template.TemplateException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The template of an alert's label or annotation: Go's language, Prometheus' functions, and its variables
 * {@code $labels}, {@code $value}, {@code $externalLabels}, {@code $externalURL}. Immutable; safe from any thread.
 */
public final class RuleTemplate {
    private static final Set<String> VARIABLES = Set.of("$labels", "$externalLabels", "$externalURL", "$value");

    private final String name;
    private final Template template;
    private final @Nullable String constantText;
    private final boolean queries;

    private RuleTemplate(String name, Template template) {
        this.name = name;
        this.template = template;
        this.constantText = template.constantText();
        this.queries = template.calls("query") || template.calls("now");
    }

    /**
     * @param alert the alert's name, told in errors
     * @throws TemplateException where it cannot be parsed, with its position
     */
    public static RuleTemplate parse(String alert, String text) {
        String name = "__alert_" + alert;
        return new RuleTemplate(name, Template.parse(name, text, PrometheusFunctions.NAMES, VARIABLES));
    }

    /** As written. */
    public String text() {
        return template.text();
    }

    /** Whether it says the same for every sample. */
    public boolean isConstant() {
        return constantText != null;
    }

    /** Whether it may say something else for the same sample at another time. */
    boolean dependsOnTime() {
        return queries;
    }

    /** The text for one sample; where it fails, Prometheus' {@code <error expanding template: …>}, and it is counted. */
    String expand(Context context) {
        if (constantText != null) {
            return constantText;
        }
        try {
            return template.render(context, context.variables(), PrometheusFunctions.of(context));
        } catch (RuntimeException | StackOverflowError e) {
            // Better an alert without description than no alert.
            context.failures().run();
            return "<error expanding template: error executing template " + name + ": "
                    + (e instanceof TemplateException ? e.getMessage() : e.toString()) + ">";
        }
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof RuleTemplate other && template.equals(other.template);
    }

    @Override
    public int hashCode() {
        return template.hashCode();
    }

    @Override
    public String toString() {
        return template.text();
    }

    /**
     * What a template may say something about.
     *
     * @param labels of the sample
     * @param value of the sample: {@link Double}, or a distribution
     * @param failures run where a template fails
     */
    record Context(
            Labels labels, Object value, RuleSettings settings, long timeMillis, RuleQueries queries, Runnable failures)
            implements Struct {
        Map<String, Object> variables() {
            return Map.of(
                    "$labels",
                    labels,
                    "$externalLabels",
                    settings.externalLabels(),
                    "$externalURL",
                    settings.externalUrl(),
                    "$value",
                    value);
        }

        @Override
        public @Nullable Object member(String name, List<Object> arguments) {
            return switch (name) {
                case "Labels" -> labels;
                case "ExternalLabels" -> settings.externalLabels();
                case "ExternalURL" -> settings.externalUrl();
                case "Value" -> value;
                default -> null;
            };
        }

        @Override
        public String typeName() {
            return "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string;"
                    + " Value interface {} }";
        }

        @Override
        public String toString() {
            return "{" + labels + " " + settings.externalLabels() + " " + settings.externalUrl() + " " + value + "}";
        }
    }
}
