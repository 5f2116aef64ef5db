package dev.tocsin.series;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts the entries of an {@link ObservationLog} together by slot, in order of arrival within each, by counting sort: two
 * sequential passes and one scattered write per entry, in parts that stay near the cache. Confined to the series thread.
 */
final class SlotGrouping {
    /** Entries sorted at once. */
    private static final int PART = 1 << 19;

    /** What is called for each slot of a part: its entries are [from, to). */
    @FunctionalInterface
    interface SlotEntries {
        void take(int slot, long[] bits, double @Nullable [] weights, int from, int to);
    }

    /** By slot: its number of entries, then where its next one goes. All zero between calls. */
    private int[] positions = new int[1_024];

    private int[] slots = new int[1_024];
    private long[] bits = new long[1_024];
    private double[] weights = new double[0];

    /** @param slotEnd all slots are below it */
    void forEach(ObservationLog log, int slotEnd, SlotEntries sink) {
        if (slotEnd > positions.length) {
            positions = new int[slotEnd + (slotEnd >> 1)];
            slots = new int[positions.length];
        }
        for (int chunk = 0; chunk < log.chunkCount(); ) {
            int end = chunk;
            int entries = 0;
            do {
                entries += log.chunk(end++).size;
            } while (end < log.chunkCount() && entries + log.chunk(end).size <= PART);
            if (entries > 0) {
                part(log, chunk, end, entries, sink);
            }
            chunk = end;
        }
    }

    private void part(ObservationLog log, int firstChunk, int endChunk, int entries, SlotEntries sink) {
        boolean weighted = false;
        int slotCount = 0;
        for (int c = firstChunk; c < endChunk; c++) {
            ObservationLog.Chunk chunk = log.chunk(c);
            weighted |= chunk.weighted;
            for (int i = 0; i < chunk.size; i++) {
                int slot = chunk.slots[i];
                if (positions[slot]++ == 0) {
                    slots[slotCount++] = slot;
                }
            }
        }
        reserve(entries, weighted);
        int next = 0;
        for (int i = 0; i < slotCount; i++) {
            int count = positions[slots[i]];
            positions[slots[i]] = next;
            next += count;
        }
        for (int c = firstChunk; c < endChunk; c++) {
            scatter(log.chunk(c), weighted);
        }
        int from = 0;
        for (int i = 0; i < slotCount; i++) {
            int to = positions[slots[i]];
            positions[slots[i]] = 0;
            sink.take(slots[i], bits, weighted ? weights : null, from, to);
            from = to;
        }
    }

    private void scatter(ObservationLog.Chunk chunk, boolean weighted) {
        for (int i = 0; i < chunk.size; i++) {
            int at = positions[chunk.slots[i]]++;
            bits[at] = chunk.bits[i];
            if (weighted) {
                weights[at] = chunk.weight(i);
            }
        }
    }

    private void reserve(int entries, boolean weighted) {
        if (bits.length < entries) {
            bits = new long[Math.max(entries, Math.min(PART, bits.length * 2))];
        }
        if (weighted && weights.length < bits.length) {
            weights = Arrays.copyOf(weights, bits.length);
        }
    }
}
