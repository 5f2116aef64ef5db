package dev.tocsin.series;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import java.util.Arrays;

/**
 * One series that samples are pushed into: what came in since the last tick (confined to the series thread), its
 * history (written there, read anywhere), and which slot it has in which shard (under the registry's lock).
 */
abstract sealed class PushedSeries implements dev.tocsin.core.Series
        permits CounterSeries, GaugeSeries, DistributionSeries, SetSeries {
    /** Where a series stands between its first sample and its end. Changed under the registry's lock. */
    enum Standing {
        /** Holds a place under the limits. */
        LIVE,
        /** Without samples for so long that the shards were asked to give its slots up. */
        LEAVING,
        /** Without slots and without a place, kept while its history can be read. */
        FORGOTTEN,
        /** No longer to be found. */
        DROPPED
    }

    private static final int[] NO_SLOTS = {};

    private final Labels labels;
    private final Metric metric;
    /** Slot plus one by number of shard; 0 for none. Guarded by the registry's lock. */
    private int[] slots = NO_SLOTS;

    volatile Standing standing = Standing.LIVE;
    /** Tick at which it last was found or made for a key. Guarded by the registry's lock; the series thread reads it. */
    volatile int admittedTick;
    /** Whether it is on the list of those to commit at the next tick. Confined to the series thread. */
    boolean touched;

    PushedSeries(Labels labels, Metric metric) {
        this.labels = labels;
        this.metric = metric;
    }

    @Override
    public final Labels labels() {
        return labels;
    }

    final Metric metric() {
        return metric;
    }

    final Timeline timeline() {
        return metric.timeline;
    }

    /** The slot in a shard, or {@link SlotSpace#NONE}. */
    final int slotIn(int shard) {
        return shard < slots.length ? slots[shard] - 1 : SlotSpace.NONE;
    }

    final void setSlot(int shard, int slot) {
        if (shard >= slots.length) {
            slots = Arrays.copyOf(slots, shard + 1);
        }
        slots[shard] = slot + 1;
    }

    final boolean hasSlots() {
        for (int s : slots) {
            if (s != 0) {
                return true;
            }
        }
        return false;
    }

    /** Writes what came in since the last tick into the history. */
    abstract void commit(int tick, Horizon horizon, Workbench bench);

    /** Tick of the newest sample, {@link Horizon#NONE} before the first was committed. */
    abstract int lastSample();

    /** Thins and drops old history. */
    abstract void trim(Horizon horizon, boolean thoroughly, Workbench bench);

    /** About what the history takes. */
    abstract long historyBytes();

    /** Whether there may be a point in (after, to], in ticks. */
    abstract boolean hasPoints(Horizon horizon, int after, int to);

    /** Adds the point at one tick of the grid. */
    abstract boolean at(Horizon horizon, int tick, Points into);

    @Override
    public final boolean newest(long afterMillis, long atMillis, Points into) {
        Horizon h = timeline().horizon();
        TickScale scale = timeline().scale();
        int tick = h.floor(scale.floor(atMillis));
        return tick != Horizon.NONE && tick > scale.floor(afterMillis) && at(h, tick, into);
    }
}
