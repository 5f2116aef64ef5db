package dev.tocsin.series;

import dev.tocsin.core.Points;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The changes of one number over time. The series thread writes; any thread reads, without a lock: entries are appended
 * beyond the published size, and whatever rewrites entries publishes new arrays.
 *
 * <p>Between two changes the value holds, for as long as samples come; {@code hold} ticks after the last one it ends.
 * That end is not written when it happens but computed by readers, and stored as a {@link Points#STALE} entry when the
 * next sample comes after it, so no series has to be looked at for having gone quiet.
 *
 * <p>It may have two columns that change together, as the count and the sum of a distribution do: then the first says
 * when there is a point, and a change of either is an entry of both.
 *
 * <p>A cumulative history (a counter) also has a point on the grid just before each of its beginnings, with the total
 * held until then (0 at first): so {@code increase} counts the first increment. Its total is never reset.
 */
final class ScalarHistory {
    private static final Changes EMPTY = new Changes(0, 1, false);
    private static final VarHandle CHANGES;
    private static final VarHandle LAST_SAMPLE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CHANGES = lookup.findVarHandle(ScalarHistory.class, "changes", Changes.class);
            LAST_SAMPLE = lookup.findVarHandle(ScalarHistory.class, "lastSample", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Of a series without a sample; not to be written to. */
    static final ScalarHistory NONE = new ScalarHistory(1, false, 0);

    /** Entries up to which a history grows by {@link #FEW} at once. */
    private static final int SHORT = 64;

    private static final int FEW = 4;

    private final byte columns;

    private final boolean cumulative;
    /** Whether it began before its first entry, as that was there when its process was started: no point at 0 before. */
    private boolean resumed;

    private final int hold;
    private Changes changes = EMPTY;
    private int lastSample = Horizon.NONE;

    /**
     * @param columns 1 or 2
     * @param cumulative whether the value is a running total
     * @param hold ticks that a value holds after the last sample
     */
    ScalarHistory(int columns, boolean cumulative, int hold) {
        this.columns = (byte) columns;
        this.cumulative = cumulative;
        this.hold = hold;
    }

    /** The last value that was set, whether it still holds or not; 0 before the first. For the writer. */
    double current() {
        return current(0);
    }

    double current(int column) {
        int n = changes.size();
        return n == 0 ? 0 : changes.value(n - 1, column);
    }

    /** Tick of the newest sample, {@link Horizon#NONE} before the first. */
    int lastSample() {
        return lastSample;
    }

    boolean isCumulative() {
        return cumulative;
    }

    /** Whether what is coarser than a tick has more than the last value; of totals the last tells all. */
    boolean keepsBlocks() {
        return !cumulative;
    }

    boolean isResumed() {
        return resumed;
    }

    /** What the total, or the value, was when the first of all samples here comes: no change of its own. */
    void resume(int tick, double first, double second) {
        resumed = true;
        Changes next = new Changes(FEW, columns, !(Changes.isSmall(first) && Changes.isSmall(second)));
        if (columns == 1) {
            next.add(tick, first);
        } else {
            next.add(tick, first, second);
        }
        publish(next);
        LAST_SAMPLE.setRelease(this, tick);
    }

    int hold() {
        return hold;
    }

    Changes acquireChanges() {
        return (Changes) CHANGES.getAcquire(this);
    }

    int acquireLastSample() {
        return (int) LAST_SAMPLE.getAcquire(this);
    }

    boolean isEmpty() {
        return acquireChanges().acquireSize() == 0;
    }

    int capacityBytes() {
        return changes == EMPTY ? 0 : changes.capacityBytes() + changes.blocks.bytes();
    }

    /** A sample at a tick that is not before the newest sample. */
    void set(int tick, double value, Horizon horizon) {
        put(tick, value, horizon);
        LAST_SAMPLE.setRelease(this, tick);
    }

    /** The same for two columns. */
    void set(int tick, double first, double second, Horizon horizon) {
        put(tick, first, second, horizon);
        LAST_SAMPLE.setRelease(this, tick);
    }

    private void put(int tick, double value, Horizon horizon) {
        put(tick, value, 0, horizon);
    }

    private void put(int tick, double first, double second, Horizon horizon) {
        int n = changes.size();
        if (n > 0 && tick - lastSample > hold) {
            append(lastSample + hold, Points.STALE, Points.STALE, horizon);
            append(tick, first, second, horizon);
        } else if (n == 0 || !isSame(first, changes.value(n - 1)) || columns > 1 && !isSame(second, current(1))) {
            append(tick, first, second, horizon);
        }
    }

    private static boolean isSame(double a, double b) {
        return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
    }

    /**
     * A sample of the past: the value from a tick on, until the next stored change, or the newest sample. (Samples that
     * repeated the value they found are not stored, so they don't end it.)
     */
    void insert(int tick, double value, Horizon horizon) {
        if (tick >= lastSample || changes.size() == 0) {
            replaceOrSet(tick, value, horizon);
            return;
        }
        boolean last = tick >= newestTick();
        double newest = current();
        if (tick > newestTick()) {
            put(tick, value, horizon);
        } else {
            Changes old = changes;
            Changes next = new Changes(grown(old.size() + 1), 1, old.isWide() || !Changes.isSmall(value));
            next.takeBlocks(old);
            int block = old.blocks.indexOf(tick);
            if (block < old.blocks.size() && old.blockBegin(block, horizon) < tick) {
                next.blocks = old.blocks.including(block, value);
            }
            int i = old.copyBefore(tick, 1, next);
            next.add(tick, value);
            old.copyFrom(endAfter(tick, old, old.holdsValueAt(i, tick) ? i + 1 : i, next), 1, next);
            publish(next);
        }
        if (last) {
            put(lastSample, newest, horizon);
        }
    }

    private void replaceOrSet(int tick, double value, Horizon horizon) {
        if (tick == newestTick()) {
            Changes old = changes;
            Changes next = new Changes(old.ticks.length, 1, old.isWide() || !Changes.isSmall(value));
            next.takeBlocks(old);
            old.copyBefore(tick, 1, next);
            next.add(tick, value);
            publish(next);
        } else {
            set(tick, value, horizon);
        }
    }

    /** Adds to a running total from a tick on, which may be a past one. */
    void addAt(int tick, double delta, Horizon horizon) {
        addAt(tick, delta, 0, horizon);
    }

    /** The same for two columns. */
    void addAt(int tick, double delta, double secondDelta, Horizon horizon) {
        if (tick > newestTick()) {
            put(tick, current() + delta, columns > 1 ? current(1) + secondDelta : 0, horizon);
            LAST_SAMPLE.setRelease(this, Math.max(tick, lastSample));
            return;
        }
        Changes old = changes;
        if (resumed && tick < old.ticks[0]) {
            // What was before is only known as a total.
            addAt(old.ticks[0], delta, secondDelta, horizon);
            return;
        }
        // Wide until it is next copied: sums may grow past what is small.
        Changes next = new Changes(grown(old.size() + 1), columns, true);
        int i = old.copyBefore(tick, columns, next);
        int from = old.holdsValueAt(i, tick) ? i++ : i == 0 || !old.isStale(i - 1) ? i - 1 : i - 2;
        double before = from < 0 ? 0 : old.value(from);
        if (columns == 1) {
            next.add(tick, before + delta);
        } else {
            next.add(tick, before + delta, (from < 0 ? 0 : old.value(from, 1)) + secondDelta);
        }
        old.copyFrom(endAfter(tick, old, i, next), columns, delta, secondDelta, next);
        publish(next);
    }

    /**
     * After an entry was put at {@code tick}: says where it ends, if that is before the next beginning.
     *
     * @return the first old entry that is still to be copied
     */
    private int endAfter(int tick, Changes old, int following, Changes next) {
        int i = following;
        boolean begins = next.size() == 1 || next.isStale(next.size() - 2);
        if (i < old.size() && old.isStale(i)) {
            int end = Math.max(old.ticks[i], tick + hold);
            i++;
            if (end < old.ticks[i]) {
                addEnd(end, next);
            }
        } else if (begins && i < old.size() && old.ticks[i] - tick > hold) {
            addEnd(tick + hold, next);
        }
        return i;
    }

    private void addEnd(int tick, Changes next) {
        if (columns == 1) {
            next.add(tick, Points.STALE);
        } else {
            next.add(tick, Points.STALE, Points.STALE);
        }
    }

    private int newestTick() {
        Changes c = changes;
        return c.size() == 0 ? Horizon.NONE : c.ticks[c.size() - 1];
    }

    private void append(int tick, double first, double second, Horizon horizon) {
        if (changes.size() == changes.ticks.length) {
            makeRoom(horizon);
        }
        if (!changes.isWide() && !(Changes.isSmall(first) && Changes.isSmall(second))) {
            publish(changes.copy(changes.ticks.length, columns, true));
        }
        if (columns == 1) {
            changes.add(tick, first);
        } else {
            changes.add(tick, first, second);
        }
    }

    private void makeRoom(Horizon horizon) {
        trim(horizon);
        int n = changes.size();
        if (n >= changes.ticks.length - changes.ticks.length / 4) {
            int foreseen = n == 0 ? 0 : n + horizon.likely(n, changes.ticks[0]);
            publish(changes.copy(Math.max(grown(n), foreseen), columns, staysWide(changes)));
        }
    }

    /** Most series have few changes: a short history grows by few. */
    private static int grown(int entries) {
        if (entries < FEW) {
            return entries + Math.max(1, entries);
        }
        return entries + (entries < SHORT ? Math.max(FEW, entries >> 2) : entries >> 1);
    }

    private boolean staysWide(Changes old) {
        return old.isWide() && !old.canNarrow(columns);
    }

    private void publish(Changes next) {
        CHANGES.setRelease(this, next);
    }

    /**
     * Keeps of each older block of ticks only the last entry, with what the value came to in it, and of what is beyond
     * history only the one that holds at its edge. Sums stay what they are: entries are totals, not deltas.
     */
    void trim(Horizon h) {
        Changes old = changes;
        if (old.isAllFine(h)) {
            return;
        }
        int kept = 0;
        for (int i = 0; i < old.size(); i++) {
            kept += old.isKept(i, h) ? 1 : 0;
        }
        if (kept == old.size()) {
            return;
        }
        Changes next = new Changes(Math.max(1, Math.min(old.ticks.length, kept * 2)), columns, staysWide(old));
        for (int i = 0; i < old.size(); i++) {
            if (old.isKept(i, h)) {
                next.addFrom(old, i, columns);
            }
        }
        if (keepsBlocks()) {
            next.blocks = blocks(old, h);
            next.coarseUntil = Math.max(old.coarseUntil, Changes.mediumFrom(h));
        }
        publish(next);
    }

    /** What the value came to in the blocks of which an entry goes, or went before. */
    private OldBlocks blocks(Changes old, Horizon h) {
        ScalarReader reader = reader(h);
        OldBlocks.Collector collector = new OldBlocks.Collector(old.size());
        ValueSummary block = new ValueSummary();
        for (int i = 0, next; i < old.size(); i = next) {
            int step = old.thinTo(old.ticks[i], h);
            int end = Horizon.ceilTo(old.ticks[i], step);
            int before = old.blocks.indexOf(end - step + 1);
            boolean isSummed = before < old.blocks.size() && old.blocks.number(before) <= end;
            for (next = i; next < old.size() && old.ticks[next] <= end; next++) {
                isSummed |= !old.isKept(next, h);
            }
            if (isSummed && end > h.coarseFrom()) {
                reader.over(end - step, end, block);
                collector.add(end, block);
            }
        }
        return collector.collect();
    }

    /** Whether a good part of the entries is beyond all history. */
    boolean hasExpired(Horizon h) {
        Changes c = changes;
        return c.size() > 1 && c.ticks[Math.max(1, c.size() / 4)] <= h.coarseFrom();
    }

    /** A change that no sample made. */
    void change(int tick, double value, Horizon horizon) {
        put(tick, value, horizon);
    }

    /** A view for one reader, of the only column or the first. */
    ScalarReader reader(Horizon h) {
        return reader(0, h);
    }

    /** @param column 0 or 1 */
    ScalarReader reader(int column, Horizon h) {
        return new ScalarReader(this, column, h);
    }
}
