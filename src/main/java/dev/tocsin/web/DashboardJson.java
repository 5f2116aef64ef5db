package dev.tocsin.web;

import dev.tocsin.web.Panel.Query.Source;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A dashboard as the page gets it. No state. */
final class DashboardJson {
    private DashboardJson() {}

    /** @param kinds what is known of metrics now */
    static JsonObject of(Dashboard dashboard, MetricKinds kinds) {
        JsonArray panels = new JsonArray();
        dashboard.panels().forEach(panel -> panels.add(panel(panel, kinds)));
        JsonArray variables = new JsonArray();
        dashboard.variables().list().forEach(variable -> variables.add(variable(variable)));
        return new JsonObject()
                .put("name", dashboard.name())
                .put("title", dashboard.title())
                .put("variables", variables)
                .put("panels", panels)
                .put("yaml", dashboard.text());
    }

    private static JsonObject panel(Panel panel, MetricKinds kinds) {
        JsonArray queries = new JsonArray();
        panel.queries().forEach(query -> queries.add(query(query, kinds)));
        JsonArray thresholds = new JsonArray();
        panel.thresholds()
                .forEach(threshold -> thresholds.add(new JsonObject()
                        .put("value", threshold.value())
                        .put("severity", word(threshold.severity()))
                        .put("below", threshold.below())));
        JsonObject json = new JsonObject()
                .put("title", panel.title())
                .put("kind", word(panel.kind()))
                .put("unit", word(panel.unit()))
                .put("queries", queries)
                .put("x", panel.x())
                .put("y", panel.y())
                .put("width", panel.width())
                .put("height", panel.height())
                .put("thresholds", thresholds)
                .put("text", panel.text())
                .put("push", panel.push());
        panel.scale().min().ifPresent(min -> json.put("min", min));
        panel.scale().max().ifPresent(max -> json.put("max", max));
        return json;
    }

    /** Without {@code expr}, but with {@code waitsFor}, where that depends on a metric of which nothing is known yet. */
    private static JsonObject query(Panel.Query query, MetricKinds kinds) {
        JsonObject json = new JsonObject().put("legend", query.legend());
        query.unit().ifPresent(unit -> json.put("unit", word(unit)));
        switch (query.source()) {
            case Source.Expression expression -> json.put("expr", expression.text());
            case Source.OfMetric ofMetric -> {
                MetricStatistic statistic = ofMetric.statistic();
                Optional<MetricKind> kind = kinds.of(statistic.metric());
                kind.ifPresentOrElse(
                        known -> json.put("expr", statistic.expression(known)),
                        () -> json.put("waitsFor", statistic.metric()));
            }
        }
        return json;
    }

    private static JsonObject variable(Variable variable) {
        JsonObject json = new JsonObject()
                .put("name", variable.name())
                .put("title", variable.title())
                .put("multi", variable.multi())
                .put("all", variable.all())
                .put("chosen", new JsonArray(variable.chosen()));
        return switch (variable.source()) {
            case Variable.Source.LabelValues(String label, String of, boolean isSelector) ->
                json.put("kind", "label").put("label", label).put("of", of).put("isSelector", isSelector);
            case Variable.Source.Fixed(List<String> values) ->
                json.put("kind", "values").put("values", new JsonArray(values));
            case Variable.Source.Intervals(List<String> values) ->
                json.put("kind", "intervals").put("values", new JsonArray(values));
        };
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
