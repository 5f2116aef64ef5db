package dev.tocsin.promql;

import java.util.Arrays;

/** Quantiles of plain numbers. */
final class Quantiles {
    private Quantiles() {}

    /**
     * The q-quantile by linear interpolation between the two values nearest in rank; NaN of nothing or for q NaN, -Inf
     * for q below 0, +Inf above 1.
     *
     * @param values of which the first {@code count} are meant; they get sorted, NaN first
     */
    static double of(double q, double[] values, int count) {
        if (count == 0 || Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        sortNaNFirst(values, count);
        double rank = q * (count - 1);
        int lower = (int) Math.max(0, Math.floor(rank));
        int upper = Math.min(count - 1, lower + 1);
        double weight = rank - Math.floor(rank);
        return values[lower] * (1 - weight) + values[upper] * weight;
    }

    private static void sortNaNFirst(double[] values, int count) {
        int nans = 0;
        for (int i = 0; i < count; i++) {
            if (Double.isNaN(values[i])) {
                values[i] = values[nans];
                values[nans++] = Double.NaN;
            }
        }
        Arrays.sort(values, nans, count);
    }
}
