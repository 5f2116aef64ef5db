package dev.tocsin.web;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What CloudWatch calls a statistic: one number for the samples of a period.
 *
 * @param quantile of {@link Kind#PERCENTILE}, from 0 to 1, as PromQL writes it; empty for the others
 */
public record Statistic(Kind kind, String quantile) {
    /** For error messages. */
    public static final String KNOWN =
            "average, sum, minimum, maximum, sample count, or a percentile from p0 to p100 like p99.9";

    private static final Pattern PERCENTILE = Pattern.compile("p(\\d{1,2}(?:\\.\\d{1,6})?|100)");

    /** Which number. */
    public enum Kind {
        AVERAGE,
        SUM,
        MINIMUM,
        MAXIMUM,
        SAMPLE_COUNT,
        PERCENTILE
    }

    /** @param text as people and CloudWatch write it: {@code average}, {@code SampleCount}, {@code p99.9} */
    public static Optional<Statistic> of(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
        Matcher percentile = PERCENTILE.matcher(word);
        if (percentile.matches()) {
            String quantile = new java.math.BigDecimal(percentile.group(1))
                    .movePointLeft(2)
                    .stripTrailingZeros()
                    .toPlainString();
            return Optional.of(new Statistic(Kind.PERCENTILE, quantile));
        }
        return switch (word) {
            case "average", "avg" -> Optional.of(new Statistic(Kind.AVERAGE, ""));
            case "sum" -> Optional.of(new Statistic(Kind.SUM, ""));
            case "minimum", "min" -> Optional.of(new Statistic(Kind.MINIMUM, ""));
            case "maximum", "max" -> Optional.of(new Statistic(Kind.MAXIMUM, ""));
            case "samplecount", "count" -> Optional.of(new Statistic(Kind.SAMPLE_COUNT, ""));
            default -> Optional.empty();
        };
    }
}
