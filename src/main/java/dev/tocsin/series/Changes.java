package dev.tocsin.series;

import dev.tocsin.core.Points;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Entries of a {@link ScalarHistory} in ascending ticks: changes of the value, and {@link Points#STALE} where it ended.
 * Of one column, or of two that change together. One thread writes; any thread reads what lies below the size it
 * acquired, which never changes.
 *
 * <p>Most values are whole and small: four bytes each are enough until one comes that is not; then all take eight.
 */
final class Changes {
    private static final int SMALL_STALE = Integer.MIN_VALUE;
    private static final VarHandle SIZE;

    static {
        try {
            SIZE = MethodHandles.lookup().findVarHandle(Changes.class, "size", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final int[] ticks;
    /** An int[] or a double[]: the first column, then the second where there is one. */
    private final Object values;
    /** STALE entries among them, or some more. */
    int gaps;
    /** Of what was here and went. Set before this is published, as is the next. */
    OldBlocks blocks = OldBlocks.NONE;
    /** Blocks that end at or before it are of the coarsest length, whatever the horizon was since. */
    int coarseUntil = Horizon.NONE;

    private int size;

    /** @param wide whether values take eight bytes */
    Changes(int capacity, int columns, boolean wide) {
        ticks = new int[capacity];
        values = wide ? new double[columns * capacity] : new int[columns * capacity];
    }

    /** Whether a value can be held in four bytes. */
    static boolean isSmall(double value) {
        int small = (int) value;
        return small != SMALL_STALE && Double.doubleToRawLongBits(small) == Double.doubleToRawLongBits(value)
                || Points.isStale(value);
    }

    boolean isWide() {
        return values instanceof double[];
    }

    /** For the writer. */
    int size() {
        return size;
    }

    int capacityBytes() {
        int slots = values instanceof double[] wide ? 2 * wide.length : ((int[]) values).length;
        return (ticks.length + slots) * Integer.BYTES + 72;
    }

    /** For readers: what lies below may be read. */
    int acquireSize() {
        return (int) SIZE.getAcquire(this);
    }

    double value(int i) {
        return get(i);
    }

    /** @param column 0 or 1 */
    double value(int i, int column) {
        return get(column * ticks.length + i);
    }

    boolean isStale(int i) {
        return values instanceof int[] small ? small[i] == SMALL_STALE : Points.isStale(((double[]) values)[i]);
    }

    private double get(int at) {
        if (values instanceof int[] small) {
            int value = small[at];
            return value == SMALL_STALE ? Points.STALE : value;
        }
        return ((double[]) values)[at];
    }

    private void set(int at, double value) {
        if (values instanceof int[] small) {
            small[at] = Points.isStale(value) ? SMALL_STALE : (int) value;
        } else {
            ((double[]) values)[at] = value;
        }
    }

    /** @param value of the only column; small, unless this is wide */
    void add(int tick, double value) {
        ticks[size] = tick;
        set(size, value);
        added(value);
    }

    /** Where there are two columns: both small, unless this is wide. */
    void add(int tick, double first, double second) {
        ticks[size] = tick;
        set(size, first);
        set(ticks.length + size, second);
        added(first);
    }

    private void added(double value) {
        if (Points.isStale(value)) {
            gaps++;
        }
        SIZE.setRelease(this, size + 1);
    }

    /** An entry of another. */
    void addFrom(Changes from, int i, int columns) {
        if (columns == 1) {
            add(from.ticks[i], from.value(i));
        } else {
            add(from.ticks[i], from.value(i), from.value(i, 1));
        }
    }

    /** Whether all values are small though they take eight bytes each. */
    boolean canNarrow(int columns) {
        for (int i = 0; i < size; i++) {
            for (int column = 0; column < columns; column++) {
                if (!isSmall(value(i, column))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The same with room for more. */
    Changes copy(int capacity, int columns, boolean wide) {
        Changes wider = new Changes(capacity, columns, wide);
        System.arraycopy(ticks, 0, wider.ticks, 0, size);
        for (int column = 0; column < columns; column++) {
            if (isWide() == wide) {
                System.arraycopy(values, column * ticks.length, wider.values, column * capacity, size);
            } else {
                for (int i = 0; i < size; i++) {
                    wider.set(column * capacity + i, value(i, column));
                }
            }
        }
        wider.gaps = gaps;
        wider.takeBlocks(this);
        wider.size = size;
        return wider;
    }

    void takeBlocks(Changes from) {
        blocks = from.blocks;
        coarseUntil = from.coarseUntil;
    }

    /** The tick after which a block begins. */
    int blockBegin(int block, Horizon h) {
        int end = blocks.number(block);
        return end - (end <= coarseUntil ? h.coarseStep() : h.mediumStep());
    }

    /** Copies the entries before a tick; returns the index of the first that is not. */
    int copyBefore(int tick, int columns, Changes into) {
        int i = 0;
        for (; i < size && ticks[i] < tick; i++) {
            into.addFrom(this, i, columns);
        }
        return i;
    }

    boolean holdsValueAt(int i, int tick) {
        return i < size && ticks[i] == tick && !isStale(i);
    }

    void copyFrom(int first, int columns, Changes into) {
        for (int i = first; i < size; i++) {
            into.addFrom(this, i, columns);
        }
    }

    /** @param secondDelta of the second column, where there is one */
    void copyFrom(int first, int columns, double delta, double secondDelta, Changes into) {
        for (int i = first; i < size; i++) {
            if (isStale(i)) {
                into.addFrom(this, i, columns);
            } else if (columns == 1) {
                into.add(ticks[i], value(i) + delta);
            } else {
                into.add(ticks[i], value(i) + delta, value(i, 1) + secondDelta);
            }
        }
    }

    /** Whether {@link ScalarHistory#trim} keeps an entry. A total before a gap is what the next beginning starts from: kept. */
    boolean isKept(int i, Horizon h) {
        if (i == size - 1) {
            return true;
        }
        boolean endsHere = isStale(i + 1);
        int following = endsHere ? i + 2 : i + 1;
        if (following < size && ticks[following] <= h.coarseFrom()) {
            return false;
        }
        int step = thinTo(ticks[i], h);
        return endsHere || Horizon.ceilTo(ticks[i], step) != Horizon.ceilTo(ticks[i + 1], step);
    }

    /** Whether {@link #isKept} can only say yes. */
    boolean isAllFine(Horizon h) {
        return size == 0 || thinTo(ticks[0], h) == 1;
    }

    /** The last of the first {@code n} entries at or before {@code tick}, or -1. */
    int indexAt(int n, int tick) {
        if (n > 0 && ticks[n - 1] <= tick) {
            return n - 1;
        }
        int found = Arrays.binarySearch(ticks, 0, n, tick);
        return found >= 0 ? found : -found - 2;
    }

    /** The length of the blocks of which one entry each is kept, where a tick lies. */
    int thinTo(int tick, Horizon h) {
        if (tick <= coarseUntil) {
            return h.coarseStep();
        }
        return tick > h.fineFrom() - slack(h) ? 1 : tick > mediumFrom(h) ? h.mediumStep() : h.coarseStep();
    }

    /** Up to where blocks are of the coarsest length. */
    static int mediumFrom(Horizon h) {
        return h.mediumFrom() - slack(h);
    }

    /** A minute: a reader that took its horizon a moment ago must still find every tick of it. */
    private static int slack(Horizon h) {
        return h.coarseStep();
    }
}
