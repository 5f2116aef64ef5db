package dev.tocsin.series;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.tick.TickWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;

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

    private static final Standing[] STANDINGS = Standing.values();
    private static final VarHandle NAME;

    static {
        try {
            NAME = MethodHandles.lookup().findVarHandle(PushedSeries.class, "name", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Shape shape;
    /** {@link PackedValues} as a byte[], or Labels since somebody asked for them. */
    @SuppressWarnings("UnusedVariable") // by its handle
    private Object name;
    /** {@link SeriesSet#hash} of the labels. */
    final int nameHash;
    /** Its slot in the shard that had one for it first, while {@link #shard} says which. Guarded by the registry's lock. */
    private int slot;
    /** Slot plus one by number of any other shard; 0 for none. Guarded by the registry's lock. */
    private int[] slots = NO_SLOTS;

    /** A number of a shard, or -1. */
    private short shard = -1;

    private volatile byte standing;
    /** Tick at which it last was found or made for a key. Guarded by the registry's lock; the series thread reads it. */
    volatile int admittedTick;
    /** Whether it is on the list of those to commit at the next tick. Confined to the series thread. */
    boolean touched;
    /** By which {@link TickRecorder} knows it, where that still says so. Confined to the series thread. */
    int number = -1;

    PushedSeries(Labels labels, Shape shape) {
        this.shape = shape;
        byte[] values = PackedValues.of(labels);
        name = values;
        nameHash = SeriesSet.hash(labels, values);
    }

    /** Kept as Strings from now on, until {@link #packLabels}: whoever asks is likely to ask every second. */
    @Override
    public final Labels labels() {
        Object known = NAME.getAcquire(this);
        if (known instanceof Labels labels) {
            return labels;
        }
        Labels labels = shape.labels((byte[]) known);
        NAME.setRelease(this, labels);
        return labels;
    }

    /** The same for whoever asks once. */
    final Labels labelsOnce() {
        return NAME.getAcquire(this) instanceof byte[] values ? shape.labels(values) : labels();
    }

    /** The value of one label, or the empty string where there is none. */
    final String label(String label) {
        return NAME.getAcquire(this) instanceof byte[] values ? shape.valueOf(label, values) : labels().get(label);
    }

    final boolean matches(List<Matcher> matchers) {
        for (Matcher m : matchers) {
            if (!m.matches(label(m.name()))) {
                return false;
            }
        }
        return true;
    }

    /** @param values {@link PackedValues} of the labels */
    final boolean isNamed(Labels labels, byte[] values) {
        return NAME.getAcquire(this) instanceof byte[] known
                ? Arrays.equals(known, values) && shape.isOf(labels)
                : labels().equals(labels);
    }

    final void packLabels() {
        if (NAME.getAcquire(this) instanceof Labels labels) {
            NAME.setRelease(this, PackedValues.of(labels));
        }
    }

    final Metric metric() {
        return shape.metric;
    }

    final Shape shape() {
        return shape;
    }

    final Timeline timeline() {
        return shape.metric.timeline;
    }

    final Standing standing() {
        return STANDINGS[standing];
    }

    /** Under the registry's lock. */
    final void stand(Standing next) {
        standing = (byte) next.ordinal();
    }

    /** The slot in a shard, or {@link SlotSpace#NONE}. */
    final int slotIn(int number) {
        if (number == shard) {
            return slot;
        }
        return number < slots.length ? slots[number] - 1 : SlotSpace.NONE;
    }

    /** @param value {@link SlotSpace#NONE} for none any more */
    final void setSlot(int number, int value) {
        if (number == shard) {
            slot = value;
            shard = value == SlotSpace.NONE ? -1 : shard;
        } else if (shard == -1 && number <= Short.MAX_VALUE && slotIn(number) == SlotSpace.NONE) {
            slot = value;
            shard = value == SlotSpace.NONE ? -1 : (short) number;
        } else {
            if (number >= slots.length) {
                slots = Arrays.copyOf(slots, number + 1);
            }
            slots[number] = value + 1;
        }
    }

    final boolean hasSlots() {
        if (shard >= 0) {
            return true;
        }
        for (int s : slots) {
            if (s != 0) {
                return true;
            }
        }
        return false;
    }

    /** Writes what came in since the last tick into the history, and keeps it until {@link #reset}. */
    abstract void commit(int tick, Horizon horizon, Workbench bench);

    /** Writes what came in since the last {@link #reset} as a row of its kind. */
    abstract void write(int tick, TickWriter out);

    /** Tells name, and state as of the beginning of the tick that was committed last. */
    abstract void tell(long lastSampleMillis, TickWriter out, Workbench bench);

    /** Forgets what came in. */
    abstract void reset();

    /** Writes what came in since the last {@link #reset}, which was not committed, as a row of its kind. */
    abstract void writeUncommitted(int tick, TickWriter out);

    /** Whether there has been a sample. */
    final boolean isFresh() {
        return lastSample() == Horizon.NONE;
    }

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
    public final boolean hasSameNewest(long earlierMillis, long laterMillis) {
        return timeline().hasSameTick(earlierMillis, laterMillis);
    }

    @Override
    public final boolean newest(long afterMillis, long atMillis, Points into) {
        Horizon h = timeline().horizon();
        TickScale scale = timeline().scale();
        int tick = h.floor(scale.floor(atMillis));
        return tick != Horizon.NONE && tick > scale.floor(afterMillis) && at(h, tick, into);
    }
}
