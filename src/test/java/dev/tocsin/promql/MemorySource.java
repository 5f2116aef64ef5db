package dev.tocsin.promql;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Explicit points in memory, with stale markers: what Prometheus' storage is to its tests. */
public final class MemorySource implements SeriesSource {
    private final Map<Labels, Points> all = new TreeMap<>();

    public void clear() {
        all.clear();
    }

    public void add(Labels labels, long timeMillis, double value) {
        add(labels, timeMillis, value, null);
    }

    public void add(Labels labels, long timeMillis, Distribution value) {
        add(labels, timeMillis, Double.NaN, value);
    }

    private void add(Labels labels, long timeMillis, double value, Distribution distribution) {
        Points old = all.getOrDefault(labels, new Points());
        Points points = new Points();
        boolean added = false;
        for (int i = 0; i <= old.size; i++) {
            boolean end = i == old.size;
            if (!added && (end || old.timeMillis[i] >= timeMillis)) {
                put(points, timeMillis, value, distribution);
                added = true;
            }
            if (!end && old.timeMillis[i] != timeMillis) {
                put(points, old.timeMillis[i], old.value[i], old.distribution[i]);
            }
        }
        all.put(labels, points);
    }

    private static void put(Points points, long timeMillis, double value, Distribution distribution) {
        if (distribution == null) {
            points.add(timeMillis, value);
        } else {
            points.add(timeMillis, distribution);
        }
    }

    /** Takes over points that are already in ascending time. */
    public void addSeries(Labels labels, Points points) {
        if (all.containsKey(labels)) {
            for (int i = 0; i < points.size; i++) {
                add(labels, points.timeMillis[i], points.value[i], points.distribution[i]);
            }
        } else {
            all.put(labels, points);
        }
    }

    @Override
    public List<Series> select(List<Matcher> matchers, long afterMillis, long toMillis, int limit) {
        List<Series> found = new ArrayList<>();
        all.forEach((labels, points) -> {
            if (matchers.stream().allMatch(m -> m.matches(labels))) {
                if (found.size() == limit) {
                    throw new TooManySeriesException(limit);
                }
                found.add(new Stored(labels, points));
            }
        });
        return found;
    }

    @Override
    public SortedSet<String> labelNames(List<Matcher> matchers, long afterMillis, long toMillis) {
        SortedSet<String> names = new TreeSet<>();
        select(matchers, afterMillis, toMillis, Integer.MAX_VALUE)
                .forEach(s -> names.addAll(s.labels().toMap().keySet()));
        return names;
    }

    @Override
    public SortedSet<String> labelValues(String label, List<Matcher> matchers, long afterMillis, long toMillis) {
        SortedSet<String> values = new TreeSet<>();
        select(matchers, afterMillis, toMillis, Integer.MAX_VALUE)
                .forEach(s -> values.add(s.labels().get(label)));
        return values;
    }

    @Override
    public List<MetricMetadata> metadata() {
        return List.of();
    }

    private record Stored(Labels labels, Points points) implements Series {
        @Override
        public boolean newest(long afterMillis, long atMillis, Points into) {
            for (int i = points.size - 1; i >= 0 && points.timeMillis[i] > afterMillis; i--) {
                if (points.timeMillis[i] <= atMillis) {
                    boolean stale = points.distribution[i] == null && Points.isStale(points.value[i]);
                    if (!stale) {
                        put(into, points.timeMillis[i], points.value[i], points.distribution[i]);
                    }
                    return !stale;
                }
            }
            return false;
        }

        @Override
        public void read(long afterMillis, long toMillis, Points into) {
            for (int i = 0; i < points.size; i++) {
                boolean inside = points.timeMillis[i] > afterMillis && points.timeMillis[i] <= toMillis;
                if (inside && (points.distribution[i] != null || !Points.isStale(points.value[i]))) {
                    put(into, points.timeMillis[i], points.value[i], points.distribution[i]);
                }
            }
        }
    }
}
