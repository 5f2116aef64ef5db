package dev.tocsin.store;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.PackedBuckets;
import dev.tocsin.core.tick.SeriesNames;
import dev.tocsin.core.tick.TickColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Gathers closed ticks into the finest intervals, slot by slot. What comes late goes into the slot of its own time; a
 * counter's late delta is in its running total from the tick on at which it came. Confined to the history thread.
 */
final class RollupBuilder {
    private final Resolution resolution;
    private final Chunk.Tools tools;
    private final TreeMap<Integer, OpenSlot> slots = new TreeMap<>();
    private final PackedBuckets.Writer writer = new PackedBuckets.Writer();

    RollupBuilder(Resolution resolution, Chunk.Tools tools) {
        this.resolution = resolution;
        this.tools = tools;
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    /** How many chunks are open. */
    int size() {
        return slots.values().stream().mapToInt(OpenSlot::size).sum();
    }

    private OpenSlot slot(long endMillis) {
        return slots.computeIfAbsent(resolution.slotOf(endMillis), OpenSlot::new);
    }

    void add(TickColumns tick) {
        int interval = resolution.intervalOf(tick.tickMillis);
        OpenSlot slot = slot(tick.tickMillis);
        SeriesNames names = tick.names;
        for (int i = 0; i < tick.counters.size; i++) {
            OpenChunk chunk = slot.chunk(names, tick.counters.series[i]);
            double total = tick.counters.total[i];
            if (chunk != null && !Double.isNaN(total)) {
                chunk.total(interval, total, total - tick.counters.delta[i]);
            }
        }
        for (int i = 0; i < tick.gauges.size; i++) {
            OpenChunk chunk = slot.chunk(names, tick.gauges.series[i]);
            if (chunk != null) {
                chunk.value(interval, tick.gauges.value[i]);
            }
        }
        for (int i = 0; i < tick.sets.size; i++) {
            OpenChunk chunk = slot.chunk(names, tick.sets.series[i]);
            if (chunk != null) {
                chunk.value(interval, tick.sets.distinct[i]);
            }
        }
        TickColumns.Distributions observed = tick.distributions;
        for (int i = 0; i < observed.size; i++) {
            OpenChunk chunk = slot.chunk(names, observed.series[i]);
            if (chunk != null && observed.from[i] < observed.to[i]) {
                chunk.observed(interval, observed.bytes, observed.from[i], observed.to[i], tools);
            }
        }
        addRecorded(tick);
        addLate(tick);
    }

    private void addRecorded(TickColumns tick) {
        TickColumns.Recorded recorded = tick.recorded;
        for (int i = 0; i < recorded.size; i++) {
            long time = recorded.timeMillis[i];
            int interval = resolution.intervalOf(time);
            Distribution d = recorded.distribution[i];
            OpenChunk chunk = d == null
                    ? slot(time).chunk(tick.names, recorded.series[i])
                    : slot(time).recorded(tick.names, recorded.series[i], d.layout());
            if (chunk != null && d != null) {
                chunk.observed(interval, d, tools);
            } else if (chunk != null) {
                chunk.value(interval, recorded.value[i]);
            }
        }
    }

    private void addLate(TickColumns tick) {
        TickColumns.Late late = tick.late;
        for (int i = 0; i < late.size; i++) {
            int series = late.series[i];
            int interval = resolution.intervalOf(late.timeMillis[i]);
            OpenChunk chunk = slot(late.timeMillis[i]).chunk(tick.names, series);
            if (chunk == null) {
                continue;
            }
            switch (tick.names.kind(series)) {
                case GAUGE -> chunk.value(interval, late.value[i]);
                case DISTRIBUTION -> {
                    if (late.times[i] > 0) {
                        DistributionBuilder one = new DistributionBuilder(tick.names.layout(series));
                        one.record(late.value[i], late.times[i]);
                        byte[] packed = writer.pack(one.build());
                        chunk.observed(interval, packed, 0, packed.length, tools);
                    }
                }
                case COUNTER, SET -> {}
            }
        }
    }

    /** Everything gathered since the last call, as rows to be merged into what is stored. */
    List<OpenSlot.Row> take() {
        List<OpenSlot.Row> rows = new ArrayList<>();
        for (OpenSlot slot : slots.values()) {
            rows.addAll(slot.close(tools));
        }
        slots.clear();
        return rows;
    }
}
