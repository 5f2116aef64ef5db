package dev.tocsin.series;

import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
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
 * <p>A cumulative history (a counter) also has a point on the grid just before each of its beginnings, with the total
 * held until then (0 at first): so {@code increase} counts the first increment. Its total is never reset.
 */
final class ScalarHistory {
    private static final Changes EMPTY = new Changes(0);
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
    static final ScalarHistory NONE = new ScalarHistory(false, 0);

    private final boolean cumulative;
    private final int hold;
    private Changes changes = EMPTY;
    private int lastSample = Horizon.NONE;
    /** The last value that was set, whether it still holds or not. Only the writer reads it. */
    private double current;

    /**
     * @param cumulative whether the value is a running total
     * @param hold ticks that a value holds after the last sample
     */
    ScalarHistory(boolean cumulative, int hold) {
        this.cumulative = cumulative;
        this.hold = hold;
    }

    double current() {
        return current;
    }

    /** Tick of the newest sample, {@link Horizon#NONE} before the first. */
    int lastSample() {
        return lastSample;
    }

    boolean isCumulative() {
        return cumulative;
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
        return changes == EMPTY ? 0 : changes.ticks.length * (Integer.BYTES + Double.BYTES) + 80;
    }

    /** A sample at a tick that is not before the newest sample. */
    void set(int tick, double value, Horizon horizon) {
        put(tick, value, horizon);
        LAST_SAMPLE.setRelease(this, tick);
    }

    private void put(int tick, double value, Horizon horizon) {
        Changes c = changes;
        int n = c.size();
        if (n > 0 && tick - lastSample > hold) {
            append(lastSample + hold, Points.STALE, horizon);
            append(tick, value, horizon);
        } else if (n == 0 || Double.doubleToRawLongBits(c.values[n - 1]) != Double.doubleToRawLongBits(value)) {
            append(tick, value, horizon);
        }
        current = value;
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
        double newest = current;
        if (tick > newestTick()) {
            put(tick, value, horizon);
        } else {
            Changes old = changes;
            Changes next = new Changes(grown(old.size() + 1));
            int i = old.copyBefore(tick, next);
            next.add(tick, value);
            old.copyFrom(endAfter(tick, old, old.holdsValueAt(i, tick) ? i + 1 : i, next), 0, next);
            publish(next);
        }
        if (last) {
            put(lastSample, newest, horizon);
        }
    }

    private void replaceOrSet(int tick, double value, Horizon horizon) {
        if (tick == newestTick()) {
            Changes old = changes;
            Changes next = new Changes(old.ticks.length);
            old.copyBefore(tick, next);
            next.add(tick, value);
            current = value;
            publish(next);
        } else {
            set(tick, value, horizon);
        }
    }

    /** Adds to a running total from a tick on, which may be a past one. */
    void addAt(int tick, double delta, Horizon horizon) {
        if (tick > newestTick()) {
            put(tick, current + delta, horizon);
            LAST_SAMPLE.setRelease(this, Math.max(tick, lastSample));
            return;
        }
        Changes old = changes;
        Changes next = new Changes(grown(old.size() + 1));
        int i = old.copyBefore(tick, next);
        double before = i == 0 ? 0 : Points.isStale(old.values[i - 1]) ? old.values[i - 2] : old.values[i - 1];
        if (old.holdsValueAt(i, tick)) {
            before = old.values[i++];
        }
        next.add(tick, before + delta);
        old.copyFrom(endAfter(tick, old, i, next), delta, next);
        current += delta;
        publish(next);
    }

    /**
     * After an entry was put at {@code tick}: says where it ends, if that is before the next beginning.
     *
     * @return the first old entry that is still to be copied
     */
    private int endAfter(int tick, Changes old, int following, Changes next) {
        int i = following;
        boolean begins = next.size() == 1 || Points.isStale(next.values[next.size() - 2]);
        if (i < old.size() && Points.isStale(old.values[i])) {
            int end = Math.max(old.ticks[i], tick + hold);
            i++;
            if (end < old.ticks[i]) {
                next.add(end, Points.STALE);
            }
        } else if (begins && i < old.size() && old.ticks[i] - tick > hold) {
            next.add(tick + hold, Points.STALE);
        }
        return i;
    }

