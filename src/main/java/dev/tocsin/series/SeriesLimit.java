package dev.tocsin.series;

import java.util.Locale;

/** Which limit sent a sample into its metric's overflow series. The lower-case name is the metric's label. */
public enum SeriesLimit {
    /** {@link SeriesLimits#maxSeries}. */
    SERIES,
    /** {@link SeriesLimits#maxSeriesPerMetric}. */
    SERIES_PER_METRIC,
    /** The text of all labels takes more than 512 characters for each series that {@link SeriesLimits#maxSeries} allows. */
    LABEL_TEXT,
    /** Too many labels, or one too long: {@link SeriesLimits#maxLabels} and the lengths beside it. */
    LABELS;

    private final String label = name().toLowerCase(Locale.ROOT);

    public String label() {
        return label;
    }
}
