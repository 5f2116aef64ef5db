package dev.tocsin.config;

import dev.tocsin.core.Labels;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.rule.Datapoints;
import dev.tocsin.rule.MissingPolicy;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.RuleTemplate;
import dev.tocsin.template.TemplateException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One rule of a file. Used by one thread, once. */
final class RuleReader {
    private static final Set<String> KEYS = Set.of(
            "record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations", "missing", "datapoints");
    private static final Pattern METRIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private static final Pattern DATAPOINTS = Pattern.compile("([0-9]{1,3}) +of +([0-9]{1,3})");

    private final String fileText;
    private final Map<String, YamlNode> groupLabels;
    private int problemsBefore;

    RuleReader(String fileText, Map<String, YamlNode> groupLabels) {
        this.fileText = fileText;
        this.groupLabels = groupLabels;
    }

    /**
     * The rule, or null where anything is wrong with it.
     *
     * @param problems where what is wrong is added
     */
    @Nullable
    Rule read(YamlNode node, List<ConfigException> problems) throws ConfigException {
        problemsBefore = problems.size();
        Map<String, YamlNode> keys = node.asMap(KEYS);
        String alert = text(keys.get("alert"));
        String record = text(keys.get("record"));
        if (alert.isEmpty() == record.isEmpty()) {
            throw node.error(alert.isEmpty() ? "a rule needs alert or record" : "a rule is alert or record, not both");
        }
        Expr expr = collect(problems, () -> expression(node, keys.get("expr")));
        Map<String, YamlNode> labels = new TreeMap<>(groupLabels);
        collect(problems, () -> {
            YamlNode own = keys.get("labels");
            labels.putAll(own == null ? Map.of() : labels(own));
            return true;
        });
        return alert.isEmpty()
                ? recording(node, record, expr, labels, keys, problems)
                : alerting(node, alert, expr, labels, keys, problems);
    }

    private interface Reading<T> {
        T get() throws ConfigException;
    }

    private static <T> @Nullable T collect(List<ConfigException> problems, Reading<T> reading) {
        try {
            return reading.get();
        } catch (ConfigException e) {
            problems.add(e);
            return null;
        }
    }

    private @Nullable Rule recording(
            YamlNode node,
            String name,
            @Nullable Expr expr,
            Map<String, YamlNode> labels,
            Map<String, YamlNode> keys,
            List<ConfigException> problems) {
        collect(problems, () -> {
            YamlNode record = keys.getOrDefault("record", node);
            if (!METRIC_NAME.matcher(name).matches()) {
                throw record.error("\"" + name + "\" is no valid metric name");
            }
            refuse(millis(keys.get("for")) > 0, keys, "for");
            refuse(millis(keys.get("keep_firing_for")) > 0, keys, "keep_firing_for");
            refuse(keys.containsKey("missing"), keys, "missing");
            refuse(keys.containsKey("datapoints"), keys, "datapoints");
            YamlNode annotations = keys.get("annotations");
            refuse(annotations != null && !annotations.asMap().isEmpty(), keys, "annotations");
            return true;
        });
        Map<String, String> values = new LinkedHashMap<>();
        labels.forEach((label, value) -> collect(problems, () -> values.put(label, value.asString())));
        return expr == null || problems.size() > problemsBefore
                ? null
                : new Rule.RecordRule(name, expr, values, node.line());
    }

    private static void refuse(boolean given, Map<String, YamlNode> keys, String key) throws ConfigException {
        YamlNode node = keys.get(key);
        if (given && node != null) {
            throw node.error("a recording rule has no " + key);
        }
    }

