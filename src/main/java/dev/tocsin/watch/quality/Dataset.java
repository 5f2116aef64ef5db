package dev.tocsin.watch.quality;

import dev.tocsin.core.Labels;
import dev.tocsin.core.quality.Measure;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One data set, as configured: which of the four measures it has, and what they weigh in its score.
 *
 * @param name letters, digits, {@code . _ -}; one data set has it
 * @param timeout for all sources of one judging together
 * @param labels of its own, on all of its series
 * @param weights of measures in the score, 0 or more; those that are not there weigh {@link #DEFAULT_WEIGHT}
 */
public record Dataset(
        String name,
        Schedule schedule,
        Duration timeout,
        String severity,
        Labels labels,
        @Nullable Completeness completeness,
        @Nullable Freshness freshness,
        @Nullable Coverage coverage,
        @Nullable Consistency consistency,
        Map<Measure, Double> weights) {
    public static final Duration DEFAULT_EVERY = Duration.ofMinutes(5);
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration DEFAULT_AGE = Duration.ofHours(24);
    public static final double DEFAULT_COMPLETENESS = 0.95;
    public static final double DEFAULT_COVERAGE = 0.80;
    public static final double DEFAULT_CONSISTENCY = 0.95;
    public static final double DEFAULT_WEIGHT = 1;
    public static final String DEFAULT_SEVERITY = "warning";

    /** Labels that series of data sets have; none of its own may be called so. */
    public static final List<String> OWN_LABELS = List.of("dataset", "severity", "measure", "state", "assertion");

    private static final double MILLIS_PER_SECOND = 1_000;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,100}");

    /** @param least share that is well */
    public record Completeness(Source present, Expected expected, double least) {}

    /** @param most age that is well */
    public record Freshness(Source newest, Duration most) {}

    /** @param least share that is well */
    public record Coverage(Source seen, ExpectedKeys expected, double least) {}

    /** @param least weighted mean that is well */
    public record Consistency(List<Assertion> assertions, double least) {
        public Consistency {
            assertions = List.copyOf(assertions);
        }
    }

    /**
     * @param name of the label {@code assertion}
     * @param weight above 0
     * @param share answers 0 to 1
     */
    public record Assertion(String name, double weight, Source share) {}

    /** @throws IllegalArgumentException saying what is wrong */
    public Dataset {
        require(
                NAME.matcher(name).matches(),
                "a data set's name has 1 to 100 letters, digits, dots, dashes and underscores; this is \"" + name
                        + "\"");
        require(
                completeness != null || freshness != null || coverage != null || consistency != null,
                "a data set needs one of completeness, freshness, coverage and consistency");
        weights = Map.copyOf(weights);
        Map<Measure, Double> known = weights;
        boolean weighs = thresholds(completeness, freshness, coverage, consistency).keySet().stream()
                .anyMatch(measure -> known.getOrDefault(measure, DEFAULT_WEIGHT) > 0);
        require(
                weighs,
                "the weights of " + name + " leave nothing for its score: one of its measures needs a weight above 0");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    double weight(Measure measure) {
        return weights.getOrDefault(measure, DEFAULT_WEIGHT);
    }

    /** The measures that it has, with what is still well: a share, or seconds. */
    Map<Measure, Double> thresholds() {
        return thresholds(completeness, freshness, coverage, consistency);
    }

    private static Map<Measure, Double> thresholds(
            @Nullable Completeness completeness,
            @Nullable Freshness freshness,
            @Nullable Coverage coverage,
            @Nullable Consistency consistency) {
        Map<Measure, Double> thresholds = new EnumMap<>(Measure.class);
        if (completeness != null) {
            thresholds.put(Measure.COMPLETENESS, completeness.least());
        }
        if (freshness != null) {
            thresholds.put(Measure.FRESHNESS, freshness.most().toMillis() / MILLIS_PER_SECOND);
        }
        if (coverage != null) {
            thresholds.put(Measure.COVERAGE, coverage.least());
        }
        if (consistency != null) {
            thresholds.put(Measure.CONSISTENCY, consistency.least());
        }
        return thresholds;
    }

    List<Assertion> assertions() {
        return consistency == null ? List.of() : consistency.assertions();
    }

    /** The labels of its series, without a metric name. */
    Labels seriesLabels() {
        return labels.with(Labels.of("dataset", name, "severity", severity));
    }
}