    private int newestTick() {
        Changes c = changes;
        return c.size() == 0 ? Horizon.NONE : c.ticks[c.size() - 1];
    }

    private void append(int tick, double value, Horizon horizon) {
        if (changes.size() == changes.ticks.length) {
            makeRoom(horizon);
        }
        changes.add(tick, value);
    }

    private void makeRoom(Horizon horizon) {
        trim(horizon);
        int n = changes.size();
        if (n >= changes.ticks.length - changes.ticks.length / 4) {
            publish(changes.copy(grown(n)));
        }
    }

    /** Most series have few changes: a short history grows by few. */
    private static int grown(int entries) {
        return entries + Math.max(1, entries >> 1);
    }

    private void publish(Changes next) {
        CHANGES.setRelease(this, next);
    }

    /**
     * Keeps of each older block of ticks only the last entry, and of what is beyond history only the one that holds at
     * its edge. Sums stay what they are: entries are totals, not deltas.
     */
    void trim(Horizon h) {
        Changes old = changes;
        int kept = 0;
        for (int i = 0; i < old.size(); i++) {
            kept += old.isKept(i, h) ? 1 : 0;
        }
        if (kept == old.size()) {
            return;
        }
        Changes next = new Changes(Math.max(1, Math.min(old.ticks.length, kept * 2)));
        for (int i = 0; i < old.size(); i++) {
            if (old.isKept(i, h)) {
                next.add(old.ticks[i], old.values[i]);
            }
        }
        publish(next);
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

    /** Whether anything can be read in (after, to]. */
    boolean hasPoints(Horizon h, int after, int to) {
        return firstAlive(h, after, to) != Horizon.NONE;
    }

    private int firstAlive(Horizon h, int after, int to) {
        ScalarCursor cursor = new ScalarCursor(this, h);
        int end = Math.min(to, h.closed());
        for (int t = h.next(after); t <= end; t = h.next(t)) {
            if (!Points.isStale(cursor.at(t))) {
                return t;
            }
            if (cursor.nothingUntil(end)) {
                return Horizon.NONE;
            }
        }
        return Horizon.NONE;
    }

    /** The value at a tick of the grid, {@link Points#STALE} where there is none. */
    double at(Horizon h, int tick) {
        return new ScalarCursor(this, h).at(tick);
    }

    /** Adds the point at a tick of the grid, where there is one. */
    boolean readAt(Horizon h, int tick, TickScale scale, Points into) {
        double value = at(h, tick);
        if (Points.isStale(value)) {
            return false;
        }
        into.add(scale.millis(tick), value);
        return true;
    }

    void read(Horizon h, int after, int to, TickScale scale, Points into) {
        ScalarCursor cursor = new ScalarCursor(this, h);
        int end = Math.min(to, h.closed());
        for (int t = h.next(after); t <= end; t = h.next(t)) {
            double v = cursor.at(t);
            if (!Points.isStale(v)) {
                into.add(scale.millis(t), v);
            } else if (cursor.nothingUntil(end)) {
                return;
            }
        }
    }

    /** Without walking points, unless the series ended and began again inside its history. */
    RangeEnds ends(Horizon h, int after, int to, TickScale scale) {
        ScalarCursor cursor = new ScalarCursor(this, h);
        if (cursor.c.gaps > 0) {
            Points points = new Points();
            read(h, after, to, scale, points);
            return RangeEnds.of(points);
        }
        if (cursor.n == 0) {
            return RangeEnds.NONE;
        }
        int begin = cumulative ? cursor.c.ticks[0] - 1 : cursor.c.ticks[0];
        int low = h.floor(begin);
        int first = Math.max(h.next(after), low == begin || cumulative ? low : h.next(begin));
        int last = h.floor(Math.min(to, (int) Math.min(h.closed(), (long) cursor.lastSample + hold - 1)));
        if (last == Horizon.NONE || first > last || cursor.c.ticks[0] > h.closed()) {
            return RangeEnds.NONE;
        }
        return new RangeEnds(
                h.count(first - 1, last),
                scale.millis(first),
                scale.millis(last),
                cursor.at(first),
                cursor.at(last),
                cumulative ? 0 : cursor.falls(first, last),
                null,
                null,
                false);
    }
}
