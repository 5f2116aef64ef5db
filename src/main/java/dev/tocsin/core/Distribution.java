package dev.tocsin.core;

import java.util.Arrays;
import org.HdrHistogram.DoubleHistogram;
import org.jspecify.annotations.Nullable;

/**
 * An immutable histogram of non-negative values in HdrHistogram's buckets, or of any values in buckets between explicit
 * bounds ({@link BucketLayout}); only the filled ones are kept. Counts are doubles, because a PromQL {@code rate()} of a
 * histogram is a histogram of fractions; HdrHistogram's own classes hold whole counts and all buckets. Distributions are
 * merged by adding buckets, never by averaging. Safe from any thread.
 *
 * <p>Surprising: a quantile is interpolated inside its bucket and clamped to the smallest and largest value recorded
 * where those are known; after a subtraction they are known only to the width of a bucket.
 */
public final class Distribution {
    private static final int[] NO_INDEXES = {};
    private static final double[] NO_COUNTS = {};

    private final BucketLayout layout;
    private final int[] indexes;
    private final double[] counts;
    private final double count;
    private final double sum;
    private final double min;
    private final double max;

    private Distribution(
            BucketLayout layout, int[] indexes, double[] counts, double count, double sum, double min, double max) {
        this.layout = layout;
        this.indexes = indexes;
        this.counts = counts;
        this.count = count;
        this.sum = sum;
        this.min = min;
        this.max = max;
    }

    public static Distribution empty(BucketLayout layout) {
        return new Distribution(layout, NO_INDEXES, NO_COUNTS, 0, 0, Double.NaN, Double.NaN);
    }

    /**
     * @param indexes ascending, without repeats; kept, not copied
     * @param counts one for each index; kept, not copied
     * @param min smallest value recorded, NaN where not known
     * @param max largest value recorded, NaN where not known
     */
    public static Distribution of(
            BucketLayout layout, int[] indexes, double[] counts, double sum, double min, double max) {
        double total = 0;
        for (double c : counts) {
            total += c;
        }
        return new Distribution(layout, indexes, counts, total, sum, min, max);
    }

    /** The distribution of these values, each once. */
    public static Distribution ofValues(BucketLayout layout, double... values) {
        DistributionBuilder builder = new DistributionBuilder(layout);
        for (double v : values) {
            builder.record(v, 1);
        }
        return builder.build();
    }

    public BucketLayout layout() {
        return layout;
    }

    public double count() {
        return count;
    }

    public double sum() {
        return sum;
    }

    public double average() {
        return sum / count;
    }

    /** How many buckets are filled. */
    public int bucketCount() {
        return indexes.length;
    }

    /** About what it comes to on the heap. */
    public long heapBytes() {
        return 96 + 12L * indexes.length;
    }

    public int bucketIndex(int i) {
        return indexes[i];
    }

    public double bucketValue(int i) {
        return counts[i];
    }

    public double bucketLower(int i) {
        return layout.lowerBound(indexes[i]);
    }

    public double bucketUpper(int i) {
        return layout.upperBound(indexes[i]);
    }

    /** Smallest value recorded, to the width of a bucket where not known exactly; NaN of nothing. */
    public double min() {
        return !Double.isNaN(min) || indexes.length == 0 ? min : bucketLower(0);
    }

    /** Largest value recorded, to the width of a bucket where not known exactly; NaN of nothing. */
    public double max() {
        return !Double.isNaN(max) || indexes.length == 0 ? max : bucketUpper(indexes.length - 1);
    }

    /** Whether {@link #min} and {@link #max} are values that were recorded. */
    public boolean extremesExact() {
        return !Double.isNaN(min);
    }

    /** @param other whose layout {@link BucketLayout#mergesWith merges} with this one's */
    public Distribution plus(Distribution other) {
        return new DistributionBuilder(layout).add(this, 1).add(other, 1).build();
    }

    /** @param other whose layout {@link BucketLayout#mergesWith merges} with this one's */
    public Distribution minus(Distribution other) {
        return new DistributionBuilder(layout).add(this, 1).add(other, -1).build();
    }

    public Distribution times(double factor) {
        double[] scaled = new double[counts.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = counts[i] * factor;
        }
        return new Distribution(layout, indexes, scaled, count * factor, sum * factor, min, max);
    }

