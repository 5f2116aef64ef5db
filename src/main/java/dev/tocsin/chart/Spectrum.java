package dev.tocsin.chart;

import dev.tocsin.core.Distribution;
import java.util.ArrayList;
import java.util.List;

/**
 * A distribution's values at rising percentiles: five for each halving of the distance to 100 %, as HdrHistogram's
 * percentile plots have them, and those that people name. It ends at the percentile above which not even one observation
 * lies: of a thousand observations, nothing is known of the 99.99th. Immutable.
 *
 * @param count observations
 * @param average of them
 * @param max largest of them
 * @param relativeError by which each value may differ from the one observed
 * @param points from the minimum on; none where there are no observations
 */
public record Spectrum(double count, double average, double max, double relativeError, List<Point> points) {
    /** @param percentile as a share: 0 to 0.99999 */
    public record Point(double percentile, double value) {}

    private static final double LAST = 0.99999;
    private static final int PER_HALVING = 5;
    private static final double[] NAMED = {0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, LAST};
    private static final double[] PERCENTILES = percentiles();

    private static double[] percentiles() {
        List<Double> all = new ArrayList<>();
        for (double named : NAMED) {
            all.add(named);
        }
        for (double distance = 1; distance > 1 - LAST; distance /= 2) {
            for (int i = 0; i < PER_HALVING; i++) {
                double percentile = 1 - distance + distance * i / (2 * PER_HALVING);
                if (percentile < LAST) {
                    all.add(percentile);
                }
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).sorted().distinct().toArray();
    }

    /** @param distribution in HdrHistogram's buckets */
    public static Spectrum of(Distribution distribution) {
        double count = distribution.count();
        List<Point> points = new ArrayList<>();
        double end = Math.min(LAST, 1 - 1 / count);
        for (double percentile : PERCENTILES) {
            if (percentile < end) {
                points.add(new Point(percentile, distribution.quantile(percentile)));
            }
        }
        if (end >= 0) {
            points.add(new Point(end, distribution.quantile(end)));
        }
        return new Spectrum(
                count,
                distribution.average(),
                distribution.max(),
                distribution.layout().relativeError(),
                List.copyOf(points));
    }
}
