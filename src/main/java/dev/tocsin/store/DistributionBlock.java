package dev.tocsin.store;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.DistributionBuilder;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The intervals of one distribution within one slot, in ascending order, each as {@link DistributionCodec} tells it.
 * Confined to one thread.
 *
 * <pre>
 *   body   intervals, per interval: number of the interval - the one before, length, bytes      (all LEB128 varints)
 * </pre>
 */
final class DistributionBlock {
    int size;
    short[] at;
    byte[][] bytes;

    DistributionBlock(int capacity) {
        at = new short[capacity];
        bytes = new byte[capacity][];
    }

    /** @param interval after all that are there */
    void append(int interval, byte[] encoded) {
        if (size == at.length) {
            int capacity = Math.max(4, size * 2);
            at = Arrays.copyOf(at, capacity);
            bytes = Arrays.copyOf(bytes, capacity);
        }
        at[size] = (short) interval;
        bytes[size++] = encoded;
    }

    /** Adds what is in another block of the same slot. */
    void merge(DistributionBlock other, BucketLayout layout, DistributionCodec codec) {
        DistributionBlock merged = new DistributionBlock(size + other.size);
        int mine = 0;
        int theirs = 0;
        while (mine < size || theirs < other.size) {
            int a = mine < size ? at[mine] : Integer.MAX_VALUE;
            int b = theirs < other.size ? other.at[theirs] : Integer.MAX_VALUE;
            if (a == b) {
                DistributionBuilder both = new DistributionBuilder(layout);
                DistributionCodec.addTo(both, bytes[mine], 0, bytes[mine].length);
                DistributionCodec.addTo(both, other.bytes[theirs], 0, other.bytes[theirs].length);
                merged.append(a, codec.encode(both.build()));
                mine++;
                theirs++;
            } else if (a < b) {
                merged.append(a, bytes[mine++]);
            } else {
                merged.append(b, other.bytes[theirs++]);
            }
        }
        size = merged.size;
        at = merged.at;
        bytes = merged.bytes;
    }

    /**
     * Adds this block's intervals, {@code factor} of them to one, to a block of coarser ones.
     *
     * @param offset how many of these intervals the coarser slot begins before this one
     */
    void rollUpInto(
            DistributionBlock coarse,
            int offset,
            int factor,
            DistributionBuilder builder,
            BucketLayout layout,
            DistributionCodec codec) {
        int i = 0;
        while (i < size) {
            int interval = (offset + at[i]) / factor;
            builder.reset(layout);
            if (coarse.size > 0 && coarse.at[coarse.size - 1] == interval) {
                byte[] begun = coarse.bytes[--coarse.size];
                DistributionCodec.addTo(builder, begun, 0, begun.length);
            }
            while (i < size && (offset + at[i]) / factor == interval) {
                DistributionCodec.addTo(builder, bytes[i], 0, bytes[i].length);
                i++;
            }
            coarse.append(interval, codec.encode(builder.build()));
        }
    }

    /** Drops the intervals in [from, to). */
    void remove(int from, int to) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (at[i] < from || at[i] >= to) {
                at[kept] = at[i];
                bytes[kept++] = bytes[i];
            }
        }
        size = kept;
    }

    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64 + size * 200);
        putVarint(out, size);
        for (int i = 0; i < size; i++) {
            putVarint(out, at[i] - (i == 0 ? 0 : at[i - 1]));
            putVarint(out, bytes[i].length);
            out.writeBytes(bytes[i]);
        }
        return out.toByteArray();
    }

    private static void putVarint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write(rest | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    /**
     * @param begin where it begins in {@code body}
     * @throws BrokenChunkException where the bytes are not what was written
     */
    static DistributionBlock decode(byte[] body, int begin) {
        int[] position = {begin};
        int n = varint(body, position);
        if (n > body.length) {
            throw new BrokenChunkException(n + " intervals");
        }
        DistributionBlock block = new DistributionBlock(n);
        int interval = 0;
        for (int i = 0; i < n; i++) {
            interval += varint(body, position);
            int length = varint(body, position);
            int from = position[0];
            if (interval > Short.MAX_VALUE || length > body.length - from) {
                throw new BrokenChunkException("ends in an interval");
            }
            position[0] = from + length;
            block.append(interval, Arrays.copyOfRange(body, from, from + length));
        }
        return block;
    }

    private static int varint(byte[] body, int[] position) {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            if (position[0] >= body.length) {
                throw new BrokenChunkException("ends in a number");
            }
            byte b = body[position[0]++];
            value |= (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new BrokenChunkException("a number without an end");
    }
}
