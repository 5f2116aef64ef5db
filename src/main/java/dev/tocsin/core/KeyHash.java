package dev.tocsin.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * A 64-bit hash of raw key bytes, eight at a time, each by one 128-bit multiplication whose halves are folded (as in
 * Wang Yi's wyhash). State and multiplier are drawn per process, so that a sender can't choose keys that collide. A
 * parser hashes the words that it looks for separators in ({@link #step}); {@link #of} gives the same of text that is
 * already there. Safe from any thread.
 */
public final class KeyHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final SecureRandom RANDOM = new SecureRandom();
    /** Where every hash begins. */
    public static final long SEED = RANDOM.nextLong();

    private static final long MULTIPLIER = RANDOM.nextLong() | 1;
    private static final long LAST_MULTIPLIER = RANDOM.nextLong() | 1;

    private KeyHash() {}

    /** @param word the next eight bytes, little-endian; the last of a text's words has zeros where the text has ended,
     *     and is there even where it has no byte of the text */
    public static long step(long hash, long word) {
        return mix(hash ^ word, MULTIPLIER);
    }

    /**
     * The hash of a key.
     *
     * @param texts the name's words and then, where there are tags, theirs, by {@link #step}
     * @param shape what of the key is not in its bytes
     */
    public static long end(long texts, int nameLength, int tagsLength, int shape) {
        return mix(texts ^ ((long) shape << 40 ^ (long) tagsLength << 20 ^ nameLength), LAST_MULTIPLIER);
    }

    public static long of(byte[] bytes, int nameStart, int nameEnd, int tagsStart, int tagsEnd, int shape) {
        long hash = text(bytes, nameStart, nameEnd, SEED);
        if (tagsEnd > tagsStart) {
            hash = text(bytes, tagsStart, tagsEnd, hash);
        }
        return end(hash, nameEnd - nameStart, tagsEnd - tagsStart, shape);
    }

    /** Steps over the words of {@code bytes[start, end)}. */
    public static long text(byte[] bytes, int start, int end, long before) {
        long hash = before;
        int i = start;
        for (; end - i >= Long.BYTES; i += Long.BYTES) {
            hash = step(hash, (long) LONG.get(bytes, i));
        }
        long last = 0;
        for (int k = end - 1; k >= i; k--) {
            last = last << 8 | bytes[k] & 0xff;
        }
        return step(hash, last);
    }

    private static long mix(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ a * b;
    }
}
