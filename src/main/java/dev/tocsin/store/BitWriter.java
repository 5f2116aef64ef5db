package dev.tocsin.store;

import java.util.Arrays;

/**
 * Appends numbers bit by bit, the highest bit first. Confined to one thread.
 *
 * <pre>
 *   bits     that many
 *   long     7 bits: how many bits the zigzag form has · those bits
 *   rice k   value &gt;&gt;&gt; k ones, a zero, the lowest k bits; {@value #ESCAPE} ones: no zero, 7 bits length, those bits
 *   number   3 bits: decimal places 0 to 6 · long of the value times 10^places; 7: the 64 bits of the double
 * </pre>
 */
final class BitWriter {
    static final int ESCAPE = 16;
    static final int RAW = 7;
    static final int LARGEST_K = 62;
    private static final int NEAR = 5;

    private byte[] bytes = new byte[512];
    private long word;
    private int free = 64;
    private int size;

    void reset() {
        word = 0;
        free = 64;
        size = 0;
    }

    /** @param count 0 to 64 */
    void putBits(long value, int count) {
        if (count == 0) {
            return;
        }
        long low = count == 64 ? value : value & (1L << count) - 1;
        if (count <= free) {
            word |= count == 64 ? low : low << (free - count);
            free -= count;
            if (free == 0) {
                putWord();
            }
        } else {
            int rest = count - free;
            word |= low >>> rest;
            putWord();
            word = low << (64 - rest);
            free = 64 - rest;
        }
    }

    private void putWord() {
        if (size + 8 > bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (word >>> shift);
        }
        word = 0;
        free = 64;
    }

    void putLong(long value) {
        long zigzag = zigzag(value);
        int length = 64 - Long.numberOfLeadingZeros(zigzag);
        putBits(length, 7);
        putBits(zigzag, length);
    }

    /** @param value as an unsigned number */
    void putRice(long value, int k) {
        long ones = value >>> k;
        if (ones >= ESCAPE || ones < 0) {
            putBits(-1L, ESCAPE);
            int length = 64 - Long.numberOfLeadingZeros(value);
            putBits(length, 7);
            putBits(value, length);
        } else {
            putBits((1L << ones + 1) - 2, (int) ones + 1);
            putBits(value, k);
        }
    }

    void putNumber(double value) {
        int places = Decimals.places(value);
        if (places < 0) {
            putBits(RAW, 3);
            putBits(Double.doubleToRawLongBits(value), 64);
        } else {
            putBits(places, 3);
            putLong(Decimals.scaled(value, places));
        }
    }

    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    /** The k that these values take the fewest bits with: it is near their usual length. */
    static int riceParameter(long[] values, int count) {
        long lengths = 0;
        for (int i = 0; i < count; i++) {
            lengths += 64 - Long.numberOfLeadingZeros(values[i]);
        }
        int usual = (int) (lengths / Math.max(1, count));
        int best = 0;
        double fewest = Double.MAX_VALUE;
        for (int k = Math.max(0, usual - NEAR); k <= Math.min(LARGEST_K, usual + NEAR); k++) {
            double bits = 0;
            for (int i = 0; i < count && bits < fewest; i++) {
                long ones = values[i] >>> k;
                bits += ones >= ESCAPE || ones < 0
                        ? ESCAPE + 7 + 64 - Long.numberOfLeadingZeros(values[i])
                        : ones + 1 + k;
            }
            if (bits < fewest) {
                fewest = bits;
                best = k;
            }
        }
        return best;
    }

    /** Everything since {@link #reset}, filled up to a whole byte with zeros. */
    byte[] toBytes() {
        byte[] all = Arrays.copyOf(bytes, size + (64 - free + 7) / 8);
        for (int i = size; i < all.length; i++) {
            all[i] = (byte) (word >>> 56 - 8 * (i - size));
        }
        return all;
    }
}
