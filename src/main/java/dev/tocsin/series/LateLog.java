package dev.tocsin.series;

import java.util.Arrays;

/**
 * Samples of one interval whose client said an earlier time, in order of arrival. They are rare, so they are merged one
 * by one. Bounded as {@link ObservationLog} is. Confined to whichever thread holds the interval.
 */
final class LateLog {
    private final int limit;
    /** Slot and kind, as {@link Shard} codes them. */
    int[] codes = new int[16];

    int[] ticks = new int[16];
    long[] bits = new long[16];
    double[] weights = new double[16];
    int size;

    LateLog(int limit) {
        this.limit = limit;
    }

    /** @return whether there was room */
    boolean add(int code, int tick, long value, double weight) {
        if (size == codes.length) {
            if (size >= limit) {
                return false;
            }
            codes = Arrays.copyOf(codes, size * 2);
            ticks = Arrays.copyOf(ticks, size * 2);
            bits = Arrays.copyOf(bits, size * 2);
            weights = Arrays.copyOf(weights, size * 2);
        }
        codes[size] = code;
        ticks[size] = tick;
        bits[size] = value;
        weights[size] = weight;
        size++;
        return true;
    }

    void reset() {
        size = 0;
    }
}
