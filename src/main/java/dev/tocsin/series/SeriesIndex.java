package dev.tocsin.series;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.core.Statistic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds series for queries. Any thread, without a lock.
 *
 * <p>The derived series of distributions ({@code latency_p99}, …) are found by a selector that says which names it wants,
 * by {@code =} or {@code =~} on {@code __name__}, and among the values of {@code __name__}; a selector without such a
 * condition has pushed and recorded series only, each observation once. A pushed or recorded metric of such a name wins
 * over the derived one, and a pushed series over a recorded one with the same labels.
 */
final class SeriesIndex implements SeriesSource {
    private final Registry registry;
    private final Timeline timeline;
    private final RecordedSeries recorded;
    private final SelectionCache cache;

    SeriesIndex(Registry registry, Timeline timeline, RecordedSeries recorded, SelectionCache cache) {
        this.cache = cache;
        this.registry = registry;
        this.timeline = timeline;
        this.recorded = recorded;
    }

    @Override
    public List<Series> select(List<Matcher> matchers, long afterMillis, long toMillis, int limit) {
        List<Series> found = new ArrayList<>();
        visit(matchers, range(afterMillis, toMillis, any -> true), series -> {
            if (found.size() == limit) {
                throw new TooManySeriesException(limit);
            }
            found.add(series);
        });
        return found;
    }

    private Range range(long afterMillis, long toMillis, Predicate<PushedSeries> wanted) {
        return new Range(timeline, afterMillis, toMillis, wanted);
    }

    private void visit(List<Matcher> matchers, Range range, Consumer<Series> sink) {
        String name = equalName(matchers);
        List<Matcher> others = withoutName(matchers);
        if (name != null) {
            if (nameMatches(name, matchers)) {
                visitNamed(name, others, range, sink);
            }
        } else {
            boolean derived = matchers.stream().anyMatch(SeriesIndex::asksForNames);
            for (Metric metric : registry.metrics()) {
                if (nameMatches(metric.name, matchers)) {
                    visit(metric, null, others, range, sink);
                }
                if (derived && metric.kind == Kind.DISTRIBUTION) {
                    visitDerived(metric, matchers, others, range, sink);
                }
            }
        }
        recorded.visit(name, matchers, range.afterMillis, range.toMillis, series -> {
            if (!isPushed(series.labels())) {
                sink.accept(series);
            }
        });
    }

    private void visitNamed(String name, List<Matcher> others, Range range, Consumer<Series> sink) {
        Metric metric = registry.metric(name);
        if (metric != null) {
            visit(metric, null, others, range, sink);
        } else if (!recorded.hasName(name)) {
            for (Statistic statistic : Statistic.values()) {
                Metric source = registry.metric(statistic.sourceOf(name));
                if (source != null && source.kind == Kind.DISTRIBUTION) {
                    visit(source, statistic, others, range, sink);
                }
            }
        }
    }

    private void visitDerived(
            Metric metric, List<Matcher> matchers, List<Matcher> others, Range range, Consumer<Series> sink) {
        for (Statistic statistic : Statistic.values()) {
            String name = metric.name + statistic.suffix();
            if (nameMatches(name, matchers) && registry.metric(name) == null && !recorded.hasName(name)) {
                visit(metric, statistic, others, range, sink);
            }
        }
    }

    private void visit(
            Metric metric, @Nullable Statistic statistic, List<Matcher> others, Range range, Consumer<Series> sink) {
        for (Series series : cache.select(metric, statistic, others)) {
            if (range.reaches(series)) {
                sink.accept(series);
            }
        }
    }

    private static Labels labelsOnce(Series series) {
        return series instanceof PushedSeries pushed ? pushed.labelsOnce() : series.labels();
    }

    private static boolean asksForNames(Matcher m) {
        return m.name().equals(Labels.NAME) && (m.op() == Matcher.Op.EQUAL || m.op() == Matcher.Op.MATCHES);
    }

    private boolean isPushed(Labels labels) {
        Metric metric = registry.metric(labels.metricName());
        return metric != null && metric.find(labels) != null;
    }

    /**
     * A time range, in ticks too, at one moment.
     *
     * @param wanted which pushed series are worth a look at their history: that costs more than a look at their labels
     */
    private record Range(
            Horizon horizon, long afterMillis, long toMillis, int after, int to, Predicate<PushedSeries> wanted) {
        Range(Timeline timeline, long afterMillis, long toMillis, Predicate<PushedSeries> wanted) {
            this(
                    timeline.horizon(),
                    afterMillis,
                    toMillis,
                    timeline.scale().floor(afterMillis),
                    timeline.scale().floor(toMillis),
                    wanted);
        }

        /** Whether a pushed series, or what a series is derived from, may have points in it. */
        boolean reaches(Series series) {
            PushedSeries pushed = series instanceof DerivedSeries derived ? derived.source() : (PushedSeries) series;
            return wanted.test(pushed) && pushed.hasPoints(horizon, after, to);
        }
    }

