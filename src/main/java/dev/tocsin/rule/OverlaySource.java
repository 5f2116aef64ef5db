package dev.tocsin.rule;

import dev.tocsin.core.Matcher;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/**
 * The past as it would be with other rules: what those record is taken from them, all else from what was.
 *
 * @param names of the metrics that {@code recorded} holds instead of {@code past}
 */
record OverlaySource(SeriesSource past, SeriesSource recorded, Set<String> names) implements SeriesSource {
    @Override
    public List<Series> select(List<Matcher> matchers, long afterMillis, long toMillis, int limit) {
        List<Series> found = new ArrayList<>(recorded.select(matchers, afterMillis, toMillis, limit));
        for (Series series : past.select(matchers, afterMillis, toMillis, limit)) {
            if (!names.contains(series.labels().metricName())) {
                if (found.size() == limit) {
                    throw new TooManySeriesException(limit);
                }
                found.add(series);
            }
        }
        return found;
    }

    @Override
    public SortedSet<String> labelNames(List<Matcher> matchers, long afterMillis, long toMillis) {
        SortedSet<String> all = past.labelNames(matchers, afterMillis, toMillis);
        all.addAll(recorded.labelNames(matchers, afterMillis, toMillis));
        return all;
    }

    @Override
    public SortedSet<String> labelValues(String label, List<Matcher> matchers, long afterMillis, long toMillis) {
        SortedSet<String> all = past.labelValues(label, matchers, afterMillis, toMillis);
        all.addAll(recorded.labelValues(label, matchers, afterMillis, toMillis));
        return all;
    }

    @Override
    public List<MetricMetadata> metadata() {
        return past.metadata();
    }
}
