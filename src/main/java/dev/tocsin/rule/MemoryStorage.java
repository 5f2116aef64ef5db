package dev.tocsin.rule;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.PointMarks;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Series of explicit points with stale markers, as Prometheus' storage keeps them: what rules are tested on, and where
 * those that are tried on the past record. Nothing is ever dropped; its owner bounds what goes in. Confined to one thread.
 */
final class MemoryStorage implements SeriesSource, SampleRecorder {
    private final Map<Labels, Stored> all = new HashMap<>();
    private final Map<String, List<Stored>> byName = new HashMap<>();
    private long points;

    /** Samples that it holds. */
    long points() {
        return points;
    }

    /** @throws RuleFailure where the series has another value at that time */
    @Override
    public void append(Labels labels, long timeMillis, double value) {
        if (!add(labels, timeMillis, value) && stored(labels).contradicts(timeMillis, value)) {
            throw new RuleFailure("duplicate sample for timestamp");
        }
    }

    private boolean add(Labels labels, long timeMillis, double value) {
        Stored stored = stored(labels);
        if (!stored.isInOrder(timeMillis)) {
            return false;
        }
        stored.add(timeMillis, value);
        points++;
        return true;
    }

    @Override
    public void append(Labels labels, long timeMillis, Distribution value) {
        Stored stored = stored(labels);
        if (stored.isInOrder(timeMillis)) {
            stored.add(timeMillis, value);
            points++;
        }
    }

    @Override
    public void markStale(Labels labels, long timeMillis) {
        // Not where another rule goes on with the series.
        add(labels, timeMillis, Points.STALE);
    }

    private Stored stored(Labels labels) {
        return all.computeIfAbsent(labels, l -> {
            Stored added = new Stored(l);
            byName.computeIfAbsent(l.metricName(), n -> new ArrayList<>()).add(added);
            return added;
        });
    }

    @Override
    public List<Series> select(List<Matcher> matchers, long afterMillis, long toMillis, int limit) {
        List<Series> found = new ArrayList<>();
        for (Stored stored : candidates(matchers)) {
            if (matches(matchers, stored.labels)) {
                if (found.size() == limit) {
                    throw new TooManySeriesException(limit);
                }
                found.add(stored);
            }
        }
        return found;
    }

    private Iterable<Stored> candidates(List<Matcher> matchers) {
        for (Matcher matcher : matchers) {
            if (matcher.name().equals(Labels.NAME) && matcher.op() == Matcher.Op.EQUAL) {
                return byName.getOrDefault(matcher.value(), List.of());
            }
        }
        return all.values();
    }

    private static boolean matches(List<Matcher> matchers, Labels labels) {
        for (Matcher matcher : matchers) {
            if (!matcher.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public SortedSet<String> labelNames(List<Matcher> matchers, long afterMillis, long toMillis) {
        SortedSet<String> names = new TreeSet<>();
        for (Series series : select(matchers, afterMillis, toMillis, Integer.MAX_VALUE)) {
            names.addAll(series.labels().toMap().keySet());
        }
        return names;
    }

    @Override
    public SortedSet<String> labelValues(String label, List<Matcher> matchers, long afterMillis, long toMillis) {
        SortedSet<String> values = new TreeSet<>();
        for (Series series : select(matchers, afterMillis, toMillis, Integer.MAX_VALUE)) {
            if (series.labels().has(label)) {
                values.add(series.labels().get(label));
            }
        }
        return values;
    }

    @Override
    public List<MetricMetadata> metadata() {
        return List.of();
    }

    private static final class Stored implements Series {
        private final Labels labels;
        private final Points points = new Points();
        private final PointMarks marks = new PointMarks(points.value.length);
        private boolean hasDistributions;

        Stored(Labels labels) {
            this.labels = labels;
        }

        @Override
        public Labels labels() {
            return labels;
        }

        /** Whether there is no sample of that time, and no newer one. */
        boolean isInOrder(long timeMillis) {
            return points.size == 0 || points.timeMillis[points.size - 1] < timeMillis;
        }

        /** Whether its newest sample is of that time, and another. */
        boolean contradicts(long timeMillis, double value) {
            int last = points.size - 1;
            return points.timeMillis[last] == timeMillis
                    && Double.doubleToLongBits(points.value[last]) != Double.doubleToLongBits(value);
        }

        void add(long timeMillis, double value) {
            points.add(timeMillis, value);
            marks.ensureCapacity(points.value.length);
            marks.add(points.value, points.size - 1);
        }

        void add(long timeMillis, Distribution value) {
            hasDistributions = true;
            points.add(timeMillis, value);
            marks.ensureCapacity(points.value.length);
        }

        /** How many points are at or before a time. */
        private int upTo(long timeMillis) {
            int found = Arrays.binarySearch(points.timeMillis, 0, points.size, timeMillis);
            return found >= 0 ? found + 1 : -found - 1;
        }

        private boolean isStale(int i) {
            return points.distribution[i] == null && Points.isStale(points.value[i]);
        }

        private void copy(int i, Points into) {
            Distribution distribution = points.distribution[i];
            if (distribution == null) {
                into.add(points.timeMillis[i], points.value[i]);
            } else {
                into.add(points.timeMillis[i], distribution);
            }
        }

        @Override
        public boolean newest(long afterMillis, long atMillis, Points into) {
            int i = upTo(atMillis) - 1;
            if (i < 0 || points.timeMillis[i] <= afterMillis || isStale(i)) {
                return false;
            }
            copy(i, into);
            return true;
        }

        @Override
        public RangeEnds ends(long afterMillis, long toMillis) {
            return hasDistributions
                    ? Series.super.ends(afterMillis, toMillis)
                    : marks.ends(points.timeMillis, points.value, upTo(afterMillis), upTo(toMillis));
        }

        @Override
        public void read(long afterMillis, long toMillis, Points into) {
            int end = upTo(toMillis);
            for (int i = upTo(afterMillis); i < end; i++) {
                if (!isStale(i)) {
                    copy(i, into);
                }
            }
        }
    }
}
