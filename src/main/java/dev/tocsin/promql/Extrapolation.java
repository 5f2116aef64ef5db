package dev.tocsin.promql;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.RangeEnds;

/**
 * What {@code rate}, {@code increase} and {@code delta} make of the ends of a range: the growth between the first and
 * the last sample, stretched to the whole range. It is stretched to an end of the range where the sample nearest to it
 * is closer than 1.1 of the average distance between samples, else by half that distance; and a counter never past the
 * point where it would have been zero. (Prometheus, documentation of {@code rate}.) In history that is coarser the older
 * it is, the distance is that of its coarsest part.
 */
final class Extrapolation {
    private static final double NEAR = 1.1;

    private final boolean counter;
    private final boolean perSecond;
    private final long rangeMillis;

    Extrapolation(String function, long rangeMillis) {
        this.counter = !function.equals("delta");
        this.perSecond = function.equals("rate");
        this.rangeMillis = rangeMillis;
    }

    boolean counter() {
        return counter;
    }

    /** @param ends of at least two numbers */
    double of(RangeEnds ends, long endMillis) {
        double growth = ends.lastValue() - ends.firstValue() + (counter ? ends.resetCorrection() : 0);
        return growth * factor(ends, endMillis, ends.firstValue(), growth);
    }

    /** @param ends of at least two distributions */
    Distribution of(RangeEnds ends, Distribution growth, long endMillis) {
        Distribution first = ends.firstDistribution();
        double start = first == null ? Double.NaN : first.count();
        return growth.times(factor(ends, endMillis, start, growth.count()));
    }

    private double factor(RangeEnds ends, long endMillis, double first, double growth) {
        double sampled = (ends.lastTimeMillis() - ends.firstTimeMillis()) / 1e3;
        double apart = ends.apartMillis() / 1e3;
        double toStart = (ends.firstTimeMillis() - (endMillis - rangeMillis)) / 1e3;
        double toEnd = (endMillis - ends.lastTimeMillis()) / 1e3;
        if (toStart >= apart * NEAR) {
            toStart = apart / 2;
        }
        if (counter && growth > 0 && first >= 0) {
            toStart = Math.min(toStart, sampled * (first / growth));
        }
        if (toEnd >= apart * NEAR) {
            toEnd = apart / 2;
        }
        double factor = (sampled + toStart + toEnd) / sampled;
        return perSecond ? factor / (rangeMillis / 1e3) : factor;
    }
}
