package dev.tocsin.config;

import dev.tocsin.core.PromDuration;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.web.MetricStatistic;
import dev.tocsin.web.Panel;
import dev.tocsin.web.Panel.Query.Source;
import dev.tocsin.web.Statistic;
import dev.tocsin.web.Variable;
import dev.tocsin.web.Variables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the queries of one panel: PromQL, or a metric with a statistic and a period. Immutable. */
final class PanelQueryReader {
    private static final Set<String> KEYS =
            Set.of("expr", "metric", "labels", "by", "statistic", "period", "legend", "unit");
    /** Those that mean nothing beside {@code expr}. */
    private static final List<String> OF_METRICS = List.of("metric", "labels", "by", "statistic", "period");

    private static final String LABEL_NAME = "[a-zA-Z_][a-zA-Z0-9_]*";
    private static final String DEFAULT_PERIOD = "1m";
    /** In it, {@code $name} may be a group of a regular expression. */
    private static final String NAMES_GROUPS = "label_replace";

    private final Variables variables;
    private final @Nullable YamlNode statistic;
    private final @Nullable YamlNode period;

    /**
     * @param statistic the panel's, for queries that have none of their own
     * @param period likewise
     */
    PanelQueryReader(Variables variables, @Nullable YamlNode statistic, @Nullable YamlNode period) {
        this.variables = variables;
        this.statistic = statistic;
        this.period = period;
    }

    Panel.Query read(YamlNode node) throws ConfigException {
        if (node.isScalar()) {
            return new Panel.Query(expr(node, variables), "");
        }
        Map<String, YamlNode> keys = node.asMap(KEYS);
        YamlNode expr = keys.get("expr");
        YamlNode metric = keys.get("metric");
        Source source;
        if (expr != null) {
            for (String key : OF_METRICS) {
                if (keys.containsKey(key)) {
                    throw keys.get(key).error("goes with metric, not with expr: leave one of the two out");
                }
            }
            source = new Source.Expression(expr(expr, variables));
        } else if (metric != null) {
            source = new Source.OfMetric(ofMetric(metric, keys));
        } else {
            throw node.error("a query needs expr (PromQL), or metric with statistic and period");
        }
        YamlNode unit = keys.get("unit");
        return new Panel.Query(
                source,
                PanelReader.string(keys.get("legend"), ""),
                unit == null ? Optional.empty() : Optional.of(PanelReader.unit(unit)));
    }

    /** An expression that can be read once its variables are filled in. */
    static String expr(YamlNode node, Variables variables) throws ConfigException {
        String text = node.asString().strip();
        if (!text.contains(NAMES_GROUPS)) {
            references(node, text, variables);
        }
        try {
            Promql.parse(variables.example(text));
            return text;
        } catch (PromqlException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    private static void references(YamlNode node, String text, Variables variables) throws ConfigException {
        for (String name : Variables.references(text)) {
            if (variables.find(name).isEmpty()) {
                List<String> known =
                        variables.list().stream().map(Variable::name).toList();
                throw node.error("there is no variable \"" + name + "\" above; "
                        + (known.isEmpty()
                                ? "variables are listed under the dashboard's key variables"
                                : Suggestion.of(name, known)));
            }
        }
    }

    private MetricStatistic ofMetric(YamlNode metric, Map<String, YamlNode> keys) throws ConfigException {
        String name = metric.asString().strip();
        if (name.isEmpty() || name.contains("$")) {
            throw metric.error("expected a metric's name, found \"" + name + "\"; a variable may stand in labels");
        }
        String known = name.replaceAll("[^a-zA-Z0-9_:]", "_");
        return new MetricStatistic(
                Character.isDigit(known.charAt(0)) ? "_" + known : known,
                labels(keys.get("labels")),
                by(keys.get("by")),
                period(keys.getOrDefault("period", period)),
                statistic(keys.getOrDefault("statistic", statistic)));
    }

    private Map<String, List<String>> labels(@Nullable YamlNode node) throws ConfigException {
        Map<String, List<String>> labels = new TreeMap<>();
        for (Map.Entry<String, YamlNode> each : (node == null ? Map.<String, YamlNode>of() : node.asMap()).entrySet()) {
            YamlNode value = each.getValue();
            List<String> values = new ArrayList<>();
            for (YamlNode one : value.isList() ? value.asList() : List.of(value)) {
                references(one, one.asString(), variables);
                values.add(one.asString());
            }
            if (values.isEmpty()) {
                throw value.error("expected a value, or several in a list");
            }
            labels.put(labelName(value, each.getKey()), values);
        }
        return labels;
    }

    private static Optional<List<String>> by(@Nullable YamlNode node) throws ConfigException {
        if (node == null) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        for (YamlNode each : node.asList()) {
            names.add(labelName(each, each.asString()));
        }
        return Optional.of(names);
    }

    private static String labelName(YamlNode node, String name) throws ConfigException {
        if (!name.matches(LABEL_NAME)) {
            throw node.error("\"" + name + "\" is no valid label name");
        }
        return name;
    }

    private String period(@Nullable YamlNode node) throws ConfigException {
        if (node == null) {
            return DEFAULT_PERIOD;
        }
        String text = node.asString().strip();
        references(node, text, variables);
        String example = variables.example(text);
        try {
            // CloudWatch's periods are plain seconds.
            String duration = example.matches("\\d{1,9}") ? example + "s" : example;
            if (PromDuration.parseMillis(duration) <= 0) {
                throw node.error("a period is longer than 0");
            }
            return example.equals(text) ? duration : text;
        } catch (IllegalArgumentException e) {
            throw node.error("expected a duration like 5m, or seconds, found \"" + text + "\"");
        }
    }

    private static Statistic statistic(@Nullable YamlNode node) throws ConfigException {
        if (node == null) {
            return new Statistic(Statistic.Kind.AVERAGE, "");
        }
        String text = node.asString();
        return Statistic.of(text).orElseThrow(() -> node.error("\"" + text + "\" is not one of " + Statistic.KNOWN));
    }
}
