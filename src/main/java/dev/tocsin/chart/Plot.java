package dev.tocsin.chart;

import java.util.List;
import java.util.function.DoubleFunction;

/**
 * What a picture shows. Immutable.
 *
 * @param title above it; may be empty
 * @param fromMillis its left end, wall time
 * @param toMillis its right end, after the left one
 * @param lines in the order of their colours
 * @param stacked whether each stands on the sum of those before it
 * @param label how a value is written
 * @param thresholds values at which a dashed line is drawn
 */
public record Plot(
        String title,
        long fromMillis,
        long toMillis,
        List<Line> lines,
        boolean stacked,
        DoubleFunction<String> label,
        List<Double> thresholds) {
    public Plot {
        lines = List.copyOf(lines);
        thresholds = List.copyOf(thresholds);
        if (fromMillis >= toMillis) {
            throw new IllegalArgumentException("a picture ends after it begins");
        }
    }

    /**
     * @param timeMillis ascending; not to be changed
     * @param values as many; NaN where the line is broken; not to be changed
     */
    public record Line(String name, double[] timeMillis, double[] values) {}
}
