package dev.tocsin.watch.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a query, as it was written. */
sealed interface QueryStage {
    /** @param name the column's */
    record Column(String name, QueryExpr expr) {}

    /** What is shown, and columns that later stages can use by their name. */
    record Fields(List<Column> columns) implements QueryStage {}

    /** Lets through the rows for which it holds. */
    record Filter(QueryExpr condition) implements QueryStage {}

    /** @param by may be empty: one row of all */
    record Stats(List<Statistic> statistics, List<Column> by) implements QueryStage {}

    /**
     * @param of null for a count of rows
     * @param quantile of a percentile, 0 to 1
     */
    record Statistic(String name, Kind kind, @Nullable QueryExpr of, double quantile) {}

    /** What a statistic computes. */
    enum Kind {
        COUNT,
        SUM,
        AVG,
        MIN,
        MAX,
        QUANTILE
    }

    /** @param keys the first that tells two rows apart decides */
    record Sort(List<Key> keys) implements QueryStage {}

    /** @param name of a column or field; of a statistic, its function's name is enough */
    record Key(String name, boolean descending) {}

    record Limit(int rows) implements QueryStage {}
}
