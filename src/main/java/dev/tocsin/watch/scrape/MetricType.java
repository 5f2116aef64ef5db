package dev.tocsin.watch.scrape;

import org.jspecify.annotations.Nullable;

/** What a {@code # TYPE} line may say, as {@code /api/v1/metadata} tells it. */
enum MetricType {
    COUNTER("counter", true),
    GAUGE("gauge", true),
    HISTOGRAM("histogram", true),
    SUMMARY("summary", true),
    UNTYPED("untyped", true),
    UNKNOWN("unknown", false),
    GAUGE_HISTOGRAM("gaugehistogram", false),
    INFO("info", false),
    STATE_SET("stateset", false);

    private static final MetricType[] ALL = values();

    private final String word;
    private final boolean inText;

    MetricType(String word, boolean inText) {
        this.word = word;
        this.inText = inText;
    }

    /** The type of these bytes; null where it is none. */
    static @Nullable MetricType of(byte[] bytes, int from, int to, boolean openMetrics) {
        for (MetricType type : ALL) {
            boolean isKnown = openMetrics ? type != UNTYPED : type.inText || type == UNKNOWN;
            if (isKnown && type.word.length() == to - from && is(bytes, from, type.word)) {
                return type;
            }
        }
        return null;
    }

    private static boolean is(byte[] bytes, int from, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (bytes[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
