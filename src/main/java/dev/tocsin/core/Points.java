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

    /**
     * Column by column the smallest, the largest, the sum and the number of values that a point stands for; null where
     * each is one value.
     */
    private double @Nullable [][] intervals;

    private static final int LOW = 0;
    private static final int HIGH = 1;
    private static final int SUM = 2;
    private static final int COUNT = 3;

    public static boolean isStale(double v) {
        return Double.doubleToRawLongBits(v) == STALE_BITS;
    }

    public void reset() {
        Arrays.fill(distribution, 0, size, null);
        intervals = null;
        size = 0;
    }

    public void add(long time, double v) {
        int i = addRow();
        timeMillis[i] = time;
        value[i] = v;
        distribution[i] = null;
        if (intervals != null) {
            note(intervals, i, v, v, v, 1);
        }
    }

    /**
     * Adds a point that stands for all values of an interval.
     *
     * @param last of them, the point's own value
     * @param count how many they are, at least 1
     */
    public void addInterval(long time, double last, double low, double high, double sum, double count) {
        add(time, last);
        double[][] columns = intervals;
        if (columns == null) {
            double[] counts = new double[value.length];
            Arrays.fill(counts, 1);
            columns = new double[][] {value.clone(), value.clone(), value.clone(), counts};
            intervals = columns;
        }
        note(columns, size - 1, low, high, sum, count);
    }

    private static void note(double[][] columns, int i, double low, double high, double sum, double count) {
        columns[LOW][i] = low;
        columns[HIGH][i] = high;
        columns[SUM][i] = sum;
        columns[COUNT][i] = count;
    }

    /** The smallest value that a point stands for. */
    public double low(int i) {
        return intervals == null ? value[i] : intervals[LOW][i];
    }

    /** The largest value that a point stands for. */
    public double high(int i) {
        return intervals == null ? value[i] : intervals[HIGH][i];
    }

    /** The sum of the values that a point stands for. */
    public double sum(int i) {
        return intervals == null ? value[i] : intervals[SUM][i];
    }

    /** How many values a point stands for. */
    public double count(int i) {
        return intervals == null ? 1 : intervals[COUNT][i];
    }

    public void add(long time, Distribution d) {
        int i = addRow();
        timeMillis[i] = time;
        value[i] = Double.NaN;
        distribution[i] = d;
        if (intervals != null) {
            note(intervals, i, Double.NaN, Double.NaN, Double.NaN, 1);
        }
    }

    private int addRow() {
        if (size == value.length) {
            timeMillis = Arrays.copyOf(timeMillis, size * 2);
            value = Arrays.copyOf(value, size * 2);
            distribution = Arrays.copyOf(distribution, size * 2);
            for (int column = 0; intervals != null && column < intervals.length; column++) {
                intervals[column] = Arrays.copyOf(intervals[column], size * 2);
            }
        }
        return size++;
    }
}
