package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.promql.Expr;
import java.util.Map;

/** One rule of a group, parsed and checked. Immutable. */
public sealed interface Rule {
    /** The alert's name, or the metric that is recorded. */
    String name();

    Expr expr();

    /** Line of its file where it begins, from 1; 0 where it stands in none. */
    int line();

    /** Its labels as written, the group's included. */
    Map<String, String> labelTexts();

    /**
     * A rule that alerts for every sample of its expression.
     *
     * @param forMillis how long the expression must hold before it fires
     * @param keepFiringForMillis how long it goes on firing after the expression ceased to hold
     * @param datapoints how many of the newest judgings must see it hold
     * @param labels templates, in order of names
     * @param annotations templates, in the order of the file
     */
    record AlertRule(
            String name,
            Expr expr,
            long forMillis,
            long keepFiringForMillis,
            Datapoints datapoints,
            MissingPolicy missing,
            Map<String, RuleTemplate> labels,
            Map<String, RuleTemplate> annotations,
            int line)
            implements Rule {
        @Override
        public Map<String, String> labelTexts() {
            return RuleLabels.texts(labels);
        }

        /** The same rule with another meaning of missing data. */
        AlertRule withMissing(MissingPolicy policy) {
            return new AlertRule(
                    name, expr, forMillis, keepFiringForMillis, datapoints, policy, labels, annotations, line);
        }

        /** The same rule, which says nothing. */
        AlertRule withoutAnnotations() {
            return new AlertRule(
                    name, expr, forMillis, keepFiringForMillis, datapoints, missing, labels, Map.of(), line);
        }

        /** Annotations as written. */
        public Map<String, String> annotationTexts() {
            return RuleLabels.texts(annotations);
        }
    }

    /**
     * A rule that writes what its expression says as a series of its own.
     *
     * @param labels laid over those of each sample; an empty value takes the label away
     */
    record RecordRule(String name, Expr expr, Map<String, String> labels, int line) implements Rule {
        @Override
        public Map<String, String> labelTexts() {
            return labels;
        }

        /** The series that a sample with these labels is recorded in. */
        Labels seriesOf(Labels sample) {
            Map<String, String> all = sample.toMap();
            all.putAll(labels);
            all.put(Labels.NAME, name);
            return Labels.of(all);
        }
    }
}
