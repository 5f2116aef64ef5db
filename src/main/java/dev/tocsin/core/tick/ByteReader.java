package dev.tocsin.core.tick;

import dev.tocsin.core.Labels;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link ByteWriter} wrote. Whatever the bytes are, it ends with an {@link UnreadableException}, never
 * elsewhere than in them. Confined to one thread.
 */
public final class ByteReader {
    /** The bytes are not what was written. */
    public static final class UnreadableException extends RuntimeException {
        UnreadableException(String message) {
            super(message);
        }
    }

    private final byte[] bytes;
    private final int end;
    private int at;

    public ByteReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public boolean hasMore() {
        return at < end;
    }

    /** Where the next byte is, in the array. */
    public int position() {
        return at;
    }

    public int readByte() {
        if (at >= end) {
            throw new UnreadableException("ends in a value");
        }
        return bytes[at++];
    }

    public long readVarint() {
        int b = readByte();
        long value = b & 0x7f;
        for (int shift = 7; b < 0; shift += 7) {
            if (shift > 63) {
                throw new UnreadableException("a number without an end");
            }
            b = readByte();
            value |= (b & 0x7fL) << shift;
        }
        return value;
    }

    public long readSigned() {
        long zigzag = readVarint();
        return zigzag >>> 1 ^ -(zigzag & 1);
    }

    public double readNumber() {
        long head = readVarint();
        return (head & 1) == 0 ? head >>> 1 : Double.longBitsToDouble(Long.reverseBytes(readVarint()));
    }

    public long readLong() {
        return (long) ByteWriter.LONG.get(bytes, skip(Long.BYTES));
    }

    /** A varint that counts something of which each takes a byte or more here. */
    public int readCount() {
        long count = readVarint();
        if (count < 0 || count > end - at) {
            throw new UnreadableException("counts " + count + " where there are " + (end - at) + " bytes");
        }
        return (int) count;
    }

    /** A varint from 0 to {@code bound}, excluded. */
    public int readIndex(int bound) {
        long index = readVarint();
        if (index < 0 || index >= bound) {
            throw new UnreadableException(index + " where less than " + bound + " is allowed");
        }
        return (int) index;
    }

    public String readText() {
        int length = readCount();
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    public Labels readLabels() {
        String[] pairs = new String[2 * readCount()];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = readText();
        }
        return Labels.of(pairs);
    }

    /** Passes over bytes; where they begin. */
    public int skip(int count) {
        if (count < 0 || count > end - at) {
            throw new UnreadableException("ends in a value");
        }
        int from = at;
        at += count;
        return from;
    }
}
