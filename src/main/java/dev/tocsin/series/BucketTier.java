package dev.tocsin.series;

import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.PackedBuckets;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Packed distributions of one resolution, each at the tick that ends its block, one after another in one byte array.
 * The series thread writes; any thread reads: entries are appended beyond the published size, and what rewrites them
 * publishes new arrays.
 */
final class BucketTier {
    /** Before every tick, and a multiple of every step: of a minute in ticks of any length that divides ten seconds. */
    static final int BEFORE_ALL = -(1 << 30) - (2_400 - (1 << 30) % 2_400);

    private static final VarHandle RUN;
    private static final VarHandle SIZE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RUN = lookup.findVarHandle(BucketTier.class, "run", Run.class);
            SIZE = lookup.findVarHandle(Run.class, "size", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One published state. Entries below {@link #size} never change. */
    static final class Run {
        private final int[] ticks;
        private final int[] ends;
        private final byte[] bytes;
        /** Entries at or before this tick were dropped. */
        final int droppedUntil;

        private int size;

        private Run(int entries, int bytes, int droppedUntil) {
            this.ticks = new int[entries];
            this.ends = new int[entries];
            this.bytes = new byte[bytes];
            this.droppedUntil = droppedUntil;
        }

        private int start(int i) {
            return i == 0 ? 0 : ends[i - 1];
        }

        private void add(int tick, byte[] source, int from, int to) {
            int start = start(size);
            System.arraycopy(source, from, bytes, start, to - from);
            ticks[size] = tick;
            ends[size] = start + to - from;
            SIZE.setRelease(this, size + 1);
        }

        private boolean fits(int length) {
            return size < ticks.length && start(size) + length <= bytes.length;
        }

        /** The first entry after a tick. */
        private int after(int n, int tick) {
            int found = Arrays.binarySearch(ticks, 0, n, tick);
            return found >= 0 ? found + 1 : -found - 1;
        }

        /** Adds, or takes away, every entry in (after, to]. */
        void sum(int after, int to, DistributionBuilder into, boolean subtract) {
            int n = (int) SIZE.getAcquire(this);
            for (int i = after(n, after); i < n && ticks[i] <= to; i++) {
                if (subtract) {
                    PackedBuckets.subtractFrom(into, bytes, start(i), ends[i]);
                } else {
                    PackedBuckets.addTo(into, bytes, start(i), ends[i]);
                }
            }
        }

        /** The tick of the first entry after {@code tick}, or {@code none}. */
        int tickAfter(int tick, int none) {
            int n = (int) SIZE.getAcquire(this);
            int i = after(n, tick);
            return i < n ? ticks[i] : none;
        }
    }

    /** Entries up to which a run grows by {@link #FEW} at once. */
    private static final int SHORT = 64;

    private static final int FEW = 4;

    private static final Run EMPTY = new Run(0, 0, BEFORE_ALL);

    /** Of a resolution that nothing was rolled up to; not to be written to. */
    static final BucketTier NONE = new BucketTier(0);

    private final int maxBytes;
    private Run run = EMPTY;

    /** @param maxBytes past it the oldest entries go, where a coarser tier has them */
    BucketTier(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    Run run() {
        return (Run) RUN.getAcquire(this);
    }

    int capacityBytes() {
        return run == EMPTY ? 0 : run.ticks.length * 2 * Integer.BYTES + run.bytes.length + 100;
    }

    /**
     * @param tick later than every entry
     * @param bytes of which [from, to) is its packed distribution
     * @param droppable entries at or before this tick are not needed any more, should there be no room
     */
    void append(int tick, byte[] bytes, int from, int to, int droppable, Horizon h) {
        if (!run.fits(to - from)) {
            drop(droppable, to - from, h);
        }
        run.add(tick, bytes, from, to);
    }

    /** Puts an entry at a past tick, or in place of the one there. */
    void put(int tick, byte[] packed) {
        Run old = run;
        Run next = new Run(old.size + 2, old.start(old.size) + packed.length * 2, old.droppedUntil);
        int i = 0;
        for (; i < old.size && old.ticks[i] < tick; i++) {
            next.add(old.ticks[i], old.bytes, old.start(i), old.ends[i]);
        }
        next.add(tick, packed, 0, packed.length);
        i += i < old.size && old.ticks[i] == tick ? 1 : 0;
        for (; i < old.size; i++) {
            next.add(old.ticks[i], old.bytes, old.start(i), old.ends[i]);
        }
        RUN.setRelease(this, next);
    }

    /** Drops the entries at or before a tick. */
    void drop(int until) {
        drop(until, 0, 0);
    }

    /** The same, and makes room for {@code more} bytes and what is likely to follow. */
    private void drop(int until, int more, Horizon h) {
        int first = run.after(run.size, until);
        int kept = run.size - first;
        int likely = kept == 0 ? 0 : h.likely(kept, run.ticks[first]);
        long likelyBytes = (long) likely * (run.start(run.size) - run.start(first)) / Math.max(1, kept);
        // Room alone must not make it too large.
        drop(until, more, likelyBytes + run.start(run.size) > maxBytes / 2 ? 0 : likely);
    }

    private void drop(int until, int more, int likely) {
        Run old = run;
        int first = old.after(old.size, until);
        int kept = old.size - first;
        int keptBytes = old.start(old.size) - old.start(first);
        // Most series have few entries: a short run grows by few.
        int room = more == 0 ? 0 : kept < SHORT ? Math.max(FEW, kept >> 2) : 1 + (kept >> 1);
        int roomBytes = kept < SHORT ? room * more : room == 0 ? 0 : more + (keptBytes >> 1);
        if (likely > room) {
            roomBytes = Math.max(roomBytes, (int) ((long) keptBytes * likely / kept));
            room = likely;
        }
        Run next = new Run(
                kept + room, keptBytes + roomBytes, first > 0 ? Math.max(until, old.droppedUntil) : old.droppedUntil);
        for (int i = first; i < old.size; i++) {
            next.add(old.ticks[i], old.bytes, old.start(i), old.ends[i]);
        }
        RUN.setRelease(this, next);
    }

    /** How many entries there are after a tick. */
    int countAfter(int tick) {
        return run.size - run.after(run.size, tick);
    }

    boolean isOverfull() {
        return run.bytes.length > maxBytes;
    }

    /** The tick at or before which about half of the bytes lie. */
    int medianTick() {
        int half = run.start(run.size) / 2;
        int i = 0;
        while (i < run.size - 1 && run.ends[i] < half) {
            i++;
        }
        return run.size == 0 ? BEFORE_ALL : run.ticks[i];
    }

    /** Whether there are entries, all before a tick. */
    boolean endsBefore(int tick) {
        return run.size > 0 && run.ticks[run.size - 1] < tick;
    }
}