    static @Nullable String equalName(List<Matcher> matchers) {
        for (Matcher m : matchers) {
            if (m.op() == Matcher.Op.EQUAL && m.name().equals(Labels.NAME)) {
                return m.value();
            }
        }
        return null;
    }

    static boolean nameMatches(String name, List<Matcher> matchers) {
        for (Matcher m : matchers) {
            if (m.name().equals(Labels.NAME) && !m.matches(name)) {
                return false;
            }
        }
        return true;
    }

    static boolean matches(Labels labels, List<Matcher> matchers) {
        for (Matcher m : matchers) {
            if (!m.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public SortedSet<String> labelNames(List<Matcher> matchers, long afterMillis, long toMillis) {
        SortedSet<String> names = new TreeSet<>();
        Set<Shape> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        visit(matchers, range(afterMillis, toMillis, pushed -> !seen.contains(pushed.shape())), series -> {
            PushedSeries known = pushed(series);
            if (known != null) {
                seen.add(known.shape());
            }
            labelsOnce(series).forEach((name, value) -> names.add(name));
        });
        return names;
    }

    @Override
    public SortedSet<String> labelValues(String label, List<Matcher> matchers, long afterMillis, long toMillis) {
        if (label.equals(Labels.NAME)) {
            SortedSet<String> names = new TreeSet<>();
            addNames(matchers, afterMillis, toMillis, names);
            return names;
        }
        // Sorted at the end: most of a million series have a value that is known.
        Set<String> values = new HashSet<>();
        values.add("");
        visit(matchers, range(afterMillis, toMillis, pushed -> !values.contains(pushed.label(label))), series -> {
            PushedSeries pushed = pushed(series);
            values.add(pushed == null ? series.labels().get(label) : pushed.label(label));
        });
        values.remove("");
        return new TreeSet<>(values);
    }

    /** Itself, or what it is derived from; null where it was recorded. */
    private static @Nullable PushedSeries pushed(Series series) {
        return switch (series) {
            case PushedSeries itself -> itself;
            case DerivedSeries derived -> derived.source();
            default -> null;
        };
    }

    private void addNames(List<Matcher> matchers, long afterMillis, long toMillis, SortedSet<String> names) {
        Range range = range(afterMillis, toMillis, any -> true);
        List<Matcher> others = withoutName(matchers);
        boolean derived = matchers.isEmpty() || matchers.stream().anyMatch(SeriesIndex::asksForNames);
        for (Metric metric : registry.metrics()) {
            List<String> wanted = namesOf(metric, derived).stream()
                    .filter(name -> nameMatches(name, matchers))
                    .toList();
            if (!wanted.isEmpty() && metric.series().stream().anyMatch(s -> s.matches(others) && range.reaches(s))) {
                names.addAll(wanted);
            }
        }
        recorded.visit(
                equalName(matchers),
                matchers,
                afterMillis,
                toMillis,
                series -> names.add(series.labels().metricName()));
    }

    private static List<String> namesOf(Metric metric, boolean derived) {
        List<String> names = new ArrayList<>();
        names.add(metric.name);
        if (derived && metric.kind == Kind.DISTRIBUTION) {
            for (Statistic statistic : Statistic.values()) {
                names.add(metric.name + statistic.suffix());
            }
        }
        return names;
    }

    private static List<Matcher> withoutName(List<Matcher> matchers) {
        return matchers.stream().filter(m -> !m.name().equals(Labels.NAME)).toList();
    }

    @Override
    public List<MetricMetadata> metadata() {
        List<MetricMetadata> all = new ArrayList<>();
        for (Metric metric : registry.metrics()) {
            all.add(new MetricMetadata(metric.name, typeOf(metric.kind), "", ""));
        }
        return all;
    }

    private static String typeOf(Kind kind) {
        return switch (kind) {
            case COUNTER -> "counter";
            case GAUGE, SET -> "gauge";
            case DISTRIBUTION -> "histogram";
        };
    }

    void forEachLabels(Consumer<Labels> sink) {
        for (Metric metric : registry.metrics()) {
            metric.series().forEach(series -> sink.accept(series.labelsOnce()));
        }
        recorded.forEachLabels(sink);
    }

    long minTimeMillis() {
        return timeline.scale().millis(timeline.horizon().coarseFrom());
    }

    long maxTimeMillis() {
        return timeline.scale().millis(timeline.horizon().closed());
    }
}
