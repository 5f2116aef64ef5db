package dev.tocsin.convert;

import dev.tocsin.core.PromDuration;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A metric as CloudWatch names it, and the PromQL that means the same. Immutable.
 *
 * <p>CloudWatch does not tell a counter from a gauge or a distribution, so each expression asks for the distribution
 * first and falls back on plain numbers: of a metric that is pushed here, one of the two is there.
 *
 * @param name kept, with {@code _} for what a name can't hold here
 * @param dimensions become labels, in the template's order
 */
record CloudWatchMetric(String namespace, String name, Map<String, String> dimensions) {
    private static final Pattern PERCENTILE = Pattern.compile("p(\\d{1,2}(?:\\.\\d+)?|100)");

    CloudWatchMetric {
        dimensions = new LinkedHashMap<>(dimensions);
    }

    /** Whether AWS itself makes the metric, so that nobody pushes it here yet. */
    boolean isOfAws() {
        return namespace.startsWith("AWS/") || namespace.startsWith("ContainerInsights");
    }

    /**
     * @param statistic {@code Average}, {@code Sum}, {@code p99}, …
     * @param keepsDimensions whether the answer has the dimensions as labels, or none at all, as metric math needs it
     * @return empty for a statistic that has no equivalent
     */
    Optional<String> expression(String statistic, Duration period, boolean keepsDimensions) {
        String window = "[" + PromDuration.format(period.toMillis()) + "]";
        String selector = selector() + window;
        String by = keepsDimensions && !dimensions.isEmpty()
                ? " by ("
                        + dimensions.keySet().stream()
                                .map(CloudWatchMetric::labelName)
                                .collect(Collectors.joining(", "))
                        + ") "
                : " ";
        String merged = "sum" + by + "(increase(" + selector + "))";
        Matcher percentile = PERCENTILE.matcher(statistic);
        if (percentile.matches()) {
            String quantile = fraction(percentile.group(1));
            return Optional.of("histogram_quantile(" + quantile + ", " + merged + ") or max" + by
                    + "(quantile_over_time(" + quantile + ", " + selector + "))");
        }
        return switch (statistic) {
            case "Average" ->
                Optional.of("histogram_avg(" + merged + ") or avg" + by + "(avg_over_time(" + selector + "))");
            case "Sum" -> Optional.of("histogram_sum(" + merged + ") or " + merged);
            case "SampleCount" ->
                Optional.of("histogram_count(" + merged + ") or sum" + by + "(count_over_time(" + selector + "))");
            case "Minimum" ->
                Optional.of("histogram_quantile(0, " + merged + ") or min" + by + "(min_over_time(" + selector + "))");
            case "Maximum" ->
                Optional.of("histogram_quantile(1, " + merged + ") or max" + by + "(max_over_time(" + selector + "))");
            default -> Optional.empty();
        };
    }

    private String selector() {
        return metricName()
                + (dimensions.isEmpty()
                        ? ""
                        : dimensions.entrySet().stream()
                                .map(each -> labelName(each.getKey()) + "=" + quoted(each.getValue()))
                                .collect(Collectors.joining(", ", "{", "}")));
    }

    private String metricName() {
        return safe(name, "[^a-zA-Z0-9_:]");
    }

    /** The dimension's name as a label has it. */
    static String labelName(String dimension) {
        return safe(dimension, "[^a-zA-Z0-9_]");
    }

    private static String safe(String name, String bad) {
        String clean = name.replaceAll(bad, "_");
        return clean.isEmpty() || Character.isDigit(clean.charAt(0)) ? "_" + clean : clean;
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static String fraction(String percent) {
        return new java.math.BigDecimal(percent)
                .movePointLeft(2)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** What tells this metric from the others, for a legend: the values of these dimensions, else the name. */
    String title(List<String> telling) {
        String values = telling.stream()
                .filter(dimensions::containsKey)
                .map(dimensions::get)
                .collect(Collectors.joining(" "));
        return values.isEmpty() ? name : values;
    }

    /** Where the file meant to get it, for a comment. */
    String origin() {
        return String.format(
                Locale.ROOT,
                "%s %s is made by AWS: it has to be pushed here under this name (an exporter or a metric stream does it)",
                namespace,
                name);
    }
}
