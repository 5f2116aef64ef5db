package dev.tocsin.promql;

import java.util.function.BooleanSupplier;

/**
 * What a caller may say about one query.
 *
 * @param lookbackMillis how old a sample an instant vector may take; older than this it is no value
 * @param cancelled asked now and then from the evaluating thread; once true, the query fails as CANCELLED
 */
public record QueryOptions(long lookbackMillis, BooleanSupplier cancelled) {
    /** Five minutes of look-back, never cancelled. */
    public static final QueryOptions DEFAULT = new QueryOptions(300_000, () -> false);

    public QueryOptions {
        if (lookbackMillis < 1) {
            throw new IllegalArgumentException("the look-back must be positive, not " + lookbackMillis + " ms");
        }
    }
}
