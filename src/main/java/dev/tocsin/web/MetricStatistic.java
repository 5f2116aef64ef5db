package dev.tocsin.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A panel's query as CloudWatch asks it: a metric, its dimensions, a statistic and a period. The PromQL that means it
 * depends on the metric's kind, which is known once the metric has come in. Immutable.
 *
 * <p>Of a distribution each statistic is exact within its precision, over all series that are merged. Of a gauge it is
 * of the values that were kept, one a second at most; a percentile of several gauges is that of the highest. A counter
 * keeps no single samples: its sum and sample count are what it grew by, the others are of its rate per second.
 *
 * @param metric its name in PromQL
 * @param labels by name the values that are wanted, any of them; may hold variables
 * @param by the labels that tell series apart, the rest merged; empty for each series by itself
 * @param period how far back each point looks: a duration, or a variable
 */
public record MetricStatistic(
        String metric,
        Map<String, List<String>> labels,
        Optional<List<String>> by,
        String period,
        Statistic statistic) {
    /** How far back the rate of a counter looks, and how far apart such rates are taken. */
    private static final String RATE_WINDOW = "10s";

    public MetricStatistic {
        labels = Map.copyOf(labels);
        by = by.map(List::copyOf);
    }

    /** The expression for a metric of this kind. */
    public String expression(MetricKind kind) {
        return switch (kind) {
            case DISTRIBUTION -> ofDistribution();
            case GAUGE -> ofGauge();
            case COUNTER -> ofCounter();
        };
    }

    private String ofDistribution() {
        String merged = aggregate("sum", "increase(" + selector(period) + ")");
        return switch (statistic.kind()) {
            case AVERAGE -> "histogram_avg(" + merged + ")";
            case SUM -> "histogram_sum(" + merged + ")";
            case MINIMUM -> "histogram_quantile(0, " + merged + ")";
            case MAXIMUM -> "histogram_quantile(1, " + merged + ")";
            case SAMPLE_COUNT -> "histogram_count(" + merged + ")";
            case PERCENTILE -> "histogram_quantile(" + statistic.quantile() + ", " + merged + ")";
        };
    }

    private String ofGauge() {
        String selector = selector(period);
        return switch (statistic.kind()) {
            case AVERAGE ->
                by.isEmpty()
                        ? "avg_over_time(" + selector + ")"
                        : aggregate("sum", "sum_over_time(" + selector + ")") + " / "
                                + aggregate("sum", "count_over_time(" + selector + ")");
            case SUM -> aggregate("sum", "sum_over_time(" + selector + ")");
            case MINIMUM -> aggregate("min", "min_over_time(" + selector + ")");
            case MAXIMUM -> aggregate("max", "max_over_time(" + selector + ")");
            case SAMPLE_COUNT -> aggregate("sum", "count_over_time(" + selector + ")");
            case PERCENTILE -> aggregate("max", "quantile_over_time(" + statistic.quantile() + ", " + selector + ")");
        };
    }

    private String ofCounter() {
        String rates = aggregate("sum", "rate(" + selector(RATE_WINDOW) + ")") + "[" + period + ":" + RATE_WINDOW + "]";
        return switch (statistic.kind()) {
            case SUM, SAMPLE_COUNT -> aggregate("sum", "increase(" + selector(period) + ")");
            case AVERAGE -> aggregate("sum", "rate(" + selector(period) + ")");
            case MINIMUM -> "min_over_time(" + rates + ")";
            case MAXIMUM -> "max_over_time(" + rates + ")";
            case PERCENTILE -> "quantile_over_time(" + statistic.quantile() + ", " + rates + ")";
        };
    }

    private String aggregate(String operator, String inner) {
        return by.map(names -> operator + " by (" + String.join(", ", names) + ") (" + inner + ")")
                .orElse(inner);
    }

    private String selector(String window) {
        String matchers = new TreeMap<>(labels)
                .entrySet().stream()
                        .map(each -> each.getKey() + matcher(each.getValue()))
                        .collect(Collectors.joining(", "));
        return metric + (matchers.isEmpty() ? "" : "{" + matchers + "}") + "[" + window + "]";
    }

    private static String matcher(List<String> values) {
        if (values.size() == 1) {
            return "=" + quoted(values.getFirst());
        }
        return "=~" + quoted(values.stream().map(MetricStatistic::literal).collect(Collectors.joining("|")));
    }

    /** As a regular expression; a variable keeps its dollar and braces, and is escaped when it is filled in. */
    private static String literal(String value) {
        return Variables.REFERENCE.matcher(value).find()
                ? value
                : value.replaceAll("[\\\\.^$|?*+()\\[\\]{}]", "\\\\$0");
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
