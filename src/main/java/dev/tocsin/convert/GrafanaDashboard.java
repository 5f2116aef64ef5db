package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.YamlNode;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A dashboard in Grafana's JSON, turned into one of ours: the panel kinds that both have, their PromQL, units and
 * thresholds. Variables stand for the value that was chosen when it was saved. Confined to one thread.
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
        CommentedYaml yaml = new CommentedYaml()
                .put("title", dashboard.text("title", "Imported"))
                .put("panels", converted.panels);
        variables.notes().forEach(yaml::comment);
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
        Optional<String> kind = kind(type, panel, notes);
        if (kind.isEmpty()) {
            notes.add("a panel of type " + type + " has no equivalent");
            return text("*A Grafana panel of type " + type + " stood here; it has no equivalent.*");
        }
        if (kind.get().equals("text")) {
            return text(panel.fields("options").text("content", panel.text("content", "")));
        }
        if (kind.get().equals("alerts")) {
            return new CommentedYaml().put("kind", "alerts");
        }
        List<CommentedYaml> queries = queries(panel, notes);
        if (queries.isEmpty()) {
            return text("*None of this panel's queries has an equivalent.*");
        }
        CommentedYaml converted = new CommentedYaml().put("kind", kind.get()).put("queries", queries);
        Fields defaults = panel.fields("fieldConfig").fields("defaults");
        unit(defaults, notes).ifPresent(unit -> converted.put("unit", unit));
        List<CommentedYaml> thresholds = thresholds(defaults);
        if (!thresholds.isEmpty()) {
            converted.put("thresholds", thresholds);
        }
        return converted;
    }

    private static Optional<String> kind(String type, Fields panel, Set<String> notes) throws ConfigException {
        return switch (type) {
            case "timeseries", "graph" -> Optional.of(isStacked(panel) ? "stacked" : "timeseries");
            case "stat", "singlestat" -> Optional.of("stat");
            case "gauge", "bargauge" -> {
                notes.add("a " + type + " there is a number here");
                yield Optional.of("stat");
            }
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

    private List<CommentedYaml> queries(Fields panel, Set<String> notes) throws ConfigException {
        List<CommentedYaml> queries = new ArrayList<>();
        for (YamlNode node : panel.items("targets")) {
            Fields target = Fields.of(node);
            String expr = variables.inQuery(target.text("expr", ""));
            if (expr.isBlank()) {
                notes.add("the query " + target.text("refId", "") + " is not PromQL");
            } else if (!isPromql(expr)) {
                notes.add("the query " + target.text("refId", "") + " can't be read as PromQL: " + expr);
            } else if (!target.isTrue("hide", false)) {
                Map<String, String> query = new LinkedHashMap<>();
                query.put("expr", expr);
                String legend = target.text("legendFormat", "");
                if (!legend.isEmpty() && !legend.equals("__auto")) {
                    query.put("legend", variables.inText(legend).replaceAll("\\{\\{\\s*(\\w+)\\s*}}", "{{$1}}"));
                }
                CommentedYaml converted = new CommentedYaml();
                query.forEach(converted::put);
                queries.add(converted);
            }
        }
        return queries;
    }

    private static boolean isPromql(String expr) {
        try {
            Promql.parse(expr);
            return true;
        } catch (PromqlException e) {
            return false;
        }
    }

    private static Optional<String> unit(Fields defaults, Set<String> notes) throws ConfigException {
        Optional<String> unit = defaults.text("unit");
        if (unit.isPresent() && !UNITS.containsKey(unit.get())) {
            notes.add("the unit " + unit.get() + " has no equivalent");
        }
        return unit.map(UNITS::get);
    }

    /** The lowest step has no value: it is what all is well looks like. */
    private static List<CommentedYaml> thresholds(Fields defaults) throws ConfigException {
        List<CommentedYaml> thresholds = new ArrayList<>();
        for (YamlNode node : defaults.fields("thresholds").items("steps")) {
            Fields step = Fields.of(node);
            Optional<YamlNode> value = step.node("value");
            if (value.isPresent()
                    && defaults.fields("thresholds").text("mode", "absolute").equals("absolute")) {
                String severity = step.text("color", "").contains("red") ? "critical" : "warning";
                thresholds.add(
                        new CommentedYaml().put("value", value.get().asDouble()).put("severity", severity));
            }
        }
        return thresholds;
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
