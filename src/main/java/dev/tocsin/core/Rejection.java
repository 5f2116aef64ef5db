package dev.tocsin.core;

import java.util.Locale;

/** Why a sample was not taken as sent. The lower-case name is the {@code reason} label of the metric. */
public enum Rejection {
    /** The line or item has not the shape of its format. */
    MALFORMED,
    /** No metric name, or nothing left of it. */
    EMPTY_NAME,
    /** The value is no number, or NaN, or infinite, or does not fit the kind. */
    BAD_VALUE,
    /** The sample rate is not in (0, 1]. */
    BAD_RATE,
    /** The type is none that the format knows. */
    UNKNOWN_TYPE,
    /** The timestamp is no number, or lies outside the hot window. */
    BAD_TIMESTAMP,
    /** The metric name is longer than the limit. */
    NAME_TOO_LONG,
    /** One label name or value is longer than the limit. */
    LABEL_TOO_LONG,
    /** More labels than the limit. */
    TOO_MANY_LABELS,
    /** The name already belongs to a metric of another kind. */
    KIND_CONFLICT,
    /** The series limit is reached and even the metric's {@code __other__} series has no room. */
    SERIES_LIMIT,
    /** The packet, body or batch is larger than the limit. */
    TOO_LARGE,
    /** The series thread is several ticks behind and what waits for it has reached its bound. */
    OVERLOADED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The value of the {@code reason} label. */
    public String label() {
        return label;
    }
}
