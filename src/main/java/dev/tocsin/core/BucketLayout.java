package dev.tocsin.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which values a distribution's buckets hold: HdrHistogram's, or buckets between explicit bounds. Immutable.
 *
 * <p>HdrHistogram's are for values of any magnitude. For a precision of d significant digits each power of two is cut
 * into as many equal buckets as {@code org.HdrHistogram.DoubleHistogram} cuts it into, so a bucket's index is simply the
 * leading bits of the value's IEEE 754 form:
 *
 * <pre>
 *   63   62 ........ 52   51 ........ 52-bits   51-bits ............ 0
 *   sign  exponent        leading mantissa      dropped
 *         |&lt;--------- bucket index ---------&gt;|
 *   digits 1: bits 4 (16 buckets an octave), 2: 7 (128), 3: 10 (1,024), 4: 14 (16,384)
 * </pre>
 *
 * Bucket i holds [lowerBound(i), lowerBound(i + 1)); bucket 0 holds zero. The relative width of a bucket is at most
 * {@code 2^-bits}, which is below {@code 10^-digits}. Negative values have no bucket, as in HdrHistogram.
 *
 * <p>Between n explicit bounds, as the buckets of a classic histogram have them in their label {@code le}, lie n + 1
 * buckets: the first holds (-Inf, bounds[0]], bucket i holds (bounds[i - 1], bounds[i]], the last holds
 * (bounds[n - 1], +Inf). (Prometheus, native histograms of schema -53, "custom buckets".) Such distributions are values
 * of queries only: none is recorded into, sent or stored.
 */
public final class BucketLayout {
    public static final BucketLayout ONE_DIGIT = new BucketLayout(1, 4);
    public static final BucketLayout TWO_DIGITS = new BucketLayout(2, 7);
    public static final BucketLayout THREE_DIGITS = new BucketLayout(3, 10);
    public static final BucketLayout FOUR_DIGITS = new BucketLayout(4, 14);

    private static final BucketLayout[] BY_DIGITS = {ONE_DIGIT, TWO_DIGITS, THREE_DIGITS, FOUR_DIGITS};

    private final int digits;
    private final int bits;
    /** Null for HdrHistogram's buckets. */
    private final double @Nullable [] bounds;

    private BucketLayout(int digits, int bits) {
        this.digits = digits;
        this.bits = bits;
        this.bounds = null;
    }

    private BucketLayout(double[] bounds) {
        this.digits = 0;
        this.bits = 0;
        this.bounds = bounds;
    }

    /** @param digits significant decimal digits, 1 to 4 */
    public static BucketLayout ofDigits(int digits) {
        if (digits < 1 || digits > 4) {
            throw new IllegalArgumentException("precision must be 1 to 4 significant digits, not " + digits);
        }
        return BY_DIGITS[digits - 1];
    }

    /** @param bounds inclusive upper bounds of all buckets but the last: finite, ascending, without repeats */
    public static BucketLayout ofBounds(double... bounds) {
        for (int i = 0; i < bounds.length; i++) {
            if (!Double.isFinite(bounds[i]) || i > 0 && bounds[i] <= bounds[i - 1]) {
                throw new IllegalArgumentException(
                        "bucket bounds must be finite and ascend, not " + Arrays.toString(bounds));
            }
        }
        return new BucketLayout(bounds.clone());
    }

    /** Whether the bounds are explicit ones; then there are no digits, no bits, no relative error. */
    public boolean isExplicit() {
        return bounds != null;
    }

    public int digits() {
        requireHdr();
        return digits;
    }

    /** Leading mantissa bits that tell buckets of one octave apart. */
    public int bits() {
        requireHdr();
        return bits;
    }

    /** The most by which a value told from a bucket can differ from the value recorded, relative to it. */
    public double relativeError() {
        requireHdr();
        return 1.0 / (1 << bits);
    }

    private void requireHdr() {
        if (bounds != null) {
            throw new IllegalStateException("buckets between explicit bounds have no precision in digits");
        }
    }

    /**
     * In HdrHistogram's buckets.
     *
     * @param value finite and not negative
     */
    public int indexOf(double value) {
        return (int) (Double.doubleToRawLongBits(value + 0.0) >>> (52 - bits));
    }

    /** -Inf for the first bucket between explicit bounds. */
    public double lowerBound(int index) {
        if (bounds != null) {
            return index == 0 ? Double.NEGATIVE_INFINITY : bounds[index - 1];
        }
        return Double.longBitsToDouble((long) index << (52 - bits));
    }

    /** Exclusive, but for zero's bucket; between explicit bounds inclusive, and +Inf for the last bucket. */
    public double upperBound(int index) {
        if (bounds != null) {
            return index == bounds.length ? Double.POSITIVE_INFINITY : bounds[index];
        }
        return index == 0 ? 0 : lowerBound(index + 1);
    }

    /** Whether distributions of the two can be added up: HdrHistogram's buckets and explicit bounds can't. */
    public boolean mergesWith(BucketLayout other) {
        return (bounds == null) == (other.bounds == null);
    }

    /**
     * The finest layout that both can be brought into: the coarser of two precisions; of explicit bounds those that both
     * have.
     *
     * @throws IllegalArgumentException where the two don't {@link #mergesWith merge}
     */
    BucketLayout common(BucketLayout other) {
        if (other.equals(this)) {
            return this;
        }
        if (!mergesWith(other)) {
            throw new IllegalArgumentException("HdrHistogram's buckets and explicit bounds have none in common");
        }
        if (bounds == null || other.bounds == null) {
            return other.bits < bits ? other : this;
        }
        double[] shared = Arrays.stream(bounds)
                .filter(bound -> Arrays.binarySearch(other.bounds, bound) >= 0)
                .toArray();
        return shared.length == bounds.length ? this : new BucketLayout(shared);
    }

    /** The index that a bucket of this layout falls into in a coarser one. */
    int coarsen(int index, BucketLayout coarser) {
        if (bounds == null || coarser.bounds == null) {
            return index >>> (bits - coarser.bits);
        }
        if (index == bounds.length) {
            return coarser.bounds.length;
        }
        int at = Arrays.binarySearch(coarser.bounds, bounds[index]);
        return at < 0 ? -at - 1 : at;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o == this
                || o instanceof BucketLayout layout && digits == layout.digits && Arrays.equals(bounds, layout.bounds);
    }

    @Override
    public int hashCode() {
        return 31 * digits + Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return bounds == null ? digits + " digits" : "bounds " + Arrays.toString(bounds);
    }
}
