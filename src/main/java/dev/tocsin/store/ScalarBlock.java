package dev.tocsin.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The intervals of one scalar series within one slot, in ascending order: for each what was first, last, smallest and
 * largest, the sum and the number of values. A counter has its running total at the end of each, and nothing else. The
 * statistics have columns once an interval has more than one value. Confined to one thread.
 */
final class ScalarBlock {
    static final int FIRST = 0;
    static final int MIN = 1;
    static final int MAX = 2;
    static final int SUM = 3;
    static final int COUNT = 4;
    static final int STATISTICS = 5;

    int size;
    /** Number of the interval within the slot. */
    short[] at;

    double[] last;
    /** Of a counter: the running total before the first interval. Of a gauge it means nothing. */
    double base;
    /** By statistic; null where every interval has one value. */
    double @Nullable [][] statistics;

    ScalarBlock(int capacity) {
        at = new short[capacity];
        last = new double[capacity];
    }

    /** A value of a gauge in the newest interval or a new one. */
    void add(int interval, double value) {
        if (size == 0 || at[size - 1] < interval) {
            append(interval, value);
        } else {
            int i = size - 1;
            if (at[i] != interval) {
                ScalarBlock one = new ScalarBlock(1);
                one.append(interval, value);
                merge(one, false);
                return;
            }
            double[][] s = withStatistics();
            s[MIN][i] = Math.min(s[MIN][i], value);
            s[MAX][i] = Math.max(s[MAX][i], value);
            s[SUM][i] += value;
            s[COUNT][i]++;
            last[i] = value;
        }
    }

    /**
     * A counter's running total in the newest interval or a new one.
     *
     * @param before what it was before this
     */
    void setTotal(int interval, double total, double before) {
        if (size == 0) {
            base = before;
        }
        if (size > 0 && at[size - 1] == interval) {
            last[size - 1] = total;
        } else if (size == 0 || at[size - 1] < interval) {
            append(interval, total);
        }
    }

    private void append(int interval, double value) {
        if (size == at.length) {
            int capacity = Math.max(4, size * 2);
            at = Arrays.copyOf(at, capacity);
            last = Arrays.copyOf(last, capacity);
            if (statistics != null) {
                for (int s = 0; s < STATISTICS; s++) {
                    statistics[s] = Arrays.copyOf(statistics[s], capacity);
                }
            }
        }
        at[size] = (short) interval;
        last[size] = value;
        if (statistics != null) {
            for (int s = 0; s < COUNT; s++) {
                statistics[s][size] = value;
            }
            statistics[COUNT][size] = 1;
        }
        size++;
    }

    double[][] withStatistics() {
        double[][] s = statistics;
        if (s == null) {
            s = new double[STATISTICS][];
            for (int each = 0; each < COUNT; each++) {
                s[each] = last.clone();
            }
            s[COUNT] = new double[last.length];
            Arrays.fill(s[COUNT], 1);
            statistics = s;
        }
        return s;
    }

    double statistic(int which, int i) {
        return statistics == null ? which == COUNT ? 1 : last[i] : statistics[which][i];
    }

    /** A counter's running total before an interval. */
    double before(int i) {
        return i == 0 ? base : last[i - 1];
    }

    private void copyFrom(ScalarBlock other, int i, int interval) {
        append(interval, other.last[i]);
        if (other.statistics != null) {
            double[][] s = withStatistics();
            for (int each = 0; each < STATISTICS; each++) {
                s[each][size - 1] = other.statistics[each][i];
            }
        }
    }

    /** Adds an interval of the same time that comes after what is known of it. */
    private void addLater(ScalarBlock other, int i, boolean counter) {
        int mine = size - 1;
        if (counter) {
            last[mine] = Math.max(last[mine], other.last[i]);
            return;
        }
        double[][] s = withStatistics();
        last[mine] = other.last[i];
        s[MIN][mine] = Math.min(s[MIN][mine], other.statistic(MIN, i));
        s[MAX][mine] = Math.max(s[MAX][mine], other.statistic(MAX, i));
        s[SUM][mine] += other.statistic(SUM, i);
        s[COUNT][mine] += other.statistic(COUNT, i);
    }

    /** Adds what is in another block of the same slot; where both have an interval, the other's is the later part of it. */
    void merge(ScalarBlock other, boolean counter) {
        ScalarBlock merged = new ScalarBlock(size + other.size);
        merged.base = other.size > 0 && (size == 0 || other.at[0] < at[0]) ? other.base : base;
        int mine = 0;
        int theirs = 0;
        while (mine < size || theirs < other.size) {
            int next = Math.min(
                    mine < size ? at[mine] : Integer.MAX_VALUE,
                    theirs < other.size ? other.at[theirs] : Integer.MAX_VALUE);
            if (mine < size && at[mine] == next) {
                merged.copyFrom(this, mine++, next);
                if (theirs < other.size && other.at[theirs] == next) {
                    merged.addLater(other, theirs++, counter);
                }
            } else {
                merged.copyFrom(other, theirs++, next);
            }
        }
        base = merged.base;
        size = merged.size;
        at = merged.at;
        last = merged.last;
        statistics = merged.statistics;
    }

    /**
     * Adds this block's intervals, {@code factor} of them to one, to a block of coarser ones.
     *
     * @param offset how many of these intervals the coarser slot begins before this one
     */
    void rollUpInto(ScalarBlock coarse, int offset, int factor, boolean counter) {
        coarse.base = coarse.size == 0 ? base : coarse.base;
        for (int i = 0; i < size; i++) {
            int interval = (offset + at[i]) / factor;
            if (coarse.size > 0 && coarse.at[coarse.size - 1] == interval) {
                if (counter) {
                    coarse.last[coarse.size - 1] = last[i];
                } else {
                    coarse.addLater(this, i, false);
                }
            } else {
                coarse.copyFrom(this, i, interval);
            }
        }
    }

    /** Drops the intervals in [from, to). */
    void remove(int from, int to) {
        ScalarBlock kept = new ScalarBlock(size);
        for (int i = 0; i < size; i++) {
            if (at[i] < from || at[i] >= to) {
                kept.base = kept.size == 0 ? before(i) : kept.base;
                kept.copyFrom(this, i, at[i]);
            }
        }
        base = kept.base;
        size = kept.size;
        at = kept.at;
        last = kept.last;
        statistics = kept.statistics;
    }
}
