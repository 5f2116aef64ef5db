package dev.tocsin.watch.quality;

import dev.tocsin.core.quality.Measure;
import dev.tocsin.core.quality.MeasureStatus;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One number for a data set: the weighted mean of its measures, 0 to 1. Completeness, coverage and consistency count as
 * they are; freshness counts 1 up to its threshold and threshold ÷ age beyond, half at twice the threshold.
 */
final class QualityScore {
    private QualityScore() {}

    /**
     * @param weights 0 or more, not all of them 0
     * @return NaN where a measure that weighs anything is unknown: a mean of the others would be another number
     */
    static double of(List<MeasureStatus> measures, ToDoubleFunction<Measure> weights) {
        double sum = 0;
        double all = 0;
        for (MeasureStatus measure : measures) {
            double weight = weights.applyAsDouble(measure.measure());
            if (weight > 0) {
                sum += weight * part(measure);
                all += weight;
            }
        }
        return Math.min(1, sum / all);
    }

    private static double part(MeasureStatus measure) {
        double value = measure.value();
        if (measure.measure() != Measure.FRESHNESS || Double.isNaN(value)) {
            return value;
        }
        return value <= measure.threshold() ? 1 : measure.threshold() / value;
    }
}