    private @Nullable Rule alerting(
            YamlNode node,
            String name,
            @Nullable Expr expr,
            Map<String, YamlNode> labels,
            Map<String, YamlNode> keys,
            List<ConfigException> problems) {
        Long forMillis = collect(problems, () -> millis(keys.get("for")));
        Long keepMillis = collect(problems, () -> millis(keys.get("keep_firing_for")));
        Datapoints datapoints = collect(problems, () -> datapoints(keys.get("datapoints")));
        MissingPolicy missing = collect(problems, () -> missing(keys.get("missing")));
        Map<String, RuleTemplate> labelTemplates = templates(name, labels, problems);
        Map<String, YamlNode> annotations = new LinkedHashMap<>();
        collect(problems, () -> {
            YamlNode given = keys.get("annotations");
            for (Map.Entry<String, YamlNode> e : given == null
                    ? Set.<Map.Entry<String, YamlNode>>of()
                    : given.asMap().entrySet()) {
                if (!LABEL_NAME.matcher(e.getKey()).matches()) {
                    throw e.getValue().error("\"" + e.getKey() + "\" is no valid annotation name");
                }
                annotations.put(e.getKey(), e.getValue());
            }
            return true;
        });
        Map<String, RuleTemplate> annotationTemplates = templates(name, annotations, problems);
        if (expr == null
                || forMillis == null
                || keepMillis == null
                || datapoints == null
                || missing == null
                || problems.size() > problemsBefore) {
            return null;
        }
        return new Rule.AlertRule(
                name,
                expr,
                forMillis,
                keepMillis,
                datapoints,
                missing,
                labelTemplates,
                annotationTemplates,
                node.line());
    }

    private Map<String, RuleTemplate> templates(
            String alert, Map<String, YamlNode> nodes, List<ConfigException> problems) {
        Map<String, RuleTemplate> templates = new LinkedHashMap<>();
        nodes.forEach((name, node) -> {
            RuleTemplate template = collect(problems, () -> template(alert, node));
            if (template != null) {
                templates.put(name, template);
            }
        });
        return templates;
    }

    private RuleTemplate template(String alert, YamlNode node) throws ConfigException {
        try {
            return RuleTemplate.parse(alert, node.asString());
        } catch (TemplateException e) {
            throw node.errorAt(fileText, e.offset(), "template: " + e.reason());
        }
    }

    private Expr expression(YamlNode rule, @Nullable YamlNode node) throws ConfigException {
        if (node == null || node.asString().isBlank()) {
            throw rule.error("a rule needs expr");
        }
        try {
            return Promql.parse(node.asString());
        } catch (PromqlException e) {
            String message = String.valueOf(e.getMessage());
            String place = e.line() + ":" + e.column() + ": ";
            String reason = message.startsWith(place) ? message.substring(place.length()) : message;
            throw node.errorAt(fileText, e.position(), reason);
        }
    }

    /** Label names and where their values stand, checked. */
    static Map<String, YamlNode> labels(YamlNode node) throws ConfigException {
        Map<String, YamlNode> labels = node.asMap();
        for (Map.Entry<String, YamlNode> label : labels.entrySet()) {
            if (!LABEL_NAME.matcher(label.getKey()).matches() || label.getKey().equals(Labels.NAME)) {
                throw label.getValue().error("\"" + label.getKey() + "\" is no valid label name");
            }
            if (!label.getValue().isScalar() && !label.getValue().isNull()) {
                throw label.getValue().error("a label's value must be text");
            }
        }
        return labels;
    }

    /** Empty where there is no such key, or nothing behind it. */
    static String text(@Nullable YamlNode node) throws ConfigException {
        return node == null ? "" : node.asString();
    }

    /** A duration in milliseconds; 0 where there is no such key, or nothing behind it. */
    static long millis(@Nullable YamlNode node) throws ConfigException {
        return node == null || node.isNull() ? 0 : node.asDuration().toMillis();
    }

    private static Datapoints datapoints(@Nullable YamlNode node) throws ConfigException {
        if (node == null) {
            return Datapoints.NEWEST;
        }
        Matcher matcher = DATAPOINTS.matcher(node.asString());
        try {
            if (matcher.matches()) {
                return new Datapoints(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
            }
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
        throw node.error("expected M of N, like 3 of 5, found \"" + node.asString() + "\"");
    }

    private static MissingPolicy missing(@Nullable YamlNode node) throws ConfigException {
        if (node == null) {
            return MissingPolicy.HOLD;
        }
        return switch (node.asString()) {
            case "hold" -> MissingPolicy.HOLD;
            case "ok" -> MissingPolicy.OK;
            case "alert" -> MissingPolicy.ALERT;
            default -> throw node.error("expected hold, ok or alert, found \"" + node.asString() + "\"");
        };
    }
}
