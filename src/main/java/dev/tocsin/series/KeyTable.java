package dev.tocsin.series;

import java.util.function.IntPredicate;

/**
 * Raw key bytes (shape, name, tags as sent) to a number, by extendible hashing: the leading bits of the hash choose a
 * {@link KeySegment}, which splits in two when it is full. So no operation ever rehashes more than one segment, and
 * none takes a millisecond at a million keys. Confined to the shard's thread.
 */
final class KeyTable {
    /** What {@link #find} says of a key that is not there. No value is negative one. */
    static final int MISSING = -1;

    private static final int MAX_DEPTH = 18;

    private KeySegment[] directory = {new KeySegment(0, 16, 512)};
    private int depth;
    private int keys;
    private int sweepNext;

    int size() {
        return keys;
    }

    long bytes() {
        long total = (long) directory.length * 4;
        for (int i = 0; i < directory.length; i += spanOf(i)) {
            total += directory[i].bytes();
        }
        return total;
    }

    KeySegment segment(long hash) {
        return directory[indexOf(hash)];
    }

    int find(long hash, byte[] bytes, int nameStart, int nameEnd, int tagsStart, int tagsEnd, int shape) {
        return segment(hash).find(hash, bytes, nameStart, nameEnd, tagsStart, tagsEnd, shape);
    }

    /** Adds a key that is not there. @return whether there was room */
    boolean put(long hash, byte[] bytes, int nameStart, int nameEnd, int tagsStart, int tagsEnd, int shape, int value) {
        KeySegment segment = segment(hash);
        while (segment.isFull() && segment.depth < MAX_DEPTH) {
            split(hash, segment);
            segment = segment(hash);
        }
        boolean fits = segment.put(hash, bytes, nameStart, nameEnd, tagsStart, tagsEnd, shape, value);
        keys += fits ? 1 : 0;
        return fits;
    }

    /**
     * Drops, from the next segment in turn, the keys whose value is dropped.
     *
     * @return whether this was the last segment of a round
     */
    boolean sweepOne(IntPredicate dropped) {
        int first = sweepNext;
        int span = spanOf(first);
        KeySegment before = directory[first];
        KeySegment kept = before.without(dropped);
        if (kept.entries() != before.entries()) {
            keys -= before.entries() - kept.entries();
            java.util.Arrays.fill(directory, first, first + span, kept);
        }
        sweepNext = first + span;
        if (sweepNext >= directory.length) {
            sweepNext = 0;
            return true;
        }
        return false;
    }

    private int indexOf(long hash) {
        return depth == 0 ? 0 : (int) (hash >>> 64 - depth);
    }

    /** How many directory entries in a row the segment at {@code index} has; {@code index} is the first. */
    private int spanOf(int index) {
        return 1 << depth - directory[index].depth;
    }

    private void split(long hash, KeySegment segment) {
        if (segment.depth == depth) {
            KeySegment[] wider = new KeySegment[directory.length * 2];
            for (int i = 0; i < wider.length; i++) {
                wider[i] = directory[i >> 1];
            }
            directory = wider;
            depth++;
            sweepNext *= 2;
        }
        int span = 1 << depth - segment.depth;
        int first = indexOf(hash) & -span;
        java.util.Arrays.fill(directory, first, first + span / 2, segment.half(0));
        java.util.Arrays.fill(directory, first + span / 2, first + span, segment.half(1));
    }
}
