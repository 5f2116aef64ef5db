package dev.tocsin.series;

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

    IntervalColumns(SeriesLimits limits) {
        int pages = SlotSpace.pagesFor(limits);
        counters = new ScalarColumn(pages);
        gauges = new GaugeColumn(pages);
        observations = new ObservationLog(limits.maxLogSamples());
        members = new ObservationLog(limits.maxLogSamples());
        late = new LateLog(Math.max(1_024, limits.maxLogSamples() / 16));
    }
}
