package dev.tocsin.series;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Rejection;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which series there are, and whether there is room for another. Shards come here only with a key they don't know, the
 * series thread only to end a series: both under the one lock. Readers look up without it.
 *
 * <p>A metric name belongs to the first kind seen, until its last series is forgotten.
 */
final class Registry {
    /** The label of the series that takes what has no room: {@code name{__other__="true"}}. Clients can't send it. */
    static final String OTHER_LABEL = "__other__";

    /** What label text may take for each series that the limits allow, on average. */
    private static final long LABEL_CHARS_PER_SERIES = 512;

    private static final Kind[] KINDS = Kind.values();

    /** The answer to a key not seen before. */
    sealed interface Admission {
        /** It has its own series. */
        record Own(PushedSeries series) implements Admission {}

        /** It is counted in its metric's overflow series. */
        record Other(PushedSeries series, SeriesLimit limit) implements Admission {}

        record Refused(Rejection reason) implements Admission {}
    }

    private final SeriesLimits limits;
    private final Timeline timeline;
    private final RecentStrings strings = new RecentStrings();
    private final ReentrantLock lock = new ReentrantLock();
    private final ConcurrentHashMap<String, Metric> metrics = new ConcurrentHashMap<>();
    /** In the order in which they were forgotten; some may have come back since. Guarded by the lock. */
    private final ArrayDeque<PushedSeries> forgotten = new ArrayDeque<>();

    private int live;
    private long labelChars;
    private final AtomicIntegerArray liveByKind = new AtomicIntegerArray(KINDS.length);
    private final AtomicLong changes = new AtomicLong();
    private volatile int forgottenCount;

    Registry(SeriesLimits limits, Timeline timeline) {
        this.limits = limits;
        this.timeline = timeline;
    }

    @Nullable
    Metric metric(String name) {
        return metrics.get(name);
    }

    Collection<Metric> metrics() {
        return metrics.values();
    }

    int live(Kind kind) {
        return liveByKind.get(kind.ordinal());
    }

    int forgotten() {
        return forgottenCount;
    }

    /** Grows with every series added or dropped. */
    long changes() {
        return changes.get();
    }

