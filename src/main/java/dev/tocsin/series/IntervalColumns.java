package dev.tocsin.series;

import dev.tocsin.core.Arrivals;

/**
 * Everything one shard took in one interval. A shard has two: one that it fills, one with the series thread or waiting.
 * Confined to whichever thread holds it; handing it over is what publishes it.
 */
final class IntervalColumns {
    final ScalarColumn counters;
    final GaugeColumn gauges;
    final ObservationLog observations;
    final ObservationLog members;
    final LateLog late;
    /** Samples that went into an overflow series, by {@link SeriesLimit}. */
    final long[] limited = new long[SeriesLimit.values().length];
    /** Samples rejected because a log was full. */
    long overloaded;
    /** When the first and the last batch came, wall time; the first after the last while none did. */
    private long firstMillis = Long.MAX_VALUE;

    private long lastMillis = Long.MIN_VALUE;

    IntervalColumns(SeriesLimits limits) {
        int pages = SlotSpace.pagesFor(limits);
        counters = new ScalarColumn(pages);
        gauges = new GaugeColumn(pages);
        observations = new ObservationLog(limits.maxLogSamples());
        members = new ObservationLog(limits.maxLogSamples());
        late = new LateLog(Math.max(1_024, limits.maxLogSamples() / 16));
    }

    /** A batch came. */
    void arrived(long nowMillis) {
        firstMillis = Math.min(firstMillis, nowMillis);
        lastMillis = Math.max(lastMillis, nowMillis);
    }

    /** When batches came, once: forgotten for the next interval. */
    Arrivals takeArrivals() {
        Arrivals taken = new Arrivals(firstMillis, lastMillis);
        firstMillis = Long.MAX_VALUE;
        lastMillis = Long.MIN_VALUE;
        return taken;
    }
}
