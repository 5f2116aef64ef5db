package dev.tocsin.series;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.tick.TickWriter;
import java.util.Arrays;

/**
 * A set: members in; out comes how many distinct ones the percentile window had, at every tick, until the series is
 * forgotten. Members of different shards and ticks are united, not added up. Threads as in {@link PushedSeries}.
 */
final class SetSeries extends PushedSeries {
    private final ScalarHistory counts;
    private static final long[] NONE = {};

    private final DistinctMembers members;
    /** Members that wait for the tick they belong to. */
    private long[] notes = NONE;

    private int noted;

    SetSeries(Labels labels, Shape shape) {
        super(labels, shape);
        counts = new ScalarHistory(1, false, timeline().forgetTicks());
        members = new DistinctMembers(timeline().percentileTicks());
    }

    void add(long hash, int tick) {
        members.add(hash, tick);
    }

    boolean isEstimated() {
        return members.isEstimated();
    }

    @Override
    void commit(int tick, Horizon horizon, Workbench bench) {
        for (int i = 0; i < noted; i++) {
            members.add(notes[i], tick);
        }
        counts.set(tick, members.countAt(tick), horizon);
    }

    @Override
    void write(int tick, TickWriter out) {
        long[] seen = members.seenAt(tick);
        out.set(number, counts.current(), seen, seen.length);
    }

    @Override
    void tell(long lastSampleMillis, TickWriter out, Workbench bench) {
        out.nameSet(number, labelsOnce(), lastSampleMillis);
    }

    @Override
    void writeUncommitted(int tick, TickWriter out) {
        long[] seen = Arrays.stream(notes, 0, noted).distinct().toArray();
        out.set(number, seen.length, seen, seen.length);
    }

    /** The same as {@link #add}, at the next tick that is committed. */
    void note(long hash) {
        notes = noted == notes.length ? Arrays.copyOf(notes, noted * 2 + 4) : notes;
        notes[noted++] = hash;
    }

    @Override
    void reset() {
        notes = NONE;
        noted = 0;
    }

    /**
     * Moves the window on, though no member came.
     *
     * @return whether there is still a member in it
     */
    boolean slide(int tick, Horizon horizon) {
        counts.change(tick, members.countAt(tick), horizon);
        return !members.isEmptyAt(tick);
    }

    @Override
    int lastSample() {
        return counts.lastSample();
    }

    @Override
    void trim(Horizon horizon, boolean thoroughly, Workbench bench) {
        if (thoroughly || counts.hasExpired(horizon)) {
            counts.trim(horizon);
        }
    }

    @Override
    long historyBytes() {
        return counts.capacityBytes() + members.bytes();
    }

    @Override
    boolean hasPoints(Horizon horizon, int after, int to) {
        return counts.reader(horizon).hasPoints(after, to);
    }

    @Override
    boolean at(Horizon horizon, int tick, Points into) {
        return counts.reader(horizon).readAt(tick, timeline().scale(), into);
    }

    @Override
    public void read(long afterMillis, long toMillis, Points into) {
        TickScale scale = timeline().scale();
        counts.reader(timeline().horizon()).read(scale.floor(afterMillis), scale.floor(toMillis), scale, into);
    }

    @Override
    public RangeEnds ends(long afterMillis, long toMillis) {
        TickScale scale = timeline().scale();
        return counts.reader(timeline().horizon()).ends(scale.floor(afterMillis), scale.floor(toMillis), scale);
    }
}
