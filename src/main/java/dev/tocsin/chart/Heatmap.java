package dev.tocsin.chart;

import dev.tocsin.core.Distribution;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Observations by time and value, as a picture shows them. Immutable.
 *
 * @param title above it; may be empty
 * @param fromMillis its left end, wall time
 * @param toMillis its right end, after the left one by whole columns
 * @param stepMillis of a column
 * @param label how a value is written
 * @param columns in ascending time; none where nothing was observed
 */
public record Heatmap(
        String title,
        long fromMillis,
        long toMillis,
        long stepMillis,
        DoubleFunction<String> label,
        List<Column> columns) {
    public Heatmap {
        columns = List.copyOf(columns);
        if (fromMillis >= toMillis || stepMillis < 1) {
            throw new IllegalArgumentException("a heatmap ends after it begins, and its columns have a width");
        }
    }

    /**
     * @param endMillis its right edge
     * @param distribution in HdrHistogram's buckets
     */
    public record Column(long endMillis, Distribution distribution) {}
}
