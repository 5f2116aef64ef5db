package dev.tocsin.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A distribution of whole counts in few bytes, as the timeline keeps it for each interval: 20 samples take about 60
 * bytes. Everything is a LEB128 varint; a double is one by its bytes reversed, so that short numbers are short.
 *
 * <pre>
 *   flags             1: max = min, 2: sum = min
 *   min  [max] [sum]  doubles, without those that the flags tell
 *   per bucket        (index - previous index) &lt;&lt; 1 | (count &gt; 1)   [count - 2]
 * </pre>
 *
 * The bucket list ends where the bytes end. Decoding is for any thread; a {@link Writer} is confined to one.
 */
public final class PackedBuckets {
    private static final int MAX_IS_MIN = 1;
    private static final int SUM_IS_MIN = 2;
    private static final int LONGEST_VARINT = 10;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Of each byte; not set in the last of a varint. */
    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;

    private PackedBuckets() {}

    /** Packs one distribution after another into one growing buffer. */
    public static final class Writer {
        private byte[] out = new byte[4_096];
        private int at;
        private int previous;

        /** Begins a distribution; its buckets follow in ascending order. */
        public void begin(double sum, double min, double max) {
            at = 0;
            previous = 0;
            ensure(4 * LONGEST_VARINT);
            int flags = (max == min ? MAX_IS_MIN : 0) | (sum == min ? SUM_IS_MIN : 0);
            out[at++] = (byte) flags;
            putDouble(min);
            if ((flags & MAX_IS_MIN) == 0) {
                putDouble(max);
            }
            if ((flags & SUM_IS_MIN) == 0) {
                putDouble(sum);
            }
        }

        /** @param count whole and above 0 */
        public void bucket(int index, long count) {
            ensure(2 * LONGEST_VARINT);
            long head = (long) (index - previous) << 1 | (count > 1 ? 1 : 0);
            previous = index;
            if (head < 0x80 && count < 0x82) {
                // Both in a byte; where there is but one observation, the second is written over.
                out[at] = (byte) head;
                out[at + 1] = (byte) (count - 2);
                at += 1 + (int) (head & 1);
                return;
            }
            putVarint(head);
            if (count > 1) {
                putVarint(count - 2);
            }
        }

        /** What was written since {@link #begin}. */
        public byte[] bytes() {
            return Arrays.copyOf(out, at);
        }

        /** @param d with whole counts, not empty */
        public byte[] pack(Distribution d) {
            begin(d.sum(), d.min(), d.max());
            for (int i = 0; i < d.bucketCount(); i++) {
                bucket(d.bucketIndex(i), (long) d.bucketValue(i));
            }
            return bytes();
        }

        /** @param sum of whole counts, not empty; as {@link #pack(Distribution)} of what it builds */
        public byte[] pack(DistributionBuilder sum) {
            if (!sum.writeTo(this)) {
                return pack(sum.build());
            }
            return bytes();
        }

        private void ensure(int more) {
            if (at + more > out.length) {
                out = Arrays.copyOf(out, out.length * 2);
            }
        }

        private void putDouble(double value) {
            putVarint(Long.reverseBytes(Double.doubleToRawLongBits(value)));
        }

        private void putVarint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out[at++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            out[at++] = (byte) rest;
        }
    }

    /** Adds the distribution in bytes [from, to). */
    public static void addTo(DistributionBuilder sum, byte[] bytes, int from, int to) {
        int flags = bytes[from];
        int at = from + 1;
        double min = readDouble(bytes, at);
        at = next(bytes, at);
        double max = min;
        if ((flags & MAX_IS_MIN) == 0) {
            max = readDouble(bytes, at);
            at = next(bytes, at);
        }
        double total = min;
        if ((flags & SUM_IS_MIN) == 0) {
            total = readDouble(bytes, at);
            at = next(bytes, at);
        }
        sum.addTotals(total, min, max);
        addBuckets(sum, bytes, at, to, 1);
    }

    /** Takes the buckets of the distribution in bytes [from, to) away; sum and extremes stay. */
    public static void subtractFrom(DistributionBuilder sum, byte[] bytes, int from, int to) {
        addBuckets(sum, bytes, buckets(bytes, from), to, -1);
    }

    /** How many observations the distribution in bytes [from, to) has. */
    public static long count(byte[] bytes, int from, int to) {
        int at = buckets(bytes, from);
        long count = 0;
        while (at < to) {
            boolean several = (bytes[at] & 1) != 0;
            // Most heads have one byte or two, most counts one.
            at += bytes[at] >= 0 ? 1 : bytes[at + 1] >= 0 ? 2 : next(bytes, at) - at;
            count++;
            if (several) {
                int more = bytes[at];
                if (more >= 0) {
                    count += more + 1;
                    at++;
                } else {
                    count += readVarint(bytes, at) + 1;
                    at = next(bytes, at);
                }
            }
        }
        return count;
    }

    /** The sum of the observations in the distribution in bytes [from, to). */
    public static double sum(byte[] bytes, int from, int to) {
        int flags = bytes[from];
        int at = from + 1;
        if ((flags & SUM_IS_MIN) == 0) {
            at = next(bytes, at);
            at = (flags & MAX_IS_MIN) == 0 ? next(bytes, at) : at;
        }
        return readDouble(bytes, at);
    }

    /** Where the buckets begin. */
    private static int buckets(byte[] bytes, int from) {
        int flags = bytes[from];
        int at = next(bytes, from + 1);
        at = (flags & MAX_IS_MIN) == 0 ? next(bytes, at) : at;
        return (flags & SUM_IS_MIN) == 0 ? next(bytes, at) : at;
    }

    private static void addBuckets(DistributionBuilder into, byte[] bytes, int from, int to, int sign) {
        int at = from;
        int index = 0;
        while (at < to) {
            int head = bytes[at++];
            if (head < 0) {
                int more = bytes[at++];
                head = head & 0x7f | more << 7;
                if (more < 0) {
                    head = (int) readVarint(bytes, at - 2);
                    at = next(bytes, at);
                }
            }
            index += head >>> 1;
            long count = 1;
            if ((head & 1) != 0) {
                count = readVarint(bytes, at) + 2;
                at = next(bytes, at);
            }
            into.addBucket(index, sign * (double) count);
        }
    }

    private static double readDouble(byte[] bytes, int at) {
        return Double.longBitsToDouble(Long.reverseBytes(readVarint(bytes, at)));
    }

    private static long readVarint(byte[] bytes, int from) {
        int at = from;
        byte b = bytes[at++];
        if (b >= 0) {
            return b;
        }
        long value = b & 0x7f;
        for (int shift = 7; b < 0; shift += 7) {
            b = bytes[at++];
            value |= (b & 0x7fL) << shift;
        }
        return value;
    }

    /** Where the next varint begins. */
    private static int next(byte[] bytes, int from) {
        int at = from;
        if (bytes[at] < 0 && at + Long.BYTES <= bytes.length) {
            // Most are short or, as sums are, long: eight bytes at a time.
            long lasts = ~(long) LONG.get(bytes, at) & HIGHEST_BITS;
            if (lasts != 0) {
                return at + (Long.numberOfTrailingZeros(lasts) >>> 3) + 1;
            }
            at += Long.BYTES;
        }
        while (bytes[at] < 0) {
            at++;
        }
        return at + 1;
    }
}
