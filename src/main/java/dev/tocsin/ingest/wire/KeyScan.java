package dev.tocsin.ingest.wire;

import dev.tocsin.core.KeyHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds where a name or tags end, as {@link ByteScan} does, and hashes the words on the way: they are in a register
 * already. One scanner per parser, confined to its thread.
 */
final class KeyScan {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** {@link KeyHash#text} of what the last scan went over. */
    long hash;

    /** Where the first of {@code : | \n} stands. */
    int name(byte[] bytes, int from) {
        long h = KeyHash.SEED;
        for (int p = from; ; p += Long.BYTES) {
            long word = (long) WORD.get(bytes, p);
            long hits = ByteScan.colonsPipesOrNewlines(word);
            if (hits != 0) {
                hash = KeyHash.step(h, word & before(hits));
                return p + ByteScan.firstOf(hits);
            }
            h = KeyHash.step(h, word);
        }
    }

    /**
     * Where the first of {@code | \n} stands.
     *
     * @param nameHash of the name that the tags belong to
     */
    int tags(byte[] bytes, int from, long nameHash) {
        long h = nameHash;
        for (int p = from; ; p += Long.BYTES) {
            long word = (long) WORD.get(bytes, p);
            long hits = ByteScan.pipesOrNewlines(word);
            if (hits != 0) {
                hash = KeyHash.step(h, word & before(hits));
                return p + ByteScan.firstOf(hits);
            }
            h = KeyHash.step(h, word);
        }
    }

    /** The bits of the bytes before the first hit, whose top bit is the lowest one set. */
    private static long before(long hits) {
        return ((hits & -hits) >>> 7) - 1;
    }
}
