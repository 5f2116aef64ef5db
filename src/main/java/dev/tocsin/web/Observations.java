package dev.tocsin.web;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.Points;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.QueryMemory;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.QueryResult;
import dev.tocsin.promql.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query observed, column by column, all its series merged: histograms are added up, never averaged.
 *
 * @param columns in ascending time; none for a time in which nothing was observed
 * @param warnings what of it could not be read, in words for people
 */
record Observations(List<Column> columns, List<String> warnings) {
    /** About what summing up the buckets of one column takes while it goes on. */
    private static final long BYTES_PER_COLUMN = 16_384;

    /** @param timeMillis its end */
    record Column(long timeMillis, Distribution distribution) {}

    /**
     * Reads whole columns between two times.
     *
     * @param toMillis after the first by whole columns
     * @throws ApiError where the query yields anything but distributions in HdrHistogram's buckets
     */
    static Observations read(
            Evaluator evaluator,
            ObservedQuery query,
            long fromMillis,
            long toMillis,
            long stepMillis,
            QueryOptions options) {
        Expr.VectorSelector selector = query.selector();
        if (selector == null) {
            QueryResult result =
                    evaluator.range(query.merged(), fromMillis + stepMillis, toMillis, stepMillis, options);
            return new Observations(columns(result.value()), result.warnings());
        }
        @Nullable
        DistributionBuilder[] sums =
                new @Nullable DistributionBuilder[Math.toIntExact((toMillis - fromMillis) / stepMillis)];
        List<String> warnings =
                evaluator.observe(selector, fromMillis, toMillis, stepMillis, options, (labels, column, observed) -> {
                    DistributionBuilder sum = sums[column];
                    if (sum == null) {
                        options.memory().take(BYTES_PER_COLUMN);
                        sum = new DistributionBuilder(checked(observed).layout());
                        sums[column] = sum;
                    }
                    sum.add(checked(observed), 1);
                });
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < sums.length; i++) {
            DistributionBuilder sum = sums[i];
            if (sum != null) {
                columns.add(new Column(fromMillis + (i + 1) * stepMillis, sum.build()));
            }
        }
        return new Observations(columns, warnings);
    }

    private static List<Column> columns(Value value) {
        List<Column> columns = new ArrayList<>();
        if (value instanceof Value.MatrixValue matrix) {
            for (Value.MatrixSeries series : matrix.series()) {
                Points points = series.points();
                for (int i = 0; i < points.size; i++) {
                    Distribution each = checked(points.distribution[i]);
                    if (each.count() > 0) {
                        columns.add(new Column(points.timeMillis[i], each));
                    }
                }
            }
        }
        return columns;
    }

    /** @throws ApiError where it is none that can be cut into rows */
    static Distribution checked(@Nullable Distribution distribution) {
        if (distribution == null) {
            throw new ApiError(
                    ApiError.Type.EXECUTION,
                    "the query yields numbers, not distributions: ask for a metric that is pushed as ms, h or d, or for"
                            + " the rate of one");
        }
        if (distribution.layout().isExplicit()) {
            throw new ApiError(
                    ApiError.Type.EXECUTION,
                    "the query yields histograms with explicit bounds, which have no place on a scale of equal steps");
        }
        return distribution;
    }

    /** The options of one such query. */
    static QueryOptions options(QueryPool.Claim claim, QueryMemory.Share memory) {
        return new QueryOptions(QueryOptions.DEFAULT.lookbackMillis(), claim::isOver, memory);
    }
}
