package dev.tocsin.core;

import java.util.Arrays;

/**
 * Which points of a column of numbers fall below the one before, and which are stale markers, one bit each: so the ends
 * of a range, with its counter resets, are told without walking its points. One thread adds; another may ask about points
 * whose addition was published to it, as long as the capacity was not changed since.
 */
public final class PointMarks {
    private static final int WORD = Long.SIZE;

    private long[] falls;
    private long[] stale;
    /** Index of the newest point that is no stale marker, -1 before the first. */
    private int newest = -1;

    public PointMarks(int capacity) {
        falls = new long[words(capacity)];
        stale = new long[words(capacity)];
    }

    private static int words(int capacity) {
        return (capacity + WORD - 1) / WORD;
    }

    /** Makes room, for readers on the same thread only. */
    public void ensureCapacity(int capacity) {
        if (words(capacity) > falls.length) {
            falls = Arrays.copyOf(falls, words(capacity));
            stale = Arrays.copyOf(stale, words(capacity));
        }
    }

    /** Takes note of the next point, {@code values[i]}, which stands there already. */
    public void add(double[] values, int i) {
        if (Points.isStale(values[i])) {
            stale[i / WORD] |= 1L << i;
            return;
        }
        if (newest >= 0 && values[i] < values[newest]) {
            falls[i / WORD] |= 1L << i;
        }
        newest = i;
    }

    /** The ends of points [from, to), without stale markers. */
    public RangeEnds ends(long[] timeMillis, double[] values, int from, int to) {
        int first = from;
        while (first < to && isStale(first)) {
            first++;
        }
        if (first >= to) {
            return RangeEnds.NONE;
        }
        int last = before(to);
        return new RangeEnds(
                last + 1 - first - countStale(first, last + 1),
                timeMillis[first],
                timeMillis[last],
                values[first],
                values[last],
                resetCorrection(values, first + 1, last + 1),
                null,
                null,
                false);
    }

    private boolean isStale(int i) {
        return (stale[i / WORD] >>> i & 1) != 0;
    }

    /** The last point before {@code i} that is no stale marker; there must be one. */
    private int before(int i) {
        int found = i - 1;
        while (isStale(found)) {
            found--;
        }
        return found;
    }

    private int countStale(int from, int to) {
        int count = 0;
        for (int word = from / WORD; word * WORD < to; word++) {
            count += Long.bitCount(within(stale, word, from, to));
        }
        return count;
    }

    /** The sum of the values before each fall. */
    private double resetCorrection(double[] values, int from, int to) {
        double total = 0;
        for (int word = from / WORD; word * WORD < to; word++) {
            for (long left = within(falls, word, from, to); left != 0; left &= left - 1) {
                total += values[before(word * WORD + Long.numberOfTrailingZeros(left))];
            }
        }
        return total;
    }

    /** One word's bits of [from, to). */
    private static long within(long[] bits, int word, int from, int to) {
        long result = bits[word];
        if (word == from / WORD) {
            result &= -1L << from;
        }
        if (to - word * WORD < WORD) {
            result &= (1L << to) - 1;
        }
        return result;
    }
}
