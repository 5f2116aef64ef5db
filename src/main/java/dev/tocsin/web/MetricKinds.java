package dev.tocsin.web;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.core.SeriesSource.MetricMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of metrics at one moment. Of what was pushed, the kind is; what rules and Tocsin itself record has none,
 * and is a counter where its name ends in {@code _total}, as Prometheus' conventions have it. Immutable.
 */
public final class MetricKinds {
    private final SeriesSource source;
    private final Map<String, MetricKind> pushed = new HashMap<>();

    /** @param source of what is in memory; asked by the caller's thread */
    MetricKinds(SeriesSource source) {
        this.source = source;
        for (MetricMetadata metric : source.metadata()) {
            pushed.put(metric.name(), kind(metric.type()));
        }
    }

    private static MetricKind kind(String type) {
        return switch (type) {
            case "counter" -> MetricKind.COUNTER;
            case "histogram" -> MetricKind.DISTRIBUTION;
            default -> MetricKind.GAUGE;
        };
    }

    /** Empty for a metric that has no series. */
    Optional<MetricKind> of(String metric) {
        MetricKind kind = pushed.get(metric);
        if (kind != null) {
            return Optional.of(kind);
        }
        Matcher named = new Matcher(Labels.NAME, Matcher.Op.EQUAL, metric);
        boolean recorded = !source.labelValues(Labels.NAME, List.of(named), Long.MIN_VALUE, Long.MAX_VALUE)
                .isEmpty();
        return recorded
                ? Optional.of(metric.endsWith("_total") ? MetricKind.COUNTER : MetricKind.GAUGE)
                : Optional.empty();
    }
}
