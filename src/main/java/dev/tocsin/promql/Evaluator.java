package dev.tocsin.promql;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.promql.PromqlException.Kind;
import java.util.List;

/**
 * Evaluates expressions over the series of a source. Safe from any thread; each query runs on its caller's.
 *
 * <p>Surprising: the metric name of a derived series is dropped at the very end of a query and not at each step
 * (Prometheus' {@code promql-delayed-name-removal}), so {@code label_replace(rate(…), "__name__", …)} can keep it.
 */
public final class Evaluator {
    /** Times outside ±this are refused, so that no arithmetic on them overflows: some 285,000 years. */
    private static final long MAX_TIME_MILLIS = 1L << 53;

    private final SeriesSource source;
    private final QueryLimits limits;
    private final Clock clock;

    public Evaluator(SeriesSource source, QueryLimits limits) {
        this(source, limits, Clock.system());
    }

    /** @param clock its monotonic side times queries out */
    public Evaluator(SeriesSource source, QueryLimits limits, Clock clock) {
        this.source = source;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * The expression's value at one time.
     *
     * @throws PromqlException of any kind but PARSE
     */
    public QueryResult instant(Expr expr, long timeMillis, QueryOptions options) {
        checkTime(expr, timeMillis);
        return new Evaluation(source, budget(options), options, new Steps(timeMillis, 0, 1)).instant(expr);
    }

    /**
     * The expression's value at start, start + step, … up to end.
     *
     * @throws PromqlException of any kind but PARSE; EXECUTION where the expression is a string or range vector
     */
    public QueryResult range(Expr expr, long startMillis, long endMillis, long stepMillis, QueryOptions options) {
        checkTime(expr, startMillis);
        checkTime(expr, endMillis);
        if (expr.type() != ExprType.SCALAR && expr.type() != ExprType.VECTOR) {
            throw PromqlException.execution(
                    expr.span(),
                    "invalid expression type \"" + expr.type().words()
                            + "\" for range query, must be Scalar or instant Vector");
        }
        if (stepMillis <= 0) {
            throw PromqlException.execution(
                    expr.span(),
                    "zero or negative query resolution step widths are not" + " accepted, expected a positive one");
        }
        if (endMillis < startMillis) {
            throw PromqlException.execution(expr.span(), "end timestamp must not be before start time");
        }
        Budget budget = budget(options);
        Steps steps = budget.steps(startMillis, endMillis, stepMillis);
        return new Evaluation(source, budget, options, steps).range(expr);
    }

    /** Takes what one series observed in one column. */
    public interface Observer {
        /** @param column 0 for what was observed in (start, start + step] */
        void observed(Labels labels, int column, Distribution distribution);
    }

    /**
     * Tells what the series of a selector observed between start and end, in columns of {@code stepMillis}, straight from
     * the histograms of the intervals: nothing is extrapolated, and nothing counted twice. Series by series, of each
     * column by column; columns in which a series observed nothing are left out.
     *
     * @param endMillis after start by whole columns
     * @return what of it could not be read, in words for people
     * @throws PromqlException of any kind but PARSE
     */
    public List<String> observe(
            Expr.VectorSelector selector,
            long startMillis,
            long endMillis,
            long stepMillis,
            QueryOptions options,
            Observer observer) {
        checkTime(selector, startMillis);
        checkTime(selector, endMillis);
        Steps columns = new Steps(startMillis, stepMillis, Math.toIntExact((endMillis - startMillis) / stepMillis));
        return new Evaluation(source, budget(options), options, columns).observe(selector, observer);
    }

    private Budget budget(QueryOptions options) {
        return new Budget(limits, clock, options);
    }

    private static void checkTime(Expr expr, long timeMillis) {
        if (timeMillis > MAX_TIME_MILLIS || timeMillis < -MAX_TIME_MILLIS) {
            throw new PromqlException(Kind.EXECUTION, expr.span(), "time out of range: " + timeMillis + " ms");
        }
    }
}
