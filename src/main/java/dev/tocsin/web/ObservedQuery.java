package dev.tocsin.web;

import dev.tocsin.promql.AggregateOp;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ExprType;
import dev.tocsin.promql.Function;
import dev.tocsin.promql.Shift;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a heatmap or a spectrum is drawn of: a selector like {@code api_latency{route="/login"}}, which stands for what
 * was observed in the time drawn, or any expression that yields distributions, such as
 * {@code sum by (route) (rate(api_latency[5m]))}. Immutable.
 *
 * <p>A heatmap counts observations, so a {@code rate} that is only summed up is taken as the {@code increase} of the same
 * range: the shape is the same, and the numbers are whole observations instead of fractions of them a second.
 */
record ObservedQuery(Expr expr) {
    private static final String RATE = "rate";
    private static final String INCREASE = "increase";

    static ObservedQuery of(QueryParameters parameters) {
        Expr expr = parameters.expr("query");
        if (expr.type() != ExprType.VECTOR) {
            throw ApiError.badParameter(
                    "query",
                    "must be a selector, or an expression that yields distributions, not a "
                            + expr.type().words());
        }
        if (expr.unwrapped() instanceof Expr.VectorSelector selector
                && selector.shift().at() != null) {
            throw ApiError.badParameter("query", "a selector takes no @ here: its columns lie at times of their own");
        }
        return new ObservedQuery(expr.unwrapped());
    }

    /** The selector that this is, or null for another expression. */
    Expr.@Nullable VectorSelector selector() {
        return expr instanceof Expr.VectorSelector selector ? selector : null;
    }

    /** The selector of the series that the observations came from, also where they are summed up. */
    Expr.VectorSelector origin() {
        Expr at = expr;
        while (true) {
            switch (at.unwrapped()) {
                case Expr.VectorSelector selector -> {
                    return selector;
                }
                case Expr.Aggregate sum when sum.op() == AggregateOp.SUM -> at = sum.expr();
                case Expr.Call call when counts(call) -> at = call.args().getFirst();
                case Expr.MatrixSelector matrix -> {
                    return matrix.vector();
                }
                default ->
                    throw ApiError.badParameter(
                            "query",
                            "the series that observations came from are told for one selector, summed up or not: not"
                                    + " for \"" + at + "\"");
            }
        }
    }

    private static boolean counts(Expr.Call call) {
        return call.function().name().equals(RATE) || call.function().name().equals(INCREASE);
    }

    /** The expression, counting whole observations where it can. */
    Expr counted() {
        return counted(expr);
    }

    private static Expr counted(Expr expr) {
        return switch (expr) {
            case Expr.Paren paren -> new Expr.Paren(counted(paren.expr()), paren.span());
            case Expr.Aggregate sum
            when sum.op() == AggregateOp.SUM ->
                new Expr.Aggregate(
                        sum.op(), sum.param(), counted(sum.expr()), sum.grouping(), sum.without(), sum.span());
            case Expr.Call call
            when call.function().name().equals(RATE) -> {
                Function rate = call.function();
                Function increase =
                        new Function(INCREASE, rate.args(), rate.variadic(), rate.returns(), rate.experimental());
                yield new Expr.Call(increase, call.args(), call.span());
            }
            default -> expr;
        };
    }

    /** All of it merged into one distribution. */
    Expr merged() {
        return sum(counted());
    }

    /**
     * What to subscribe to on the stream for one column after the other: at each of their ends it yields the same
     * distribution as the history has there.
     */
    String live(long stepMillis) {
        Expr.VectorSelector now = selector();
        if (now == null) {
            return merged().toString();
        }
        Shift shift =
                new Shift(now.shift().offsetMillis() + stepMillis, now.shift().at());
        Expr before = new Expr.VectorSelector(now.name(), now.matchers(), shift, now.span());
        return "sum(" + now + " - " + before + ")";
    }

    private static Expr sum(Expr each) {
        return new Expr.Aggregate(AggregateOp.SUM, null, each, List.of(), false, each.span());
    }
}
