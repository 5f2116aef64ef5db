package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.Value;
import dev.tocsin.promql.Value.VectorSample;
import java.util.List;

/**
 * One judging of a group: when, on what, and where failures are counted.
 *
 * @param nowMillis the tick; alerts begin and end at it
 * @param queryMillis what expressions are evaluated at and series recorded at: the tick less the group's offset
 * @param limit the group's, 0 for none
 */
record Judging(
        long nowMillis, long queryMillis, int limit, RuleQueries queries, RuleSettings settings, RuleMetrics metrics) {
    /** The expression's samples; a scalar is one without labels. */
    List<VectorSample> samples(Expr expr) {
        return switch (queries.at(expr, queryMillis)) {
            case Value.VectorValue vector -> vector.samples();
            case Value.ScalarValue scalar -> List.of(new VectorSample(Labels.EMPTY, queryMillis, scalar.value(), null));
            case Value.StringValue ignored -> throw notVector();
            case Value.MatrixValue ignored -> throw notVector();
        };
    }

    private static RuleFailure notVector() {
        return new RuleFailure("rule result is not a vector or scalar");
    }
}
