package dev.tocsin.web;

import dev.tocsin.chart.RowScale;
import dev.tocsin.core.Distribution;

/**
 * A distribution as numbers, in stream frames and heatmaps:
 *
 * <pre>
 *   bits, count, p50, p99, row, n, row, n, …
 * </pre>
 *
 * The rows that are not empty, from the lowest on, of {@link RowScale} with these bits: the first by its number, each
 * further one by how many it lies above the one before. The percentiles are taken before rows are joined, and are null of
 * nothing. Stateless.
 */
final class DistributionText {
    /** Rows in one distribution on the stream: where it has more, they are joined. */
    private static final int MOST_ROWS = 256;

    private static final int DIGITS = 5;

    private DistributionText() {}

    /** With the brackets of an array, as finely as its filled rows are few. */
    static void append(StringBuilder out, Distribution distribution) {
        int bits = RowScale.FINEST;
        while (bits > RowScale.COARSEST && rows(distribution, new RowScale(bits)) > MOST_ROWS) {
            bits--;
        }
        out.append('[');
        append(out, distribution, new RowScale(bits));
        out.append(']');
    }

    private static int rows(Distribution distribution, RowScale scale) {
        if (distribution.bucketCount() <= MOST_ROWS) {
            return distribution.bucketCount();
        }
        int[] rows = {0};
        scale.forEachRow(distribution, (row, count) -> rows[0]++);
        return rows[0];
    }

    static void append(StringBuilder out, Distribution distribution, RowScale scale) {
        out.append(scale.bits()).append(',');
        appendRounded(out, distribution.count());
        out.append(',');
        appendRounded(out, distribution.quantile(0.5));
        out.append(',');
        appendRounded(out, distribution.quantile(0.99));
        int[] before = {0};
        scale.forEachRow(distribution, (row, count) -> {
            out.append(',').append(row - before[0]).append(',');
            appendRounded(out, count);
            before[0] = row;
        });
    }

    /** Whole numbers as they are: counts must add up. */
    private static void appendRounded(StringBuilder out, double value) {
        if (!Double.isFinite(value) || value == Math.rint(value)) {
            JsonText.appendNumber(out, value);
            return;
        }
        double scale = Math.pow(10, DIGITS - 1 - Math.floor(Math.log10(Math.abs(value))));
        double rounded = Math.rint(value * scale) / scale;
        JsonText.appendNumber(out, Double.isFinite(rounded) ? rounded : value);
    }
}
