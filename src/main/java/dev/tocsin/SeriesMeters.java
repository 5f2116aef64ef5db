package dev.tocsin;

import dev.tocsin.core.Kind;
import dev.tocsin.series.SeriesLimit;
import dev.tocsin.series.SeriesStatistics;
import dev.tocsin.series.SeriesTable;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** What the series table says of itself, as meters: how full it is, and how often each bound was hit. */
final class SeriesMeters {
    private final SeriesTable table;
    private final MeterRegistry registry;

    private SeriesMeters(SeriesTable table, MeterRegistry registry) {
        this.table = table;
        this.registry = registry;
    }

    static void register(SeriesTable table, MeterRegistry registry) {
        SeriesMeters meters = new SeriesMeters(table, registry);
        for (Kind kind : Kind.values()) {
            String label = kind.name().toLowerCase(Locale.ROOT);
            meters.gauge(
                    "tocsin.series",
                    "Pushed series that live, by kind",
                    s -> Objects.requireNonNullElse(s.live().get(kind), 0),
                    "kind",
                    label);
        }
        for (SeriesLimit limit : SeriesLimit.values()) {
            meters.counter(
                    "tocsin.series.limited.samples",
                    "Samples that went into an overflow series, by the limit reached",
                    s -> Objects.requireNonNullElse(s.limited().get(limit), 0L),
                    "limit",
                    limit.name().toLowerCase(Locale.ROOT));
        }
        meters.gauge("tocsin.series.limit", "The most pushed series that may live", SeriesStatistics::maxSeries);
        meters.gauge("tocsin.series.recorded", "Series of rules and of our own metrics", SeriesStatistics::recorded);
        meters.gauge("tocsin.series.forgotten", "Ended series kept for their history", SeriesStatistics::forgotten);
        meters.gauge("tocsin.series.touched", "Series that the last tick touched", SeriesStatistics::touchedLastTick);
        meters.gauge("tocsin.timeline.bytes", "What the history in memory takes", SeriesStatistics::historyBytes);
        meters.gauge(
                "tocsin.timeline.halvings",
                "How often the reach of history is halved to keep within its bytes",
                SeriesStatistics::historyHalvings);
        meters.counter(
                "tocsin.ticks.skipped.flips",
                "Intervals that were merged with the next one because the series thread was behind",
                SeriesStatistics::skippedFlips);
        meters.counter("tocsin.samples.late", "Samples merged into a past interval", SeriesStatistics::lateSamples);
        meters.counter(
                "tocsin.recorded.dropped",
                "Recorded samples dropped: out of order, or of a series past the limit",
                SeriesStatistics::recordedDropped);
    }

    private void gauge(String name, String description, ToDoubleFunction<SeriesStatistics> value, String... tags) {
        Gauge.builder(name, table, t -> value.applyAsDouble(t.statistics()))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void counter(String name, String description, ToDoubleFunction<SeriesStatistics> value, String... tags) {
        FunctionCounter.builder(name, table, t -> value.applyAsDouble(t.statistics()))
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
