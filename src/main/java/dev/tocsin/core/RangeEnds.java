package dev.tocsin.core;

import org.jspecify.annotations.Nullable;

/**
 * What {@code rate}, {@code increase} and {@code delta} need of a range: its ends, without the points between.
 *
 * @param count points in the range, stale markers not counted; 0 where there are none
 * @param firstTimeMillis time of the first point
 * @param lastTimeMillis time of the last point
 * @param firstValue NaN for distributions
 * @param lastValue NaN for distributions
 * @param resetCorrection what to add to {@code lastValue - firstValue} for counter resets inside the range: the sum of
 *     the values before each fall
 * @param firstDistribution cumulative distribution at the first point; null for plain numbers, or where only the growth
 *     was asked for
 * @param growth last minus first cumulative distribution, resets corrected; null for plain numbers
 * @param mixed whether the range holds both numbers and distributions, or distributions that can't be merged (then no
 *     other component means anything)
 * @param apartMillis how far apart points are, for extrapolation: on average, but where they are further apart at one end
 *     than at the other, as in history that is coarser the older it is, as far as there
 */
public record RangeEnds(
        int count,
        long firstTimeMillis,
        long lastTimeMillis,
        double firstValue,
        double lastValue,
        double resetCorrection,
        @Nullable Distribution firstDistribution,
        @Nullable Distribution growth,
        boolean mixed,
        double apartMillis) {
    /** Of points that are as far apart everywhere. */
    public RangeEnds(
            int count,
            long firstTimeMillis,
            long lastTimeMillis,
            double firstValue,
            double lastValue,
            double resetCorrection,
            @Nullable Distribution firstDistribution,
            @Nullable Distribution growth,
            boolean mixed) {
        this(
                count,
                firstTimeMillis,
                lastTimeMillis,
                firstValue,
                lastValue,
                resetCorrection,
                firstDistribution,
                growth,
                mixed,
                count < 2 ? 0 : (lastTimeMillis - firstTimeMillis) / (count - 1.0));
    }

    public static final RangeEnds NONE = new RangeEnds(0, 0, 0, Double.NaN, Double.NaN, 0, null, null, false);

    /** The same of points that are at least so far apart at one end. */
    public RangeEnds apart(double leastMillis) {
        return count < 2 || apartMillis >= leastMillis
                ? this
                : new RangeEnds(
                        count,
                        firstTimeMillis,
                        lastTimeMillis,
                        firstValue,
                        lastValue,
                        resetCorrection,
                        firstDistribution,
                        growth,
                        mixed,
                        leastMillis);
    }

    /** The general way, for series that keep their points: {@code points} in ascending time. */
    public static RangeEnds of(Points points) {
        int n = points.size;
        if (n == 0) {
            return NONE;
        }
        long firstTime = points.timeMillis[0];
        long lastTime = points.timeMillis[n - 1];
        Distribution first = points.distribution[0];
        for (int i = 1; i < n; i++) {
            Distribution next = points.distribution[i];
            boolean alike = first == null || next == null
                    ? (first == null) == (next == null)
                    : first.layout().mergesWith(next.layout());
            if (!alike) {
                return new RangeEnds(n, firstTime, lastTime, Double.NaN, Double.NaN, 0, null, null, true);
            }
        }
        if (first != null) {
            return new RangeEnds(
                    n, firstTime, lastTime, Double.NaN, Double.NaN, 0, first, growth(points, first), false);
        }
        double correction = 0;
        for (int i = 1; i < n; i++) {
            if (points.value[i] < points.value[i - 1]) {
                correction += points.value[i - 1];
            }
        }
        return new RangeEnds(
                n, firstTime, lastTime, points.value[0], points.value[n - 1], correction, null, null, false);
    }

    private static Distribution growth(Points points, Distribution first) {
        DistributionBuilder total = new DistributionBuilder(first.layout()).add(first, -1);
        Distribution previous = first;
        for (int i = 1; i < points.size; i++) {
            Distribution next = java.util.Objects.requireNonNull(points.distribution[i]);
            if (next.count() < previous.count()) {
                total.add(previous, 1);
            }
            previous = next;
        }
        return total.add(previous, 1).build();
    }
}
