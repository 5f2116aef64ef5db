package dev.tocsin.core;

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
            putVarint((long) (index - previous) << 1 | (count > 1 ? 1 : 0));
            if (count > 1) {
                putVarint(count - 2);
            }
            previous = index;
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
        new Reader(bytes, from).into(sum, to, 1);
    }

    /** Takes the buckets of the distribution in bytes [from, to) away; sum and extremes stay. */
    public static void subtractFrom(DistributionBuilder sum, byte[] bytes, int from, int to) {
        new Reader(bytes, from).into(sum, to, -1);
    }

    /** How many observations the distribution in bytes [from, to) has. */
    public static long count(byte[] bytes, int from, int to) {
        return new Reader(bytes, from).count(to);
    }

    /** The sum of the observations in the distribution in bytes [from, to). */
    public static double sum(byte[] bytes, int from, int to) {
        Reader reader = new Reader(bytes, from);
        reader.readTotals();
        return reader.sum;
    }

    private static final class Reader {
        private final byte[] bytes;
        private int at;
        private double sum;
        private double min;
        private double max;

        Reader(byte[] bytes, int from) {
            this.bytes = bytes;
            this.at = from;
        }

        void readTotals() {
            int flags = bytes[at++];
            min = readDouble();
            max = (flags & MAX_IS_MIN) != 0 ? min : readDouble();
            sum = (flags & SUM_IS_MIN) != 0 ? min : readDouble();
        }

        long count(int to) {
            readTotals();
            long count = 0;
            while (at < to) {
                count += (readVarint() & 1) == 0 ? 1 : readVarint() + 2;
            }
            return count;
        }

        void into(DistributionBuilder into, int to, int sign) {
            readTotals();
            if (sign > 0) {
                into.addTotals(sum, min, max);
            }
            int index = 0;
            while (at < to) {
                long head = readVarint();
                index += (int) (head >>> 1);
                long count = (head & 1) == 0 ? 1 : readVarint() + 2;
                into.addBucket(index, sign * (double) count);
            }
        }

        private double readDouble() {
            return Double.longBitsToDouble(Long.reverseBytes(readVarint()));
        }

        private long readVarint() {
            byte b = bytes[at++];
            long value = b & 0x7f;
            for (int shift = 7; b < 0; shift += 7) {
                b = bytes[at++];
                value |= (b & 0x7fL) << shift;
            }
            return value;
        }
    }
}
