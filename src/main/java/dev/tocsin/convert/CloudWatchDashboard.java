package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A CloudWatch dashboard's body, turned into one of ours. Confined to one thread. */
final class CloudWatchDashboard {
    /** Theirs has 24 columns, ours 12. */
    private static final int COLUMNS_PER_COLUMN = 2;

    private static final int DEFAULT_PERIOD_SECONDS = 300;
    private static final int MOST_SECONDS = 30 * 86_400;
    private static final int MOST_ROWS = 1_000;
    /** What a panel has no equivalent of, and loses little by. */
    private static final Set<String> UNSAID = Set.of(
            "region", "liveData", "timezone", "setPeriodToTimeRange", "legend", "trend", "sparkline", "accountId");

    private static final Set<String> KNOWN =
            Set.of("metrics", "view", "stacked", "title", "period", "stat", "annotations", "markdown");

    private CloudWatchDashboard() {}

    /** @param body of the dashboard, parsed as YAML, which JSON is */
    static CommentedYaml convert(String title, YamlNode body) throws ConfigException {
        List<CommentedYaml> panels = new ArrayList<>();
        Fields fields = Fields.of(body);
        if (!fields.has("widgets")) {
            throw body.error("a dashboard's body has widgets");
        }
        for (YamlNode widget : fields.items("widgets")) {
            panels.add(panel(Fields.of(widget)));
        }
        return new CommentedYaml().put("title", title).put("panels", panels);
    }

    private static CommentedYaml panel(Fields widget) throws ConfigException {
        Fields properties = widget.fields("properties");
        String type = widget.text("type", "metric");
        CommentedYaml panel = switch (type) {
            case "metric" -> metrics(properties);
            case "text" -> text(properties.text("markdown", ""));
            case "alarm" -> new CommentedYaml().put("kind", "alerts");
            default ->
                text("*A CloudWatch widget of type " + type + " stood here; it has no equivalent.*")
                        .comment("a widget of type " + type + " has no equivalent");
        };
        Optional<String> title = properties.text("title");
        title.ifPresent(text -> panel.put("title", text));
        return place(panel, widget);
    }

    private static CommentedYaml place(CommentedYaml panel, Fields widget) throws ConfigException {
        int width = Math.max(1, widget.whole("width", 1, 24, 12) / COLUMNS_PER_COLUMN);
        if (widget.has("x")) {
            panel.put("x", Math.min(12 - width, widget.whole("x", 0, 23, 0) / COLUMNS_PER_COLUMN));
        }
        if (widget.has("y")) {
            panel.put("y", widget.whole("y", 0, MOST_ROWS, 0));
        }
        return panel.put("width", width).put("height", widget.whole("height", 1, MOST_ROWS, 6));
    }

    private static CommentedYaml text(String markdown) {
        return new CommentedYaml().put("kind", "text").put("text", markdown);
    }

    private static CommentedYaml metrics(Fields properties) throws ConfigException {
        Set<String> notes = new LinkedHashSet<>();
        List<MetricRows.Row> rows = MetricRows.expand(properties.items("metrics"));
        List<CommentedYaml> queries = queries(properties, rows, notes);
        CommentedYaml panel = new CommentedYaml();
        if (queries.isEmpty()) {
            panel = text("*None of this widget's metrics has an equivalent.*");
        } else {
            panel.put("kind", kind(properties, notes)).put("queries", queries);
            List<CommentedYaml> thresholds = thresholds(properties);
            if (!thresholds.isEmpty()) {
                panel.put("thresholds", thresholds);
            }
        }
        for (String key : properties.names()) {
            if (!KNOWN.contains(key) && !UNSAID.contains(key)) {
                notes.add(key + " has no equivalent");
            }
        }
        notes.forEach(panel::comment);
        return panel;
    }

    private static String kind(Fields properties, Set<String> notes) throws ConfigException {
        String view = properties.text("view", "timeSeries");
        return switch (view) {
            case "timeSeries" -> properties.isTrue("stacked", false) ? "stacked" : "timeseries";
            case "singleValue" -> "stat";
            case "table" -> "table";
            case "gauge" -> "gauge";
            default -> {
                notes.add("the view " + view + " has no equivalent: a table");
                yield "table";
            }
        };
    }

    private static List<CommentedYaml> queries(Fields properties, List<MetricRows.Row> rows, Set<String> notes)
            throws ConfigException {
        List<String> telling = MetricRows.telling(rows);
        Map<String, String> operands = new HashMap<>();
        List<CommentedYaml> queries = new ArrayList<>();
        for (MetricRows.Row row : rows) {
            Fields options = row.options();
            Optional<String> math = options.text("expression");
            Optional<String> expression;
            String title;
            if (math.isPresent()) {
                expression = MetricMath.expression(math.get(), operands);
                title = math.get();
                if (expression.isEmpty()) {
                    notes.add("the metric math " + title + " has no equivalent, or uses what stands below it");
                }
            } else {
                CloudWatchMetric metric = row.metric();
                String statistic = options.text("stat", properties.text("stat", "Average"));
                int common = properties.whole("period", 1, MOST_SECONDS, DEFAULT_PERIOD_SECONDS);
                Duration period = Duration.ofSeconds(options.whole("period", 1, MOST_SECONDS, common));
                expression = metric.expression(statistic, period, true);
                title = metric.title(telling);
                if (metric.isOfAws()) {
                    notes.add(metric.origin());
                }
                if (expression.isEmpty()) {
                    notes.add("the statistic " + statistic + " of " + metric.name() + " has no equivalent");
                }
                String id = options.text("id", "");
                metric.expression(statistic, period, false).ifPresent(operand -> operands.put(id, operand));
            }
            if (expression.isPresent() && options.isTrue("visible", true)) {
                queries.add(
                        new CommentedYaml().put("expr", expression.get()).put("legend", options.text("label", title)));
            }
        }
        return queries;
    }

    private static List<CommentedYaml> thresholds(Fields properties) throws ConfigException {
        List<CommentedYaml> thresholds = new ArrayList<>();
        for (YamlNode line : properties.fields("annotations").items("horizontal")) {
            Optional<YamlNode> value = line.isMap() ? Fields.of(line).node("value") : Optional.empty();
            if (value.isPresent()) {
                thresholds.add(new CommentedYaml().put("value", value.get().asDouble()));
            }
        }
        return thresholds;
    }
}
