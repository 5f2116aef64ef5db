package dev.tocsin.core.tick;

import dev.tocsin.core.Labels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Appends small numbers and text to one growing array; {@link ByteReader} reads them back. Confined to one thread.
 *
 * <pre>
 *   varint    LEB128, 1 to 10 bytes
 *   signed    varint of the zigzag form: near 0 is short
 *   number    a double: whole and 0 to 2^52 as varint(value * 2), otherwise the byte 1, then varint of its bytes reversed
 *   long      8 bytes, the lowest first
 *   text      varint length, UTF-8
 * </pre>
 */
public final class ByteWriter {
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final double LARGEST_WHOLE = 1L << 52;
    private static final int LONGEST_NUMBER = 11;

    private byte[] bytes;
    private int size;

    public ByteWriter(int capacity) {
        bytes = new byte[Math.max(64, capacity)];
    }

    public int size() {
        return size;
    }

    public void reset() {
        size = 0;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    public void putByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    public void putVarint(long value) {
        reserve(LONGEST_NUMBER);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    public void putSigned(long value) {
        putVarint(value << 1 ^ value >> 63);
    }

    public void putNumber(double value) {
        long whole = (long) value;
        // By bits: -0.0 is not 0.
        boolean isWhole = whole >= 0
                && whole <= LARGEST_WHOLE
                && Double.doubleToRawLongBits(whole) == Double.doubleToRawLongBits(value);
        if (isWhole) {
            putVarint(whole << 1);
        } else {
            putByte(1);
            putVarint(Long.reverseBytes(Double.doubleToRawLongBits(value)));
        }
    }

    public void putText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        putVarint(utf8.length);
        putBytes(utf8, 0, utf8.length);
    }

    public void putLabels(Labels labels) {
        putVarint(labels.size());
        labels.forEach((name, value) -> {
            putText(name);
            putText(value);
        });
    }

    /** Bytes [from, to), without their number. */
    public void putBytes(byte[] source, int from, int to) {
        reserve(to - from);
        System.arraycopy(source, from, bytes, size, to - from);
        size += to - from;
    }

    public void putLong(long value) {
        reserve(Long.BYTES);
        LONG.set(bytes, size, value);
        size += Long.BYTES;
    }

    /** Appends everything to another. */
    public void appendTo(ByteWriter other) {
        other.putBytes(bytes, 0, size);
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