    /** The same observations in wider ones of HdrHistogram's buckets, or this where it is no finer than asked. */
    public Distribution coarsened(BucketLayout coarser) {
        return coarser.bits() >= layout.bits()
                ? this
                : new DistributionBuilder(coarser).add(this, 1).build();
    }

    /**
     * The value below which the share {@code q} of the observations lies, by Prometheus' conventions: NaN of nothing or
     * for q NaN, -Inf for q below 0, +Inf above 1. Off by at most {@link BucketLayout#relativeError} of the value.
     *
     * <p>Between explicit bounds it is that of a classic histogram: in a bucket without a lower or upper bound, its other
     * bound, but the first bucket starts at 0 where its bound is above that; NaN where there are no bounds at all. What
     * lies exactly between two filled buckets is the upper end of the lower one for q below 0.5, else the lower end of
     * the upper one.
     */
    public double quantile(double q) {
        if (Double.isNaN(q) || Double.isNaN(count) || count == 0 || indexes.length == 0) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        double rank = q * count;
        double before = 0;
        int i = 0;
        boolean fromAbove = layout.isExplicit() && q >= 0.5;
        while (i < indexes.length - 1 && (before + counts[i] < rank || fromAbove && before + counts[i] == rank)) {
            before += counts[i++];
        }
        double within = counts[i] > 0 ? Math.clamp((rank - before) / counts[i], 0, 1) : 0;
        if (layout.isExplicit()) {
            return betweenBounds(i, within);
        }
        double lower = bucketLower(i);
        double upper = bucketUpper(i);
        return Math.clamp(lower + (upper - lower) * within, Math.min(min(), max()), max());
    }

    private double betweenBounds(int i, double within) {
        double lower = startOfBucket(i);
        double upper = bucketUpper(i);
        if (upper == Double.POSITIVE_INFINITY) {
            return bucketLower(i) == Double.NEGATIVE_INFINITY ? Double.NaN : lower;
        }
        return lower == Double.NEGATIVE_INFINITY ? upper : lower + (upper - lower) * within;
    }

    /** Where interpolation starts. */
    private double startOfBucket(int i) {
        double lower = bucketLower(i);
        return lower == Double.NEGATIVE_INFINITY && bucketUpper(i) > 0 ? 0 : lower;
    }

    /**
     * The share of observations in [lower, upper], interpolated inside the buckets at the ends. A bucket without a lower
     * or upper end has nowhere to interpolate: of the first all counts, of the last nothing.
     */
    public double fraction(double lower, double upper) {
        if (count == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
            return Double.NaN;
        }
        return lower >= upper ? 0 : Math.max(0, (countUpTo(upper) - countUpTo(lower)) / count);
    }

    private double countUpTo(double bound) {
        double below = 0;
        for (int i = 0; i < indexes.length; i++) {
            double lo = startOfBucket(i);
            double hi = bucketUpper(i);
            if (hi <= bound || lo == Double.NEGATIVE_INFINITY && lo < bound) {
                below += counts[i];
            } else if (lo < bound) {
                below += counts[i] * (bound - lo) / (hi - lo);
            }
        }
        return below;
    }

    /** Population variance, from the middle of each bucket; +Inf where a filled one has but one bound. */
    public double variance() {
        double mean = average();
        double total = 0;
        for (int i = 0; i < indexes.length; i++) {
            double delta = (bucketLower(i) + bucketUpper(i)) / 2 - mean;
            total += counts[i] * delta * delta;
        }
        return total / count;
    }

    /** As HdrHistogram's own class, with counts rounded to whole ones; for its encodings and reports. */
    public DoubleHistogram toHdr() {
        DoubleHistogram hdr = new DoubleHistogram(layout.digits());
        hdr.setAutoResize(true);
        for (int i = 0; i < indexes.length; i++) {
            long n = Math.round(counts[i]);
            if (n > 0) {
                hdr.recordValueWithCount((bucketLower(i) + bucketUpper(i)) / 2, n);
            }
        }
        return hdr;
    }

    double knownMin() {
        return min;
    }

    double knownMax() {
        return max;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Distribution d
                && layout.equals(d.layout)
                && Arrays.equals(indexes, d.indexes)
                && Arrays.equals(counts, d.counts)
                && Double.compare(sum, d.sum) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(indexes) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "{count:" + count + ", sum:" + sum + "}";
    }
}
