package dev.tocsin.promql;

import java.util.function.BooleanSupplier;

/**
 * What a caller may say about one query.
 *
 * @param lookbackMillis how old a sample an instant vector may take; older than this it is no value
 * @param cancelled asked now and then from the evaluating thread; once true, the query fails as CANCELLED
 * @param subqueryStepMillis step of a subquery that names none
 * @param memory what its vectors are taken from; given back by the caller, once done with the result
 */
public record QueryOptions(
        long lookbackMillis, BooleanSupplier cancelled, long subqueryStepMillis, QueryMemory.Source memory) {
    /** Prometheus' default evaluation interval. */
    private static final long SUBQUERY_STEP_MILLIS = 60_000;

    /** Five minutes of look-back, never cancelled, subqueries in steps of a minute, memory without a bound. */
    public static final QueryOptions DEFAULT = new QueryOptions(300_000, () -> false);

    public QueryOptions(long lookbackMillis, BooleanSupplier cancelled) {
        this(lookbackMillis, cancelled, SUBQUERY_STEP_MILLIS);
    }

    public QueryOptions(long lookbackMillis, BooleanSupplier cancelled, long subqueryStepMillis) {
        this(lookbackMillis, cancelled, subqueryStepMillis, QueryMemory.Source.UNBOUNDED);
    }

    public QueryOptions(long lookbackMillis, BooleanSupplier cancelled, QueryMemory.Source memory) {
        this(lookbackMillis, cancelled, SUBQUERY_STEP_MILLIS, memory);
    }

    public QueryOptions {
        if (lookbackMillis < 1 || subqueryStepMillis < 1) {
            throw new IllegalArgumentException("look-back and subquery step must be positive, not " + lookbackMillis
                    + " ms and " + subqueryStepMillis + " ms");
        }
    }
}
