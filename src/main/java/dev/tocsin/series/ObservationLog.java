package dev.tocsin.series;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What came in for distributions or sets in one interval, in order of arrival: slot, 64 bits (an observation's double,
 * a member's hash) and weight, in columns. Appending is sequential, where a histogram per slot would be a cache miss or
 * two per sample; the series thread groups it by slot ({@link SlotGrouping}). Chunks are kept for the next interval.
 * Confined to whichever thread holds the interval.
 *
 * <p>Bounded: past the limit {@link #add} takes nothing, and the sample is rejected as {@code overloaded}. That
 * happens only where the series thread has not merged for several ticks.
 */
final class ObservationLog {
    /** Sixty-four Ki entries: 768 KiB. The first chunks are smaller. */
    private static final int LARGEST_CHUNK = 1 << 16;

    private static final int FIRST_CHUNK = 1 << 10;
    /** Intervals in a row that must have used less than half of the chunks before the rest is let go. */
    private static final int QUIET_INTERVALS = 60;

    /** Entries in order of arrival; {@link #weights} only where one differed from 1. */
    static final class Chunk {
        final int[] slots;
        final long[] bits;
        double @Nullable [] weights;
        boolean weighted;
        int size;

        Chunk(int capacity) {
            slots = new int[capacity];
            bits = new long[capacity];
        }

        void weigh(int i, double weight) {
            if (!weighted) {
                double[] w = weights == null ? new double[slots.length] : weights;
                Arrays.fill(w, 0, i, 1);
                weights = w;
                weighted = true;
            }
            java.util.Objects.requireNonNull(weights)[i] = weight;
        }

        double weight(int i) {
            return weighted ? java.util.Objects.requireNonNull(weights)[i] : 1;
        }
    }

    private final int limit;
    private Chunk[] chunks = {new Chunk(FIRST_CHUNK)};
    private int used = 1;
    private Chunk current = chunks[0];
    private int full;
    private int quiet;

    ObservationLog(int limit) {
        this.limit = limit;
    }

    /** @return whether there was room */
    boolean add(int slot, long bits, double weight) {
        Chunk c = current;
        int i = c.size;
        if (i == c.slots.length) {
            if (!nextChunk()) {
                return false;
            }
            c = current;
            i = 0;
        }
        c.slots[i] = slot;
        c.bits[i] = bits;
        if (weight != 1 || c.weighted) {
            c.weigh(i, weight);
        }
        c.size = i + 1;
        return true;
    }

    private boolean nextChunk() {
        if (size() >= limit) {
            return false;
        }
        full += current.size;
        if (used == chunks.length) {
            chunks = Arrays.copyOf(chunks, used + 1);
            chunks[used] = new Chunk(Math.min(LARGEST_CHUNK, current.slots.length * 2));
        }
        current = chunks[used++];
        return true;
    }

    int size() {
        return full + current.size;
    }

    int chunkCount() {
        return used;
    }

    Chunk chunk(int i) {
        return chunks[i];
    }

    /** Forgets every entry; after a minute of little use also lets memory go. */
    void reset() {
        quiet = used * 2 <= chunks.length ? quiet + 1 : 0;
        if (quiet > QUIET_INTERVALS) {
            chunks = Arrays.copyOf(chunks, Math.max(1, chunks.length / 2));
            used = Math.min(used, chunks.length);
            quiet = 0;
        }
        for (int i = 0; i < used; i++) {
            chunks[i].size = 0;
            chunks[i].weighted = false;
        }
        used = 1;
        full = 0;
        current = chunks[0];
    }
}
