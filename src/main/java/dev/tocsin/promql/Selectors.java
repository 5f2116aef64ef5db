package dev.tocsin.promql;

import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import java.util.ArrayList;
import java.util.List;

/** Reads what selectors and subqueries name: each selector's series are looked up once for all steps. */
final class Selectors {
    /** A single range of a day is read hour by hour. */
    private static final int PARTS_OF_RANGE = 24;

    private final SeriesSource source;
    private final Evaluation evaluation;

    Selectors(SeriesSource source, Evaluation evaluation) {
        this.source = source;
        this.evaluation = evaluation;
    }

    /** The newest sample of each series, at each step. */
    Grid vector(Expr.VectorSelector selector, Steps steps) {
        return newest(selector, steps, false);
    }

    Grid timestamps(Expr.VectorSelector selector, Steps steps) {
        Grid grid = newest(selector, steps, true);
        grid.dropNames();
        return grid;
    }

    private Grid newest(Expr.VectorSelector selector, Steps steps, boolean timestamps) {
        if (steps.count() == 0) {
            return new Grid(0, 0, evaluation.budget);
        }
        Shift shift = selector.shift();
        long lookback = evaluation.options.lookbackMillis();
        long first = lookedAt(shift, steps.startMillis());
        long last = lookedAt(shift, steps.last());
        List<Series> found = select(selector.matchers(), first - lookback, last, stepOf(steps));
        Grid grid = new Grid(steps.count(), found.size(), evaluation.budget);
        Points point = new Points();
        for (Series series : found) {
            int row = grid.addRow(series.labels(), false);
            boolean any = false;
            for (int step = 0; step < steps.count(); step++) {
                if (step == 0 || !shift.isFixed()) {
                    long time = lookedAt(shift, steps.time(step));
                    boolean same = step > 0
                            && series.hasSameNewest(lookedAt(shift, steps.time(step - 1)), time)
                            && (point.size == 0 || point.timeMillis[0] > time - lookback);
                    if (!same) {
                        point.reset();
                        series.newest(time - lookback, time, point);
                    }
                }
                if (point.size > 0) {
                    any = true;
                    if (timestamps) {
                        grid.set(row, step, point.timeMillis[0] / 1e3);
                    } else {
                        grid.set(row, step, point.value[0], point.distribution[0]);
                    }
                }
            }
            if (!any) {
                grid.removeLastRow();
            }
        }
        return grid;
    }

    List<Series> select(List<Matcher> matchers, long afterMillis, long toMillis, long coarsestMillis) {
        return source.select(
                matchers,
                afterMillis,
                toMillis,
                evaluation.budget.maxSeries(),
                coarsestMillis,
                evaluation.annotations::missing);
    }

    /** The series whose observations between the first step and the end of the last are asked for. */
    List<Series> observable(Expr.VectorSelector selector, Steps columns) {
        long first = lookedAt(selector.shift(), columns.startMillis());
        long last = lookedAt(selector.shift(), columns.last()) + columns.stepMillis();
        return select(selector.matchers(), first, last, coarsest(last - first, columns));
    }

    /** A single look is at one moment: nothing is too fine for it. */
    private static long stepOf(Steps steps) {
        return steps.count() == 1 ? 0 : steps.stepMillis();
    }

    /** Ranges that follow each other may be cut as coarsely as they move; a single one to a part of its length. */
    private static long coarsest(long range, Steps steps) {
        return steps.count() == 1 ? range / PARTS_OF_RANGE : Math.min(range, steps.stepMillis());
    }

    /** @param expr a matrix selector or a subquery */
    Ranges ranges(Expr expr, Steps steps) {
        return switch (expr) {
            case Expr.MatrixSelector m -> ranges(m, steps);
            case Expr.Subquery s -> ranges(s, steps);
            default -> throw new IllegalStateException("type checking let this pass for a range vector: " + expr);
        };
    }

    private Ranges ranges(Expr.MatrixSelector m, Steps steps) {
        Shift shift = m.vector().shift();
        long range = m.rangeMillis();
        if (steps.count() == 0) {
            return new Ranges(List.of(), List.of(), steps, 0, range, shift.isFixed(), evaluation.budget);
        }
        long first = lookedAt(shift, steps.startMillis());
        long last = lookedAt(shift, steps.last());
        List<Series> found = select(m.vector().matchers(), first - range, last, coarsest(range, steps));
        return new Ranges(found, List.of(), steps, first, range, shift.isFixed(), evaluation.budget);
    }

    private Ranges ranges(Expr.Subquery s, Steps steps) {
        Shift shift = s.shift();
        long range = s.rangeMillis();
        if (steps.count() == 0) {
            return new Ranges(List.of(), List.of(), steps, 0, range, shift.isFixed(), evaluation.budget);
        }
        long first = lookedAt(shift, steps.startMillis());
        long last = lookedAt(shift, steps.last());
        long step = s.stepMillis() == 0 ? evaluation.options.subqueryStepMillis() : s.stepMillis();
        // The first multiple of the step inside the left-open range.
        long start = (Math.floorDiv(first - range, step) + 1) * step;
        Steps inner = evaluation.budget.steps(start, last, step);
        Grid grid = evaluation.vector(s.expr(), inner);
        List<Series> series = new ArrayList<>(grid.rows());
        List<Boolean> nameDropped = new ArrayList<>(grid.rows());
        for (int row = 0; row < grid.rows(); row++) {
            series.add(new GridSeries(grid, row, inner));
            nameDropped.add(grid.nameDropped(row));
        }
        return new Ranges(series, nameDropped, steps, first, range, shift.isFixed(), evaluation.budget);
    }

    /** The time that a selector with these modifiers looks at when evaluated at {@code timeMillis}. */
    long lookedAt(Shift shift, long timeMillis) {
        long base = switch (shift.at()) {
            case Shift.At.Time t -> t.timeMillis();
            case Shift.At.Start _ -> evaluation.query.startMillis();
            case Shift.At.End _ -> evaluation.query.last();
            case null -> timeMillis;
        };
        return base - shift.offsetMillis();
    }
}
