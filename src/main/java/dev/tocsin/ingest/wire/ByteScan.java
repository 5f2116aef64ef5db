package dev.tocsin.ingest.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds a separator eight bytes at a time. Stateless. Every method stops at a newline, so a newline must stand
 * somewhere at or after {@code from}, and eight readable bytes must follow it: {@link DogStatsdParser} sees to both.
 *
 * <p>In a little-endian word the first byte is the lowest. {@code (x - 0x01…) & ~x & 0x80…} sets the top bit of every
 * zero byte of {@code x}; above the lowest zero byte a borrow may set further bits, so only the lowest set bit counts
 * (Hacker's Delight, 2nd edition, 6-1).
 */
final class ByteScan {
    /** How many bytes past the newline may be read. */
    static final int OVERRUN = 8;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long NEWLINES = ONES * '\n';
    private static final long COLONS = ONES * ':';
    private static final long PIPES = ONES * '|';

    private ByteScan() {}

    /** Where the first of {@code : | \n} stands. */
    static int colonPipeOrNewline(byte[] bytes, int from) {
        for (int p = from; ; p += Long.BYTES) {
            long hits = colonsPipesOrNewlines((long) WORD.get(bytes, p));
            if (hits != 0) {
                return p + firstOf(hits);
            }
        }
    }

    /** Where the first of {@code | \n} stands. */
    static int pipeOrNewline(byte[] bytes, int from) {
        for (int p = from; ; p += Long.BYTES) {
            long hits = pipesOrNewlines((long) WORD.get(bytes, p));
            if (hits != 0) {
                return p + firstOf(hits);
            }
        }
    }

    static int newline(byte[] bytes, int from) {
        for (int p = from; ; p += Long.BYTES) {
            long hits = zeros((long) WORD.get(bytes, p) ^ NEWLINES) & TOPS;
            if (hits != 0) {
                return p + firstOf(hits);
            }
        }
    }

    /** The lowest set bit is the top bit of the first byte of {@code : | \n}; 0 where there is none. */
    static long colonsPipesOrNewlines(long word) {
        return (zeros(word ^ COLONS) | zeros(word ^ PIPES) | zeros(word ^ NEWLINES)) & TOPS;
    }

    /** The lowest set bit is the top bit of the first byte of {@code | \n}; 0 where there is none. */
    static long pipesOrNewlines(long word) {
        return (zeros(word ^ PIPES) | zeros(word ^ NEWLINES)) & TOPS;
    }

    static int firstOf(long hits) {
        return Long.numberOfTrailingZeros(hits) >>> 3;
    }

    /** The top bit of each byte tells whether it was zero; the other bits mean nothing. */
    private static long zeros(long x) {
        return (x - ONES) & ~x;
    }
}
