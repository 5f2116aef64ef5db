package dev.tocsin.core.quality;

/**
 * What one measure came to.
 *
 * @param value a share of 0 to 1, or seconds; NaN where the state is unknown
 * @param threshold the least that is well; of freshness the most, in seconds
 * @param reason why it is unknown, else empty
 */
public record MeasureStatus(Measure measure, double value, double threshold, String reason) {
    /** Nothing is known, for this reason. */
    public static MeasureStatus unknown(Measure measure, double threshold, String reason) {
        return new MeasureStatus(measure, Double.NaN, threshold, reason);
    }

    public QualityState state() {
        if (Double.isNaN(value)) {
            return QualityState.UNKNOWN;
        }
        boolean well = measure == Measure.FRESHNESS ? value <= threshold : value >= threshold;
        return well ? QualityState.OK : QualityState.BREACHED;
    }
}
