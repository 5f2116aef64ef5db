package dev.tocsin.promql;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.core.SeriesSource.TooManySeriesException;
import dev.tocsin.promql.PromqlException.Kind;
import dev.tocsin.promql.Value.MatrixSeries;
import dev.tocsin.promql.Value.MatrixValue;
import dev.tocsin.promql.Value.ScalarValue;
import dev.tocsin.promql.Value.StringValue;
import dev.tocsin.promql.Value.VectorSample;
import dev.tocsin.promql.Value.VectorValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** One query on its way. One use, confined to its thread. */
final class Evaluation {
    final Budget budget;
    final Annotations annotations = new Annotations();
    final QueryOptions options;
    /** The steps of the whole query, whatever the steps of the subquery in progress. */
    final Steps query;

    private final Selectors selectors;

    Evaluation(SeriesSource source, Budget budget, QueryOptions options, Steps query) {
        this.budget = budget;
        this.options = options;
        this.query = query;
        this.selectors = new Selectors(source, this);
    }

    QueryResult instant(Expr expr) {
        return guarded(expr, () -> {
            long time = query.startMillis();
            return switch (expr.type()) {
                case SCALAR -> new ScalarValue(time, scalar(expr, query)[0]);
                case STRING -> new StringValue(time, string(expr));
                case VECTOR -> vectorValue(vector(expr, query).withNamesDropped(expr.span()));
                case MATRIX -> selectors.ranges(expr.unwrapped(), query).value(expr.span());
            };
        });
    }

    QueryResult range(Expr expr) {
        return guarded(expr, () -> {
            Grid grid;
            if (expr.type() == ExprType.SCALAR) {
                double[] values = scalar(expr, query);
                grid = new Grid(query.count(), 1, budget);
                fillRow(grid, grid.addRow(Labels.EMPTY, false), values);
            } else {
                grid = vector(expr, query).withNamesDropped(expr.span());
            }
            return matrixValue(grid);
        });
    }

    /** The query's steps are the columns' beginnings. */
    List<String> observe(Expr.VectorSelector selector, Evaluator.Observer observer) {
        budget.checkTime();
        try {
            for (Series series : selectors.observable(selector, query)) {
                for (int column = 0; column < query.count(); column++) {
                    long from = selectors.lookedAt(selector.shift(), query.time(column));
                    Distribution observed = series.observed(from, from + query.stepMillis());
                    budget.work(1);
                    if (observed != null && observed.count() > 0) {
                        observer.observed(series.labels(), column, observed);
                    }
                }
            }
        } catch (TooManySeriesException e) {
            throw new PromqlException(Kind.TOO_MANY, selector.span(), String.valueOf(e.getMessage()));
        }
        return annotations.warnings();
    }

    private interface Work {
        Value run();
    }

    private QueryResult guarded(Expr expr, Work work) {
        try {
            budget.checkTime();
            Value value = work.run();
            return new QueryResult(value, annotations.warnings(), annotations.infos());
        } catch (TooManySeriesException e) {
            throw new PromqlException(Kind.TOO_MANY, expr.span(), String.valueOf(e.getMessage()));
        }
    }

    private VectorValue vectorValue(Grid grid) {
        List<VectorSample> samples = new ArrayList<>(grid.rows());
        for (int row = 0; row < grid.rows(); row++) {
            if (grid.present(row, 0)) {
                samples.add(new VectorSample(
                        grid.labels(row), query.startMillis(), grid.value(row, 0), grid.distribution(row, 0)));
            }
        }
        return new VectorValue(samples);
    }

    private MatrixValue matrixValue(Grid grid) {
        List<MatrixSeries> series = new ArrayList<>(grid.rows());
        for (int row = 0; row < grid.rows(); row++) {
            Points points = new Points();
            for (int step = 0; step < grid.steps; step++) {
                if (grid.present(row, step)) {
                    Distribution d = grid.distribution(row, step);
                    if (d == null) {
                        points.add(query.time(step), grid.value(row, step));
                    } else {
                        points.add(query.time(step), d);
                    }
                }
            }
            if (points.size > 0) {
                budget.hold(points.size * Points.BYTES_PER_POINT);
                series.add(new MatrixSeries(grid.labels(row), points));
            }
        }
        series.sort(Comparator.comparing(MatrixSeries::labels));
        return new MatrixValue(series);
    }

