package dev.tocsin.web;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** What a dashboard asks, in the order of its panels, each once. No state. */
final class DashboardQueries {
    private DashboardQueries() {}

    /**
     * Without those of metrics of which nothing is known yet.
     *
     * @param chosen the value of a variable, by its name; null where none was given
     * @throws ApiError where a query refers to a variable that has no value
     */
    static List<String> of(Dashboard dashboard, MetricKinds kinds, Function<String, @Nullable String> chosen) {
        Set<String> queries = new LinkedHashSet<>();
        for (Panel panel : dashboard.panels()) {
            for (Panel.Query query : panel.queries()) {
                text(query.source(), kinds).ifPresent(text -> queries.add(filled(text, chosen)));
            }
        }
        return List.copyOf(queries);
    }

    private static Optional<String> text(Panel.Query.Source source, MetricKinds kinds) {
        return switch (source) {
            case Panel.Query.Source.Expression expression -> Optional.of(expression.text());
            case Panel.Query.Source.OfMetric ofMetric ->
                kinds.of(ofMetric.statistic().metric()).map(ofMetric.statistic()::expression);
        };
    }

    private static String filled(String text, Function<String, @Nullable String> chosen) {
        return Variables.REFERENCE.matcher(text).replaceAll(found -> {
            String name = Variables.name(found);
            String value = chosen.apply(name);
            if (value == null) {
                throw new ApiError(
                        ApiError.Type.BAD_DATA,
                        "this dashboard has a variable " + name + ": add " + name + "=… to the address");
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
