package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import java.util.List;
import java.util.Map;

/**
 * A file of unit tests for rules, as promtool takes it. Immutable. Times of tests count from their case's start.
 *
 * @param groups of all rule files, in the order in which they are judged
 * @param evaluationIntervalMillis between two judgings, whatever the groups' own intervals
 * @param fuzzyCompare whether neighbouring floating point numbers are equal
 */
public record RuleTests(List<RuleGroup> groups, long evaluationIntervalMillis, boolean fuzzyCompare, List<Case> cases) {

    /**
     * Series, and what is expected of the rules with them.
     *
     * @param name empty where it has none
     * @param intervalMillis between two values of a series
     * @param startMillis when the first value of each series stands
     */
    public record Case(
            String name,
            long intervalMillis,
            long startMillis,
            List<InputSeries> inputSeries,
            List<AlertTest> alertTests,
            List<ExprTest> exprTests,
            Labels externalLabels,
            String externalUrl) {
        /** When the last of its tests looks. */
        long endMillis() {
            long end = 0;
            for (AlertTest test : alertTests) {
                end = Math.max(end, test.evalMillis);
            }
            for (ExprTest test : exprTests) {
                end = Math.max(end, test.evalMillis);
            }
            return startMillis + end;
        }
    }

    /** A series as {@link dev.tocsin.promql.SeriesNotation} writes it, in two parts. */
    public record InputSeries(String series, String values) {}

    /** The alerts of one name that are to fire at one time, no other. */
    public record AlertTest(long evalMillis, String alertName, List<ExpectedAlert> alerts) {}

    /** @param labels without {@code alertname} */
    public record ExpectedAlert(Map<String, String> labels, Map<String, String> annotations) {}

    /** The samples that an expression has at one time, no other. */
    public record ExprTest(String expr, long evalMillis, List<ExpectedSample> samples) {}

    /** @param labels in the notation of a selector; empty for none */
    public record ExpectedSample(String labels, double value) {}
}