    Admission admit(Kind kind, Labels labels) {
        lock.lock();
        try {
            Metric metric = metrics.get(labels.metricName());
            if (metric != null && metric.kind != kind && !freeName(metric)) {
                return new Admission.Refused(Rejection.KIND_CONFLICT);
            }
            metric = metrics.get(labels.metricName());
            PushedSeries known = metric == null ? null : metric.find(labels);
            if (known != null && (known.standing() != PushedSeries.Standing.FORGOTTEN || hasRoom(metric) == null)) {
                return new Admission.Own(revived(known));
            }
            SeriesLimit reached = hasRoom(metric);
            if (reached == null) {
                return new Admission.Own(create(metric, kind, labels));
            }
            return metric == null
                    ? new Admission.Refused(Rejection.SERIES_LIMIT)
                    : new Admission.Other(otherOf(metric), reached);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a name whose kind is another can be taken over: all its series are forgotten. */
    private boolean freeName(Metric metric) {
        if (metric.live > 0) {
            return false;
        }
        for (PushedSeries s : metric.series()) {
            drop(s);
        }
        return true;
    }

    private @Nullable SeriesLimit hasRoom(@Nullable Metric metric) {
        if (live >= limits.maxSeries()) {
            return SeriesLimit.SERIES;
        }
        if (metric != null && metric.live >= limits.maxSeriesPerMetric()) {
            return SeriesLimit.SERIES_PER_METRIC;
        }
        return labelChars >= LABEL_CHARS_PER_SERIES * Math.max(1_000, limits.maxSeries())
                ? SeriesLimit.LABEL_TEXT
                : null;
    }

    private PushedSeries otherOf(Metric metric) {
        Labels labels = Labels.of(Labels.NAME, metric.name, OTHER_LABEL, "true");
        PushedSeries known = metric.find(labels);
        return known == null ? create(metric, metric.kind, labels) : revived(known);
    }

    private PushedSeries create(@Nullable Metric known, Kind kind, Labels labels) {
        Metric metric = known;
        if (metric == null) {
            metric = new Metric(labels.metricName(), kind, timeline, strings);
            metrics.put(metric.name, metric);
        }
        PushedSeries created = metric.create(labels);
        labelChars += charsOf(labels);
        enter(created);
        changes.incrementAndGet();
        return created;
    }

    private void enter(PushedSeries series) {
        series.admittedTick = timeline.horizon().closed();
        series.stand(PushedSeries.Standing.LIVE);
        live++;
        series.metric().live++;
        liveByKind.incrementAndGet(series.metric().kind.ordinal());
    }

    private PushedSeries revived(PushedSeries known) {
        if (known.standing() == PushedSeries.Standing.FORGOTTEN) {
            forgottenCount--;
            enter(known);
        } else {
            known.admittedTick = timeline.horizon().closed();
            known.stand(PushedSeries.Standing.LIVE);
        }
        return known;
    }

    /** The slot that a series has in a shard, or {@link SlotSpace#NONE}. */
    int slotIn(int shard, PushedSeries series) {
        lock.lock();
        try {
            return series.slotIn(shard);
        } finally {
            lock.unlock();
        }
    }

    void holdSlot(int shard, PushedSeries series, int slot) {
        lock.lock();
        try {
            series.setSlot(shard, slot);
        } finally {
            lock.unlock();
        }
    }

    /** A shard gave its slot up. */
    void releaseSlot(int shard, PushedSeries series) {
        lock.lock();
        try {
            series.setSlot(shard, SlotSpace.NONE);
            if (series.standing() == PushedSeries.Standing.LEAVING && !series.hasSlots()) {
                forget(series);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins the end of an idle series.
     *
     * @return whether shards hold slots of it that they must give up
     */
    boolean leave(PushedSeries series) {
        lock.lock();
        try {
            if (series.standing() != PushedSeries.Standing.LIVE) {
                return false;
            }
            series.stand(PushedSeries.Standing.LEAVING);
            if (series.hasSlots()) {
                return true;
            }
            forget(series);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void forget(PushedSeries series) {
        series.stand(PushedSeries.Standing.FORGOTTEN);
        live--;
        series.metric().live--;
        liveByKind.decrementAndGet(series.metric().kind.ordinal());
        forgotten.add(series);
        forgottenCount++;
        while (forgottenCount > limits.maxForgottenSeries() && !forgotten.isEmpty()) {
            PushedSeries first = forgotten.remove();
            if (first.standing() == PushedSeries.Standing.FORGOTTEN) {
                drop(first);
            }
        }
        if (forgotten.size() > 2 * forgottenCount + 64) {
            forgotten.removeIf(s -> s.standing() != PushedSeries.Standing.FORGOTTEN);
        }
    }

    /** Removes a forgotten series whose history can no longer be read; anything else is left. */
    void dropForgotten(PushedSeries series) {
        lock.lock();
        try {
            if (series.standing() == PushedSeries.Standing.FORGOTTEN) {
                drop(series);
            }
        } finally {
            lock.unlock();
        }
    }

    private void drop(PushedSeries series) {
        series.stand(PushedSeries.Standing.DROPPED);
        forgottenCount--;
        labelChars -= charsOf(series.labelsOnce());
        Metric metric = series.metric();
        metric.drop(series);
        if (metric.isEmpty()) {
            metrics.remove(metric.name, metric);
        }
        changes.incrementAndGet();
    }

    private static long charsOf(Labels labels) {
        long chars = 0;
        for (int i = 0; i < labels.size(); i++) {
            chars += labels.nameAt(i).length() + labels.valueAt(i).length();
        }
        return chars;
    }
}
