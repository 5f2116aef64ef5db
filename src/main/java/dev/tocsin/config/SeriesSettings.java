package dev.tocsin.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Limits and lifetimes of series: {@code series.*}.
 *
 * @param max pushed series in all
 * @param maxPerMetric pushed series of one metric name; past it samples go into its {@code __other__} series
 * @param maxLabels of one series, the name not counted
 * @param maxNameLength bytes of a metric name
 * @param gaugeStaleAfter without a sample for this long a gauge has no value
 * @param forgetAfter without a sample for this long a series ends and frees its place
 * @param percentileWindow what {@code _p99} and its like, and the value of a set, look back over
 */
public record SeriesSettings(
        int max,
        int maxPerMetric,
        int maxLabels,
        int maxNameLength,
        Duration gaugeStaleAfter,
        Duration forgetAfter,
        Duration percentileWindow,
        Precision precision) {
    private static final int MOST_SERIES = 50_000_000;
    private static final int MOST_LABELS = 1_000;
    private static final int LONGEST_NAME = 10_000;
    private static final Duration LEAST_LIFE = Duration.ofSeconds(10);
    private static final Duration LONGEST_LIFE = Duration.ofDays(1);
    private static final Duration LEAST_WINDOW = Duration.ofSeconds(1);
    private static final Duration LONGEST_WINDOW = Duration.ofMinutes(5);

    public static final SeriesSettings DEFAULTS = new SeriesSettings(
            1_000_000,
            10_000,
            64,
            200,
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            Duration.ofSeconds(10),
            Precision.DEFAULTS);

    public SeriesSettings {
        Allowed.range("series.max", max, 1, MOST_SERIES);
        Allowed.range("series.max-per-metric", maxPerMetric, 1, MOST_SERIES);
        Allowed.range("series.max-labels", maxLabels, 1, MOST_LABELS);
        Allowed.range("series.max-name-length", maxNameLength, 1, LONGEST_NAME);
        Allowed.range("series.gauge-stale-after", gaugeStaleAfter, LEAST_LIFE, LONGEST_LIFE);
        Allowed.range("series.forget-after", forgetAfter, LEAST_LIFE, LONGEST_LIFE);
        Allowed.range("series.percentile-window", percentileWindow, LEAST_WINDOW, LONGEST_WINDOW);
        Allowed.require(
                forgetAfter.compareTo(gaugeStaleAfter) >= 0,
                "must not be less than series.gauge-stale-after: a series can't be forgotten before it is stale");
    }

    static SeriesSettings read(Layers in) throws ConfigException {
        try {
            return new SeriesSettings(
                    in.read("series.max", DEFAULTS.max, Allowed.integer(1, MOST_SERIES)),
                    in.read("series.max-per-metric", DEFAULTS.maxPerMetric, Allowed.integer(1, MOST_SERIES)),
                    in.read("series.max-labels", DEFAULTS.maxLabels, Allowed.integer(1, MOST_LABELS)),
                    in.read("series.max-name-length", DEFAULTS.maxNameLength, Allowed.integer(1, LONGEST_NAME)),
                    in.read(
                            "series.gauge-stale-after",
                            DEFAULTS.gaugeStaleAfter,
                            Allowed.duration(LEAST_LIFE, LONGEST_LIFE)),
                    in.read("series.forget-after", DEFAULTS.forgetAfter, Allowed.duration(LEAST_LIFE, LONGEST_LIFE)),
                    in.read(
                            "series.percentile-window",
                            DEFAULTS.percentileWindow,
                            Allowed.duration(LEAST_WINDOW, LONGEST_WINDOW)),
                    Precision.read(in));
        } catch (IllegalArgumentException e) {
            throw in.error("series.forget-after", String.valueOf(e.getMessage()));
        }
    }

    /**
     * Significant digits that distributions keep: 2 digits are right within 1 %.
     *
     * @param metrics digits by metric name, where they differ from {@code digits}
     */
    public record Precision(int digits, Map<String, Integer> metrics) {
        public static final Precision DEFAULTS = new Precision(2, Map.of());

        private static final int MOST_DIGITS = 4;

        public Precision {
            Allowed.range("series.precision.default", digits, 1, MOST_DIGITS);
            metrics.forEach((name, own) -> Allowed.range("series.precision.metrics." + name, own, 1, MOST_DIGITS));
            metrics = Map.copyOf(metrics);
        }

        static Precision read(Layers in) throws ConfigException {
            return new Precision(
                    in.read("series.precision.default", DEFAULTS.digits, Allowed.integer(1, MOST_DIGITS)),
                    in.read("series.precision.metrics", DEFAULTS.metrics, Precision::byMetric));
        }

        private static Map<String, Integer> byMetric(YamlNode node) throws ConfigException {
            Map<String, Integer> metrics = new LinkedHashMap<>();
            for (Map.Entry<String, YamlNode> entry : node.asMap().entrySet()) {
                metrics.put(entry.getKey(), entry.getValue().asInt(1, MOST_DIGITS));
            }
            return metrics;
        }
    }
}