    /** An instant vector at each step; the caller owns it. */
    Grid vector(Expr expr, Steps steps) {
        return switch (expr) {
            case Expr.Paren p -> vector(p.expr(), steps);
            case Expr.VectorSelector v -> selectors.vector(v, steps);
            case Expr.Unary u -> unary(u, steps);
            case Expr.Binary b -> Binaries.evaluate(this, b, steps);
            case Expr.Aggregate a -> Aggregations.evaluate(this, a, steps);
            case Expr.Call c -> Calls.vector(this, c, steps);
            case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.MatrixSelector _, Expr.Subquery _ ->
                throw wrongType(expr, ExprType.VECTOR);
        };
    }

    /** A number at each step; the caller owns the array. */
    double[] scalar(Expr expr, Steps steps) {
        return switch (expr) {
            case Expr.Paren p -> scalar(p.expr(), steps);
            case Expr.NumberLiteral n -> {
                budget.work(steps.count());
                double[] values = new double[steps.count()];
                Arrays.fill(values, n.value());
                yield values;
            }
            case Expr.Unary u -> {
                double[] values = scalar(u.expr(), steps);
                for (int i = 0; i < values.length && u.negative(); i++) {
                    values[i] = -values[i];
                }
                yield values;
            }
            case Expr.Binary b -> {
                double[] left = scalar(b.left(), steps);
                double[] right = scalar(b.right(), steps);
                for (int i = 0; i < left.length; i++) {
                    left[i] = b.op().apply(left[i], right[i]);
                }
                yield left;
            }
            case Expr.Call c -> Calls.scalar(this, c, steps);
            case Expr.StringLiteral _,
                    Expr.VectorSelector _,
                    Expr.MatrixSelector _,
                    Expr.Subquery _,
                    Expr.Aggregate _ -> throw wrongType(expr, ExprType.SCALAR);
        };
    }

    String string(Expr expr) {
        if (expr.unwrapped() instanceof Expr.StringLiteral s) {
            return s.value();
        }
        throw wrongType(expr, ExprType.STRING);
    }

    /** The ranges that a matrix selector or subquery looks at in each step. */
    Ranges ranges(Expr expr, Steps steps) {
        return selectors.ranges(expr.unwrapped(), steps);
    }

    /** Series that the expression does not name itself. */
    List<Series> select(List<Matcher> matchers, long afterMillis, long toMillis) {
        return selectors.select(matchers, afterMillis, toMillis, 0);
    }

    /** {@code timestamp(selector)}: when the samples were taken, not when they were looked at. */
    Grid timestamps(Expr.VectorSelector selector, Steps steps) {
        return selectors.timestamps(selector, steps);
    }

    static void fillRow(Grid grid, int row, double[] values) {
        for (int step = 0; step < values.length; step++) {
            grid.set(row, step, values[step]);
        }
    }

    private Grid unary(Expr.Unary u, Steps steps) {
        Grid grid = vector(u.expr(), steps);
        if (!u.negative()) {
            return grid;
        }
        for (int row = 0; row < grid.rows(); row++) {
            for (int step = 0; step < grid.steps; step++) {
                Distribution d = grid.distribution(row, step);
                if (d != null) {
                    grid.set(row, step, d.times(-1));
                } else if (grid.isFloat(row, step)) {
                    grid.set(row, step, -grid.value(row, step));
                }
            }
        }
        grid.dropNames();
        return grid;
    }

    private static IllegalStateException wrongType(Expr expr, ExprType type) {
        return new IllegalStateException("type checking let a " + expr.type() + " pass for a " + type + ": " + expr);
    }
}
