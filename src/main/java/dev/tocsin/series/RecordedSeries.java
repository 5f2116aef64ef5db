package dev.tocsin.series;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.Series;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Series whose samples come with their own time: recording rules and alerts. The rule thread appends; any thread reads,
 * at once. Reaches as far back as pushed series do, and as finely. Bounded: past
 * {@link SeriesLimits#maxRecordedSeries} ended series make room, and where none has, samples of new series are dropped
 * and counted.
 */
public final class RecordedSeries implements SampleRecorder {
    private static final long SWEEP_MILLIS = 60_000;
    /** An ended series may be looked at for this long: Prometheus' look-back. */
    private static final long LOOK_BACK_MILLIS = 300_000;

    private final int maxSeries;
    private final Timeline timeline;
    private final Tallies tallies;
    private final ConcurrentHashMap<String, ConcurrentHashMap<Labels, RecordedHistory>> byName =
            new ConcurrentHashMap<>();
    private final RecordedLog log = new RecordedLog();
    private volatile int size;
    /** About what the samples take; counted once a minute. */
    private volatile long bytes;

    private long sweptMillis = Long.MIN_VALUE;
    private int halvingsSeen;

    RecordedSeries(SeriesLimits limits, Timeline timeline, Tallies tallies) {
        this.maxSeries = limits.maxRecordedSeries();
        this.timeline = timeline;
        this.tallies = tallies;
    }

    @Override
    public void append(Labels labels, long timeMillis, double value) {
        append(labels, timeMillis, value, null);
    }

    @Override
    public void append(Labels labels, long timeMillis, Distribution value) {
        append(labels, timeMillis, Double.NaN, value);
    }

    @Override
    public void markStale(Labels labels, long timeMillis) {
        RecordedHistory known = find(labels);
        if (known != null) {
            append(known, timeMillis, Points.STALE, null);
        }
    }

    private void append(Labels labels, long timeMillis, double value, @Nullable Distribution distribution) {
        if (timeMillis - SWEEP_MILLIS >= sweptMillis) {
            sweptMillis = timeMillis;
            drop(timeMillis - timeline.coarseMillis(), false);
            bytes = thin(timeMillis);
        }
        RecordedHistory series = find(labels);
        if (series == null) {
            series = create(labels, timeMillis);
        }
        if (series == null) {
            count(false);
        } else {
            append(series, timeMillis, value, distribution);
        }
    }

    private void append(RecordedHistory series, long timeMillis, double value, @Nullable Distribution distribution) {
        boolean taken = series.append(timeMillis, value, distribution, timeline);
        count(taken);
        if (taken) {
            log.add(series, timeMillis, value, distribution);
        }
    }

    /** What is appended from now on, for the series thread. */
    RecordedLog log() {
        return log;
    }

    private void count(boolean taken) {
        if (!taken) {
            tallies.recordedDropped.incrementAndGet();
        }
    }

    private @Nullable RecordedHistory find(Labels labels) {
        Map<Labels, RecordedHistory> named = byName.get(labels.metricName());
        return named == null ? null : named.get(labels);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the rule thread writes
    private @Nullable RecordedHistory create(Labels labels, long timeMillis) {
        if (size >= maxSeries) {
            drop(timeMillis - LOOK_BACK_MILLIS, true);
            if (size >= maxSeries) {
                return null;
            }
        }
        RecordedHistory created = new RecordedHistory(labels);
        byName.computeIfAbsent(labels.metricName(), n -> new ConcurrentHashMap<>(2))
                .put(labels, created);
        size++;
        return created;
    }

    /** Drops series without a sample since a time. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the rule thread writes
    private void drop(long beforeMillis, boolean onlyEnded) {
        byName.values().removeIf(named -> {
            named.values().removeIf(s -> {
                boolean gone = s.newestMillis() < beforeMillis && (!onlyEnded || s.hasEnded());
                size -= gone ? 1 : 0;
                return gone;
            });
            return named.isEmpty();
        });
    }

    /** @return what is left, in bytes */
    private long thin(long timeMillis) {
        boolean thoroughly = timeline.halvings() != halvingsSeen;
        halvingsSeen = timeline.halvings();
        long total = 0;
        for (Map<Labels, RecordedHistory> named : byName.values()) {
            for (RecordedHistory series : named.values()) {
                series.thin(timeMillis, timeline, thoroughly);
                total += series.bytes();
            }
        }
        return total;
    }

    long bytes() {
        return bytes;
    }

    boolean hasName(String name) {
        return byName.containsKey(name);
    }

    int size() {
        return size;
    }

    void visit(@Nullable String name, List<Matcher> matchers, long afterMillis, long toMillis, Consumer<Series> sink) {
        if (name != null) {
            visit(byName.get(name), matchers, afterMillis, toMillis, sink);
            return;
        }
        byName.forEach((each, named) -> {
            if (SeriesIndex.nameMatches(each, matchers)) {
                visit(named, matchers, afterMillis, toMillis, sink);
            }
        });
    }

    private static void visit(
            @Nullable Map<Labels, RecordedHistory> named,
            List<Matcher> matchers,
            long afterMillis,
            long toMillis,
            Consumer<Series> sink) {
        if (named == null) {
            return;
        }
        for (RecordedHistory series : named.values()) {
            if (SeriesIndex.matches(series.labels(), matchers) && series.hasPoints(afterMillis, toMillis)) {
                sink.accept(series);
            }
        }
    }

    void forEachLabels(Consumer<Labels> sink) {
        byName.values().forEach(named -> named.keySet().forEach(sink));
    }
}
