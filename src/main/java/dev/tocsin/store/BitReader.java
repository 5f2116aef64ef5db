package dev.tocsin.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads what {@link BitWriter} wrote. Whatever the bytes are, it throws {@link BrokenChunkException} or ends. */
final class BitReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final long end;
    /** In bits. */
    private long at;

    /** @param from in bytes, as {@code to} */
    BitReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = 8L * from;
        this.end = 8L * to;
    }

    /** The next 64 bits, with zeros where there are no more. */
    private long peek() {
        int i = (int) (at >>> 3);
        int shift = (int) (at & 7);
        long word = 0;
        if (i + 9 <= bytes.length) {
            word = (long) LONG.get(bytes, i);
            return shift == 0 ? word : word << shift | (bytes[i + 8] & 0xff) >>> 8 - shift;
        }
        for (int n = 0; n < 8; n++) {
            word = word << 8 | (i + n < bytes.length ? bytes[i + n] & 0xff : 0);
        }
        int last = i + 8 < bytes.length ? bytes[i + 8] & 0xff : 0;
        return shift == 0 ? word : word << shift | last >>> 8 - shift;
    }

    private void skip(int bits) {
        at += bits;
        if (at > end) {
            throw new BrokenChunkException("ends in a number");
        }
    }

    long bits(int count) {
        if (count == 0) {
            return 0;
        }
        long value = peek() >>> 64 - count;
        skip(count);
        return value;
    }

    long readLong() {
        long zigzag = bits(length());
        return zigzag >>> 1 ^ -(zigzag & 1);
    }

    private int length() {
        int length = (int) bits(7);
        if (length > 64) {
            throw new BrokenChunkException("a number of " + length + " bits");
        }
        return length;
    }

    long rice(int k) {
        long word = peek();
        int ones = Long.numberOfLeadingZeros(~word);
        if (ones >= BitWriter.ESCAPE) {
            skip(BitWriter.ESCAPE);
            return bits(length());
        }
        if (ones + 1 + k <= 64) {
            long low = k == 0 ? 0 : word << ones + 1 >>> 64 - k;
            skip(ones + 1 + k);
            return (long) ones << k | low;
        }
        skip(ones + 1);
        return (long) ones << k | bits(k);
    }

    double number() {
        int places = (int) bits(3);
        return places == BitWriter.RAW ? Double.longBitsToDouble(bits(64)) : Decimals.value(readLong(), places);
    }

    /** A count of things of which each takes {@code leastBits} or more. */
    int count(int leastBits) {
        long count = readLong();
        if (count < 0 || count * leastBits > end - at) {
            throw new BrokenChunkException("counts " + count + " where " + (end - at) + " bits are left");
        }
        return (int) count;
    }
}
