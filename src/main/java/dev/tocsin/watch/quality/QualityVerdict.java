package dev.tocsin.watch.quality;

import dev.tocsin.core.quality.AssertionStatus;
import dev.tocsin.core.quality.Measure;
import dev.tocsin.core.quality.MeasureStatus;
import dev.tocsin.core.quality.QualityState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What one judging of a data set came to.
 *
 * @param score NaN where it is unknown
 */
record QualityVerdict(List<MeasureStatus> measures, List<AssertionStatus> assertions, double score) {
    QualityVerdict {
        measures = List.copyOf(measures);
        assertions = List.copyOf(assertions);
    }

    /** Whether any measure is unknown. */
    boolean hasUnknown() {
        return measures.stream().anyMatch(measure -> measure.state() == QualityState.UNKNOWN);
    }

    /** Nothing is known of any measure, for this reason. */
    static QualityVerdict unknown(Dataset dataset, String reason) {
        List<MeasureStatus> measures = new ArrayList<>();
        for (Map.Entry<Measure, Double> each : dataset.thresholds().entrySet()) {
            measures.add(MeasureStatus.unknown(each.getKey(), each.getValue(), reason));
        }
        List<AssertionStatus> assertions = new ArrayList<>();
        for (Dataset.Assertion assertion : dataset.assertions()) {
            assertions.add(new AssertionStatus(assertion.name(), assertion.weight(), Double.NaN, reason));
        }
        return new QualityVerdict(measures, assertions, Double.NaN);
    }
}
