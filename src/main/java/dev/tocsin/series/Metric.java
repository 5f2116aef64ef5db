package dev.tocsin.series;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All pushed series of one metric name. The {@link Registry} changes it under its lock; any thread reads the series.
 */
final class Metric {
    final String name;
    final Kind kind;
    /** Of its distributions. */
    final BucketLayout layout;

    final Timeline timeline;
    private final ConcurrentHashMap<Labels, PushedSeries> series = new ConcurrentHashMap<>(2);
    /** Counts additions and removals, so that a list of the series can be known to be out of date. */
    private volatile int version;
    /** Series that hold a place under the limits. Guarded by the registry's lock. */
    int live;

    Metric(String name, Kind kind, Timeline timeline) {
        this.name = name;
        this.kind = kind;
        this.timeline = timeline;
        this.layout = timeline.settings().layoutOf(name);
    }

    Collection<PushedSeries> series() {
        return series.values();
    }

    @Nullable
    PushedSeries find(Labels labels) {
        return series.get(labels);
    }

    int version() {
        return version;
    }

    boolean isEmpty() {
        return series.isEmpty();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the registry's lock
    PushedSeries create(Labels labels) {
        PushedSeries created = switch (kind) {
            case COUNTER -> new CounterSeries(labels, this);
            case GAUGE -> new GaugeSeries(labels, this);
            case DISTRIBUTION -> new DistributionSeries(labels, this);
            case SET -> new SetSeries(labels, this);
        };
        series.put(labels, created);
        version++;
        return created;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the registry's lock
    void drop(PushedSeries dropped) {
        series.remove(dropped.labels(), dropped);
        version++;
    }
}
