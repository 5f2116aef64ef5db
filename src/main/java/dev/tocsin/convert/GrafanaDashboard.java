package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A dashboard in Grafana's JSON, turned into one of ours: the panel kinds that both have, their PromQL, legends, units,
 * scales and thresholds, and the variables. What was skipped is said in comments. Confined to one thread.
 *
 * @see <a href="https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/">JSON model</a>
 */
final class GrafanaDashboard {
    private static final int MOST_COLUMNS = 24;
    private static final int MOST_ROWS = 10_000;
    /** Theirs has 24 columns, ours 12. */
    private static final int COLUMNS_PER_COLUMN = 2;
    /** Three of their rows are as high as two of ours. */
    private static final int ROWS = 2;

    private static final int ROWS_OF_THEIRS = 3;

    private static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("ms", "ms"),
            Map.entry("s", "s"),
            Map.entry("bytes", "bytes"),
            Map.entry("decbytes", "bytes"),
            Map.entry("Bps", "bytes_per_second"),
            Map.entry("binBps", "bytes_per_second"),
            Map.entry("bps", "bits_per_second"),
            Map.entry("binbps", "bits_per_second"),
            Map.entry("currencyUSD", "usd"),
            Map.entry("dtdurations", "s"),
            Map.entry("wps", "ops"),
            Map.entry("rps", "ops"),
            Map.entry("iops", "ops"),
            Map.entry("percent", "percent"),
            Map.entry("percentunit", "ratio"),
            Map.entry("reqps", "ops"),
            Map.entry("ops", "ops"),
            Map.entry("cps", "ops"),
            Map.entry("short", "short"),
            Map.entry("none", "short"));

    private final GrafanaVariables variables;
    private final List<CommentedYaml> panels = new ArrayList<>();

    private GrafanaDashboard(GrafanaVariables variables) {
        this.variables = variables;
    }

    static CommentedYaml convert(Fields dashboard) throws ConfigException {
        GrafanaVariables variables = GrafanaVariables.of(dashboard);
        GrafanaDashboard converted = new GrafanaDashboard(variables);
        for (YamlNode panel : dashboard.items("panels")) {
            converted.add(Fields.of(panel));
        }
        CommentedYaml yaml = new CommentedYaml().put("title", dashboard.text("title", "Imported"));
        if (!variables.list().isEmpty()) {
            yaml.put("variables", variables.list());
        }
        yaml.put("panels", converted.panels);
        variables.notes().forEach(yaml::comment);
        for (YamlNode node : dashboard.fields("annotations").items("list")) {
            Fields annotation = Fields.of(node);
            if (!annotation.text("type", "").equals("dashboard")) {
                yaml.comment("the annotation " + annotation.text("name", "") + " has no equivalent: events and alerts"
                        + " are marked on every chart");
            }
        }
        if (!dashboard.items("links").isEmpty()) {
            yaml.comment("the dashboard's links have no equivalent");
        }
        return yaml;
    }

    private void add(Fields panel) throws ConfigException {
        if (panel.text("type", "").equals("row")) {
            for (YamlNode inner : panel.items("panels")) {
                add(Fields.of(inner));
            }
            return;
        }
        Set<String> notes = new LinkedHashSet<>();
        CommentedYaml converted = body(panel, notes);
        panel.text("title").ifPresent(title -> converted.put("title", variables.inText(title)));
        notes.forEach(converted::comment);
        panels.add(place(converted, panel.fields("gridPos")));
    }

    private CommentedYaml body(Fields panel, Set<String> notes) throws ConfigException {
        String type = panel.text("type", "");
        Optional<String> kind = kind(type, panel);
        if (kind.isEmpty()) {
            notes.add("a panel of type " + type + " has no equivalent");
            return text("*A Grafana panel of type " + type + " stood here; it has no equivalent.*");
        }
        if (kind.get().equals("text")) {
            return words(panel, notes);
        }
        if (kind.get().equals("alerts")) {
            return new CommentedYaml().put("kind", "alerts");
        }
        List<CommentedYaml> queries = queries(panel, kind.get(), notes);
        if (queries.isEmpty()) {
            return text("*None of this panel's queries has an equivalent.*");
        }
        CommentedYaml converted = new CommentedYaml().put("kind", kind.get()).put("queries", queries);
        Fields defaults = panel.fields("fieldConfig").fields("defaults");
        unit(defaults, notes).ifPresent(unit -> converted.put("unit", unit));
        for (String end : List.of("min", "max")) {
            Optional<YamlNode> value = kind.get().equals("gauge") ? defaults.node(end) : Optional.empty();
            if (value.isPresent()) {
                converted.put(end, value.get().asDouble());
            }
        }
        List<CommentedYaml> thresholds = GrafanaThresholds.convert(defaults, notes);
        if (!thresholds.isEmpty()) {
            converted.put("thresholds", thresholds);
        }
        skipped(panel, notes);
        return converted;
    }

    private CommentedYaml words(Fields panel, Set<String> notes) throws ConfigException {
        Fields options = panel.fields("options");
        if (options.text("mode", panel.text("mode", "markdown")).equals("html")) {
            notes.add("HTML is shown as text");
        }
        return text(variables.inText(options.text("content", panel.text("content", ""))));
    }

    /** What changes how a panel looks, and is not taken over. */
    private static void skipped(Fields panel, Set<String> notes) throws ConfigException {
        if (!panel.items("transformations").isEmpty()) {
            notes.add("its transformations have no equivalent");
        }
        if (!panel.fields("fieldConfig").items("overrides").isEmpty()) {
            notes.add("its overrides for single series have no equivalent");
        }
        if (!panel.items("links").isEmpty()) {
            notes.add("its links have no equivalent");
        }
        for (String key : List.of("timeFrom", "timeShift")) {
            if (panel.has(key)) {
                notes.add("its own range (" + key + ") has no equivalent: the page's holds");
            }
        }
        if (panel.has("repeat")) {
            notes.add("it is not repeated for each value of " + panel.text("repeat", ""));
        }
        if (panel.has("alert")) {
            notes.add("its alert is not taken over: write a rule");
        }
    }

    private static Optional<String> kind(String type, Fields panel) throws ConfigException {
        return switch (type) {
            case "timeseries", "graph" -> Optional.of(isStacked(panel) ? "stacked" : "timeseries");
            case "stat", "singlestat" -> Optional.of("stat");
            case "gauge", "bargauge" -> Optional.of("gauge");
            case "heatmap" -> Optional.of("heatmap");
            case "table", "table-old" -> Optional.of("table");
            case "text" -> Optional.of("text");
            case "alertlist" -> Optional.of("alerts");
            default -> Optional.empty();
        };
    }

    private static boolean isStacked(Fields panel) throws ConfigException {
        String mode = panel.fields("fieldConfig")
                .fields("defaults")
                .fields("custom")
                .fields("stacking")
                .text("mode", "none");
        return panel.isTrue("stack", false) || !mode.equals("none");
    }

    private List<CommentedYaml> queries(Fields panel, String kind, Set<String> notes) throws ConfigException {
        List<CommentedYaml> queries = new ArrayList<>();
        for (YamlNode node : panel.items("targets")) {
            Fields target = Fields.of(node);
            String name = "the query " + target.text("refId", "");
            String written = target.text("expr", "");
            String expr = variables.inQuery(kind.equals("heatmap") ? distributions(written, notes) : written);
            List<String> unknown = expr.contains("label_replace") ? List.of() : variables.unknown(expr);
            if (expr.isBlank()) {
                notes.add(name + " is not PromQL");
            } else if (!unknown.isEmpty()) {
                notes.add(
                        name + " names the variable " + unknown.getFirst() + ", which the dashboard has not: " + expr);
            } else if (!GrafanaVariables.isPromql(variables.example(expr))) {
                notes.add(name + " can't be read as PromQL: " + expr);
            } else if (kind.equals("heatmap") && !queries.isEmpty()) {
                notes.add(name + " is left out: a heatmap has one");
            } else if (!target.isTrue("hide", false)) {
                CommentedYaml converted = new CommentedYaml().put("expr", expr);
                String legend = target.text("legendFormat", "");
                if (!legend.isEmpty() && !legend.equals("__auto")) {
                    converted.put("legend", variables.inText(legend).replaceAll("\\{\\{\\s*(\\w+)\\s*}}", "{{$1}}"));
                }
                queries.add(converted);
            }
        }
        return queries;
    }

    /** Buckets of a classic histogram, parted by {@code le}, are one distribution here. */
    private static String distributions(String expr, Set<String> notes) {
        String merged = expr.replaceAll("\\bby\\s*\\(\\s*le\\s*\\)", "").replaceAll("(\\w+)_bucket\\b", "$1");
        if (!merged.equals(expr)) {
            notes.add("the buckets are taken for the distribution itself: " + expr);
        }
        return merged.strip();
    }

    private static Optional<String> unit(Fields defaults, Set<String> notes) throws ConfigException {
        Optional<String> unit = defaults.text("unit");
        if (unit.isPresent() && !UNITS.containsKey(unit.get())) {
            notes.add("the unit " + unit.get() + " has no equivalent");
        }
        return unit.map(UNITS::get);
    }

    private static CommentedYaml text(String markdown) {
        return new CommentedYaml().put("kind", "text").put("text", markdown);
    }

    private static CommentedYaml place(CommentedYaml panel, Fields at) throws ConfigException {
        int width = Math.max(1, at.whole("w", 1, MOST_COLUMNS, MOST_COLUMNS / 2) / COLUMNS_PER_COLUMN);
        int x = at.whole("x", 0, MOST_COLUMNS - 1, 0) / COLUMNS_PER_COLUMN;
        panel.put("x", Math.min(MOST_COLUMNS / COLUMNS_PER_COLUMN - width, x));
        int height = at.whole("h", 1, MOST_ROWS, 8);
        if (!at.has("y")) {
            return panel.put("width", width).put("height", Math.max(1, row(height)));
        }
        int y = at.whole("y", 0, MOST_ROWS, 0);
        return panel.put("y", row(y)).put("width", width).put("height", Math.max(1, row(y + height) - row(y)));
    }

    private static int row(int theirs) {
        return theirs * ROWS / ROWS_OF_THEIRS;
    }
}
