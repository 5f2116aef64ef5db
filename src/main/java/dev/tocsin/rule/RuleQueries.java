package dev.tocsin.rule;

import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;

/** Where rules and their templates get values from: an evaluator over the live series, or over a test's or the past's. */
@FunctionalInterface
public interface RuleQueries {
    /** @throws dev.tocsin.promql.PromqlException where the expression has no result */
    Value at(Expr expr, long timeMillis);

    /** Over live series, with the usual look-back. */
    static RuleQueries of(Evaluator evaluator) {
        return (expr, timeMillis) ->
                evaluator.instant(expr, timeMillis, QueryOptions.DEFAULT).value();
    }
}
