package dev.tocsin.core.quality;

import dev.tocsin.core.Labels;
import java.util.List;

/**
 * What is known of a data set at one moment. Immutable.
 *
 * @param labels of its series, {@code dataset} and {@code severity} among them
 * @param schedule when it is judged, as configured
 * @param judgedMillis wall time of the last judging; 0 before the first
 * @param nextMillis wall time at which it is judged next
 * @param measures those that it has; empty before the first judging
 * @param assertions what its consistency is made of
 * @param score 0 to 1; NaN where not all of its measures are known
 */
public record DatasetStatus(
        String name,
        Labels labels,
        String schedule,
        long judgedMillis,
        long nextMillis,
        List<MeasureStatus> measures,
        List<AssertionStatus> assertions,
        double score) {
    public DatasetStatus {
        measures = List.copyOf(measures);
        assertions = List.copyOf(assertions);
    }

    /** Breached where any measure is, else unknown where any is, or before the first judging. */
    public QualityState state() {
        boolean unknown = measures.isEmpty();
        for (MeasureStatus measure : measures) {
            if (measure.state() == QualityState.BREACHED) {
                return QualityState.BREACHED;
            }
            unknown |= measure.state() == QualityState.UNKNOWN;
        }
        return unknown ? QualityState.UNKNOWN : QualityState.OK;
    }
}
