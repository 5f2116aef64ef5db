package dev.tocsin.store;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;

/**
 * One distribution in few bytes, without its {@link dev.tocsin.core.BucketLayout}: that is the series'. Confined to one
 * thread.
 *
 * <pre>
 *   1 whole counts? · numbers sum, min, max (NaN where not known) · long buckets
 *   long first index · 6 k of gaps · 6 k of counts
 *   per bucket: rice gap to the one before - 1 (not of the first) · rice count - 1, or the 64 bits of the count
 * </pre>
 */
final class DistributionCodec {
    private final BitWriter out = new BitWriter();
    private long[] gaps = new long[1_024];
    private long[] counts = new long[1_024];

    /** @param d not empty */
    byte[] encode(Distribution d) {
        int n = d.bucketCount();
        if (n > gaps.length) {
            gaps = new long[n];
            counts = new long[n];
        }
        boolean whole = true;
        for (int i = 0; i < n; i++) {
            double count = d.bucketValue(i);
            whole &= count >= 1 && count == Math.rint(count) && count < 1L << 53;
            counts[i] = (long) count - 1;
            gaps[i] = i == 0 ? 0 : d.bucketIndex(i) - d.bucketIndex(i - 1) - 1;
        }
        out.reset();
        out.putBits(whole ? 1 : 0, 1);
        out.putNumber(d.sum());
        out.putNumber(d.extremesExact() ? d.min() : Double.NaN);
        out.putNumber(d.extremesExact() ? d.max() : Double.NaN);
        out.putLong(n);
        out.putLong(n == 0 ? 0 : d.bucketIndex(0));
        int gapK = BitWriter.riceParameter(gaps, n);
        int countK = whole ? BitWriter.riceParameter(counts, n) : 0;
        out.putBits(gapK, 6);
        out.putBits(countK, 6);
        for (int i = 0; i < n; i++) {
            if (i > 0) {
                out.putRice(gaps[i], gapK);
            }
            if (whole) {
                out.putRice(counts[i], countK);
            } else {
                out.putBits(Double.doubleToRawLongBits(d.bucketValue(i)), 64);
            }
        }
        return out.toBytes();
    }

    /**
     * Adds what [from, to) holds.
     *
     * @param into with the layout that it was encoded with
     * @throws BrokenChunkException where the bytes are not what was written; then some of it may have been added
     */
    static void addTo(DistributionBuilder into, byte[] bytes, int from, int to) {
        BitReader in = new BitReader(bytes, from, to);
        boolean whole = in.bits(1) == 1;
        double sum = in.number();
        double min = in.number();
        double max = in.number();
        int n = in.count(1);
        long index = in.readLong();
        int gapK = (int) in.bits(6);
        int countK = (int) in.bits(6);
        for (int i = 0; i < n; i++) {
            index += i == 0 ? 0 : in.rice(gapK) + 1;
            if (index < 0 || index > Integer.MAX_VALUE) {
                throw new BrokenChunkException("bucket " + index);
            }
            double count = whole ? in.rice(countK) + 1 : Double.longBitsToDouble(in.bits(64));
            into.addBucket((int) index, count);
        }
        into.addTotals(sum, min, max);
    }
}
