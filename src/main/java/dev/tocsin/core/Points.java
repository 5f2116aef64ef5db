package dev.tocsin.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Points of one series in ascending time, in reusable columns. Confined to one thread. */
public final class Points {
    /** What one comes to on the heap: its time, its value, and a reference. */
    public static final long BYTES_PER_POINT = 24;

    /** The NaN that marks the end of a series, told from other NaNs by its bits. (Prometheus, {@code value.StaleNaN}.) */
    public static final long STALE_BITS = 0x7ff0000000000002L;

    public static final double STALE = Double.longBitsToDouble(STALE_BITS);

    public long[] timeMillis = new long[16];
    /** NaN where {@link #distribution} is not null. */
    public double[] value = new double[16];

    public @Nullable Distribution[] distribution = new @Nullable Distribution[16];
    public int size;

    public static boolean isStale(double v) {
        return Double.doubleToRawLongBits(v) == STALE_BITS;
    }

    public void reset() {
        Arrays.fill(distribution, 0, size, null);
        size = 0;
    }

    public void add(long time, double v) {
        int i = addRow();
        timeMillis[i] = time;
        value[i] = v;
        distribution[i] = null;
    }

    public void add(long time, Distribution d) {
        int i = addRow();
        timeMillis[i] = time;
        value[i] = Double.NaN;
        distribution[i] = d;
    }

    private int addRow() {
        if (size == value.length) {
            timeMillis = Arrays.copyOf(timeMillis, size * 2);
            value = Arrays.copyOf(value, size * 2);
            distribution = Arrays.copyOf(distribution, size * 2);
        }
        return size++;
    }
}
