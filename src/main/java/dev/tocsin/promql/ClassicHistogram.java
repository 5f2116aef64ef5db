package dev.tocsin.promql;

import java.util.Arrays;

/**
 * A histogram of cumulative buckets, each the count of observations up to its bound. Before it answers it is sorted,
 * buckets of the same bound are added up, and counts that fall are repaired: a fall within a trillionth is rounding and
 * evened out silently, a deeper one is raised to the bucket before and told. Reusable; confined to one thread.
 */
final class ClassicHistogram {
    private static final double SMALL = 1e-12;

    private double[] bounds = new double[16];
    private double[] counts = new double[16];
    private int size;
    private boolean repaired;

    void reset() {
        size = 0;
        repaired = false;
    }

    void add(double bound, double count) {
        if (size == bounds.length) {
            bounds = Arrays.copyOf(bounds, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        // Insertion keeps them sorted; they mostly come in order.
        int i = size++;
        while (i > 0 && bounds[i - 1] > bound) {
            bounds[i] = bounds[i - 1];
            counts[i] = counts[i - 1];
            i--;
        }
        bounds[i] = bound;
        counts[i] = count;
    }

    int size() {
        return size;
    }

    /** Whether {@link #quantile} had to raise a count. */
    boolean neededRepair() {
        return repaired;
    }

    /** The value below which the share q of the observations lies, interpolated linearly inside its bucket. */
    double quantile(double q) {
        if (Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        if (bounds[size - 1] != Double.POSITIVE_INFINITY) {
            return Double.NaN;
        }
        coalesce();
        makeMonotonic();
        double observations = counts[size - 1];
        if (size < 2 || observations == 0) {
            return Double.NaN;
        }
        double rank = q * observations;
        int b = 0;
        while (b < size - 1 && !(counts[b] >= rank)) {
            b++;
        }
        if (b == size - 1) {
            return bounds[size - 2];
        }
        if (b == 0 && bounds[0] <= 0) {
            return bounds[0];
        }
        double lower = b == 0 ? 0 : bounds[b - 1];
        double before = b == 0 ? 0 : counts[b - 1];
        return lower + (bounds[b] - lower) * ((rank - before) / (counts[b] - before));
    }

    /** The share of observations in (lower, upper], interpolated linearly inside the buckets at the ends. */
    double fraction(double lower, double upper) {
        if (bounds[size - 1] != Double.POSITIVE_INFINITY) {
            return Double.NaN;
        }
        coalesce();
        double observations = counts[size - 1];
        if (observations == 0 || Double.isNaN(observations) || Double.isNaN(lower) || Double.isNaN(upper)) {
            return Double.NaN;
        }
        return lower >= upper ? 0 : (countUpTo(upper) - countUpTo(lower)) / observations;
    }

    private double countUpTo(double value) {
        double before = 0;
        for (int i = 0; i < size; i++) {
            double start = i > 0 ? bounds[i - 1] : bounds[0] > 0 ? 0 : Double.NEGATIVE_INFINITY;
            if (start >= value) {
                return before;
            }
            if (bounds[i] > value) {
                // A bucket without a lower or upper end has nowhere to interpolate: of the first all counts, of the
                // last nothing.
                double count = start == Double.NEGATIVE_INFINITY
                        ? counts[i]
                        : before + (counts[i] - before) * (value - start) / (bounds[i] - start);
                return Math.min(count, counts[size - 1]);
            }
            before = counts[i];
        }
        return counts[size - 1];
    }

    private void coalesce() {
        int n = 0;
        for (int i = 1; i < size; i++) {
            if (bounds[i] == bounds[n]) {
                counts[n] += counts[i];
            } else {
                n++;
                bounds[n] = bounds[i];
                counts[n] = counts[i];
            }
        }
        size = n + 1;
    }

    private void makeMonotonic() {
        double previous = counts[0];
        for (int i = 1; i < size; i++) {
            double count = counts[i];
            if (count == previous) {
                continue;
            }
            if (nearlyEqual(previous, count)) {
                counts[i] = previous;
            } else if (count < previous) {
                counts[i] = previous;
                repaired = true;
            } else {
                previous = count;
            }
        }
    }

    private static boolean nearlyEqual(double a, double b) {
        double difference = Math.abs(a - b);
        double total = Math.abs(a) + Math.abs(b);
        return total < Double.MIN_NORMAL
                ? difference < SMALL * Double.MIN_NORMAL
                : difference / Math.min(total, Double.MAX_VALUE) < SMALL;
    }
}
