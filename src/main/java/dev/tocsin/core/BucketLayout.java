package dev.tocsin.core;

/**
 * Where HdrHistogram puts a value, for values of any magnitude. For a precision of d significant digits each power of
 * two is cut into as many equal buckets as {@code org.HdrHistogram.DoubleHistogram} cuts it into, so a bucket's index
 * is simply the leading bits of the value's IEEE 754 form:
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
 */
public enum BucketLayout {
    ONE_DIGIT(1, 4),
    TWO_DIGITS(2, 7),
    THREE_DIGITS(3, 10),
    FOUR_DIGITS(4, 14);

    private final int digits;
    private final int bits;

    BucketLayout(int digits, int bits) {
        this.digits = digits;
        this.bits = bits;
    }

    /** @param digits significant decimal digits, 1 to 4 */
    public static BucketLayout ofDigits(int digits) {
        if (digits < 1 || digits > 4) {
            throw new IllegalArgumentException("precision must be 1 to 4 significant digits, not " + digits);
        }
        return values()[digits - 1];
    }

    public int digits() {
        return digits;
    }

    /** Leading mantissa bits that tell buckets of one octave apart. */
    public int bits() {
        return bits;
    }

    /** The most by which a value told from a bucket can differ from the value recorded, relative to it. */
    public double relativeError() {
        return 1.0 / (1 << bits);
    }

    /** @param value finite and not negative */
    public int indexOf(double value) {
        return (int) (Double.doubleToRawLongBits(value + 0.0) >>> (52 - bits));
    }

    public double lowerBound(int index) {
        return Double.longBitsToDouble((long) index << (52 - bits));
    }

    /** Exclusive. */
    public double upperBound(int index) {
        return lowerBound(index + 1);
    }

    /** The index that a bucket of this layout falls into in a coarser one. */
    int coarsen(int index, BucketLayout coarser) {
        return index >>> (bits - coarser.bits);
    }
}
