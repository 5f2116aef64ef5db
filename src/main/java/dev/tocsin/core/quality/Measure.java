package dev.tocsin.core.quality;

import java.util.Locale;

/** What is measured of a data set. Shares are 0 to 1, and better the higher they are. */
public enum Measure {
    /** Share of the rows or columns that should be there. */
    COMPLETENESS("ratio"),
    /** Age of what is newest: better the lower. */
    FRESHNESS("seconds"),
    /** Share of the keys that should be there. */
    COVERAGE("ratio"),
    /** Weighted mean of what assertions came to. */
    CONSISTENCY("ratio");

    private final String unit;

    Measure(String unit) {
        this.unit = unit;
    }

    /** The key in files, the label {@code measure}, and what the API says. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The series that it is written as. */
    public String series() {
        return "quality_" + word() + "_" + unit;
    }

    /** The series of its threshold. */
    public String thresholdSeries() {
        return "quality_" + word() + "_threshold_" + unit;
    }
}
