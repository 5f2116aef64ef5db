package dev.tocsin.series;

/**
 * What one process may hold of pushed and recorded series. Reaching a limit never throws: the sample goes into its
 * metric's {@code {__other__="true"}} series, or is rejected, and is counted by reason either way.
 *
 * @param maxSeries pushed series in all
 * @param maxSeriesPerMetric pushed series of one metric name
 * @param maxLabels labels of one series, the metric name not counted
 * @param maxNameLength bytes of a metric name as sent
 * @param maxLabelNameLength bytes of a label name as sent
 * @param maxLabelValueLength bytes of a label value as sent
 * @param maxForgottenSeries pushed series that have ended and are kept only because their history is still readable;
 *     past it the one that ended first is dropped
 * @param maxRecordedSeries series of recording rules, alerts, scraped targets
 * @param maxLogSamples distribution and set samples one producer may log in one interval; past it they are rejected as
 *     {@code overloaded}
 */
public record SeriesLimits(
        int maxSeries,
        int maxSeriesPerMetric,
        int maxLabels,
        int maxNameLength,
        int maxLabelNameLength,
        int maxLabelValueLength,
        int maxForgottenSeries,
        int maxRecordedSeries,
        int maxLogSamples) {
    private static final int LARGEST = 1 << 26;

    public SeriesLimits {
        check("maxSeries", maxSeries, LARGEST);
        check("maxSeriesPerMetric", maxSeriesPerMetric, LARGEST);
        check("maxLabels", maxLabels, 10_000);
        check("maxNameLength", maxNameLength, 10_000);
        check("maxLabelNameLength", maxLabelNameLength, 10_000);
        check("maxLabelValueLength", maxLabelValueLength, 60_000);
        check("maxForgottenSeries", maxForgottenSeries, LARGEST);
        check("maxRecordedSeries", maxRecordedSeries, LARGEST);
        check("maxLogSamples", maxLogSamples, 1 << 28);
    }

    /** One million series, ten thousand of a metric. */
    public static SeriesLimits defaults() {
        return new SeriesLimits(1_000_000, 10_000, 64, 200, 200, 1_024, 200_000, 1_000_000, 16_000_000);
    }

    public SeriesLimits withSeries(int total, int perMetric) {
        return new SeriesLimits(
                total,
                perMetric,
                maxLabels,
                maxNameLength,
                maxLabelNameLength,
                maxLabelValueLength,
                maxForgottenSeries,
                maxRecordedSeries,
                maxLogSamples);
    }

    private static void check(String name, int value, int largest) {
        if (value < 1 || value > largest) {
            throw new IllegalArgumentException(name + " must be 1 to " + largest + ", not " + value);
        }
    }
}
