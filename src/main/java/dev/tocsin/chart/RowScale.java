package dev.tocsin.chart;

import dev.tocsin.core.Distribution;
import java.util.List;

/**
 * Values on a logarithmic scale, cut into rows: each power of two into {@code 2^bits} equal parts, or for negative bits
 * {@code 2^-bits} powers of two together. That is HdrHistogram's own cut, only coarser, so every bucket of a distribution
 * lies in one row as a whole, and joining rows is a shift of their numbers. Row r holds [lower(r), lower(r + 1)); the
 * first one, 0, has zero in it.
 *
 * @param bits {@link #COARSEST} to {@link #FINEST}
 */
public record RowScale(int bits) {
    /** Sixteen rows in each power of two: as fine as the coarsest distributions. */
    public static final int FINEST = 4;

    /** All that a double can hold in 64 rows. */
    public static final int COARSEST = -5;

    public RowScale {
        if (bits < COARSEST || bits > FINEST) {
            throw new IllegalArgumentException("rows are cut by " + COARSEST + " to " + FINEST + " bits, not " + bits);
        }
    }

    /** @param value finite and not negative */
    public int rowOf(double value) {
        return (int) (Double.doubleToRawLongBits(value + 0.0) >>> (52 - bits));
    }

    public double lower(int row) {
        return Double.longBitsToDouble((long) row << (52 - bits));
    }

    /** The finest scale on which all of these values but zero lie in {@code most} rows that follow each other. */
    public static RowScale fitting(double least, double largest, int most) {
        for (int bits = FINEST; bits > COARSEST; bits--) {
            RowScale scale = new RowScale(bits);
            if (scale.rowOf(largest) - scale.rowOf(least) < most) {
                return scale;
            }
        }
        return new RowScale(COARSEST);
    }

    /** The same for all buckets of these. Of nothing, any scale. */
    public static RowScale fitting(List<Distribution> distributions, int most) {
        double least = Double.POSITIVE_INFINITY;
        double largest = 0;
        for (Distribution distribution : distributions) {
            for (int i = 0; i < distribution.bucketCount(); i++) {
                double lower = distribution.bucketLower(i);
                if (lower > 0) {
                    least = Math.min(least, lower);
                    largest = Math.max(largest, lower);
                }
            }
        }
        return fitting(Math.min(least, largest), largest, most);
    }

    /** What is to be done with a row that is not empty. */
    public interface PerRow {
        void accept(int row, double count);
    }

    /** Adds a distribution's buckets up to rows, from the lowest on. Its layout must be HdrHistogram's. */
    public void forEachRow(Distribution distribution, PerRow action) {
        int shift = distribution.layout().bits() - bits;
        int row = -1;
        double count = 0;
        for (int i = 0; i < distribution.bucketCount(); i++) {
            int at = distribution.bucketIndex(i) >>> shift;
            if (at != row && row >= 0) {
                action.accept(row, count);
                count = 0;
            }
            row = at;
            count += distribution.bucketValue(i);
        }
        if (row >= 0) {
            action.accept(row, count);
        }
    }
}
