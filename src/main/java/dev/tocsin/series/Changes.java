package dev.tocsin.series;

import dev.tocsin.core.Points;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Entries of a {@link ScalarHistory} in ascending ticks: changes of the value, and {@link Points#STALE} where it ended.
 * One thread writes; any thread reads what lies below the size it acquired, which never changes.
 */
final class Changes {
    private static final VarHandle SIZE;

    static {
        try {
            SIZE = MethodHandles.lookup().findVarHandle(Changes.class, "size", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final int[] ticks;
    final double[] values;
    /** STALE entries among them, or some more. */
    int gaps;

    private int size;

    Changes(int capacity) {
        ticks = new int[capacity];
        values = new double[capacity];
    }

    /** For the writer. */
    int size() {
        return size;
    }

    /** For readers: what lies below may be read. */
    int acquireSize() {
        return (int) SIZE.getAcquire(this);
    }

    void add(int tick, double value) {
        int n = size;
        ticks[n] = tick;
        values[n] = value;
        if (Points.isStale(value)) {
            gaps++;
        }
        SIZE.setRelease(this, n + 1);
    }

    /** The same with room for more. */
    Changes copy(int capacity) {
        Changes wider = new Changes(capacity);
        System.arraycopy(ticks, 0, wider.ticks, 0, size);
        System.arraycopy(values, 0, wider.values, 0, size);
        wider.gaps = gaps;
        wider.size = size;
        return wider;
    }

    /** Copies the entries before a tick; returns the index of the first that is not. */
    int copyBefore(int tick, Changes into) {
        int i = 0;
        for (; i < size && ticks[i] < tick; i++) {
            into.add(ticks[i], values[i]);
        }
        return i;
    }

    boolean holdsValueAt(int i, int tick) {
        return ticks[i] == tick && !Points.isStale(values[i]);
    }

    void copyFrom(int first, double delta, Changes into) {
        for (int i = first; i < size; i++) {
            into.add(ticks[i], Points.isStale(values[i]) ? Points.STALE : values[i] + delta);
        }
    }

    /** Whether {@link ScalarHistory#trim} keeps an entry. A total before a gap is what the next beginning starts from: kept. */
    boolean isKept(int i, Horizon h) {
        if (i == size - 1) {
            return true;
        }
        boolean endsHere = Points.isStale(values[i + 1]);
        int following = endsHere ? i + 2 : i + 1;
        if (following < size && ticks[following] <= h.coarseFrom()) {
            return false;
        }
        int step = thinTo(ticks[i], h);
        return endsHere || Horizon.ceilTo(ticks[i], step) != Horizon.ceilTo(ticks[i + 1], step);
    }

    /** The last of the first {@code n} entries at or before {@code tick}, or -1. */
    int indexAt(int n, int tick) {
        if (n > 0 && ticks[n - 1] <= tick) {
            return n - 1;
        }
        int found = Arrays.binarySearch(ticks, 0, n, tick);
        return found >= 0 ? found : -found - 2;
    }

    private static int thinTo(int tick, Horizon h) {
        // A minute of slack: a reader that took its horizon a moment ago must still find every tick of it.
        int slack = h.coarseStep();
        return tick > h.fineFrom() - slack ? 1 : tick > h.mediumFrom() - slack ? h.mediumStep() : h.coarseStep();
    }
}
