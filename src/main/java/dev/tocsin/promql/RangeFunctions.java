package dev.tocsin.promql;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.Series;
import java.util.List;

/** Functions of range vectors: walks series and windows, and leaves each window to the function's family. */
final class RangeFunctions {
    private final Evaluation evaluation;
    private final Expr.Call call;
    private final String name;
    private final Span rangeSpan;
    private final Ranges ranges;
    private final Steps steps;
    /** The scalar arguments at each step, in order. */
    private final double[][] scalars;

    private final Grid grid;
    private String lastSuspect = "";

    private RangeFunctions(Evaluation evaluation, Expr.Call call, Steps steps) {
        this.evaluation = evaluation;
        this.call = call;
        this.name = call.function().name();
        this.steps = steps;
        List<Expr> args = call.args();
        Expr range = args.stream()
                .filter(a -> a.type() == ExprType.MATRIX)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no function " + name));
        this.rangeSpan = range.span();
        this.scalars = args.stream()
                .filter(a -> a.type() == ExprType.SCALAR)
                .map(a -> evaluation.scalar(a, steps))
                .toArray(double[][]::new);
        this.ranges = evaluation.ranges(range, steps);
        this.grid = new Grid(steps.count(), ranges.series().size(), evaluation.budget);
    }

    static Grid evaluate(Evaluation evaluation, Expr.Call call, Steps steps) {
        RangeFunctions functions = new RangeFunctions(evaluation, call, steps);
        return switch (functions.name) {
            case "rate", "increase", "delta" -> functions.extrapolated();
            case "absent_over_time" -> functions.absent();
            default -> functions.windowed();
        };
    }

    private Grid extrapolated() {
        Extrapolation extrapolation = new Extrapolation(name, ranges.rangeMillis());
        List<Series> series = ranges.series();
        for (int i = 0; i < series.size(); i++) {
            Series one = series.get(i);
            int row = grid.addRow(one.labels(), true);
            ranges.forEachEnds(one, (step, ends) -> {
                if (ends.mixed()) {
                    evaluation.annotations.mixedFloatsAndHistograms(
                            rangeSpan, one.labels().metricName());
                } else if (ends.count() < 2) {
                    return;
                } else if (ends.growth() != null) {
                    Distribution growth = ends.growth();
                    if (growth.layout().isExplicit()) {
                        informOfReconciled(one, step);
                    }
                    if (!extrapolation.counter() && ends.resetCorrection() == 0) {
                        growth = lastMinusFirst(one, step);
                    }
                    grid.set(row, step, extrapolation.of(ends, growth, ranges.end(step)));
                } else {
                    grid.set(row, step, extrapolation.of(ends, ranges.end(step)));
                    if (extrapolation.counter()) {
                        suspectNonCounter(one.labels());
                    }
                }
            });
        }
        return grid;
    }

    /** The difference of a range's ends, resets and all. */
    private Distribution lastMinusFirst(Series series, int step) {
        Points points = points(series, step);
        Distribution first = java.util.Objects.requireNonNull(points.distribution[0]);
        Distribution last = java.util.Objects.requireNonNull(points.distribution[points.size - 1]);
        return last.minus(first);
    }

    /** Says where explicit bounds change inside a range. */
    private void informOfReconciled(Series series, int step) {
        Points points = points(series, step);
        for (int i = 1; i < points.size; i++) {
            BucketLayout before =
                    java.util.Objects.requireNonNull(points.distribution[i - 1]).layout();
            BucketLayout after =
                    java.util.Objects.requireNonNull(points.distribution[i]).layout();
            evaluation.annotations.merges(rangeSpan, before, after, "subtraction");
        }
    }

    private Points points(Series series, int step) {
        Points points = new Points();
        series.read(ranges.end(step) - ranges.rangeMillis(), ranges.end(step), points);
        return points;
    }

    private void suspectNonCounter(Labels labels) {
        String metric = labels.metricName();
        if (metric.isEmpty() || metric.equals(lastSuspect)) {
            return;
        }
        boolean counter = metric.endsWith("_total")
                || metric.endsWith("_sum")
                || metric.endsWith("_count")
                || metric.endsWith("_bucket");
        if (!counter) {
            lastSuspect = metric;
            evaluation.annotations.inform(
                    rangeSpan,
                    "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
                            + Printer.quote(metric));
        }
    }

    private Grid absent() {
        Grid result = new Grid(steps.count(), 1, evaluation.budget);
        Expr arg = call.args().getFirst();
        int row = result.addRow(Calls.absentLabels(arg), false);
        for (int step = 0; step < steps.count(); step++) {
            result.set(row, step, 1);
        }
        Points buffer = new Points();
        for (Series one : ranges.series()) {
            ranges.forEachWindow(one, buffer, (step, points, from, to) -> result.clear(row, step));
        }
        return result;
    }

    private Grid windowed() {
        WindowFunction function = WindowFunction.named(name);
        boolean keepsName = name.equals("last_over_time") || name.equals("first_over_time");
        Points buffer = new Points();
        Window window = new Window();
        List<Series> series = ranges.series();
        for (int i = 0; i < series.size(); i++) {
            Series one = series.get(i);
            int row = grid.addRow(one.labels(), !keepsName || ranges.nameDropped(i));
            ranges.forEachWindow(one, buffer, (step, points, from, to) -> {
                window.set(points, from, to);
                if (function.floatsOnly() && window.isMixed()) {
                    evaluation.annotations.histogramsIgnoredInRange(
                            rangeSpan, one.labels().metricName());
                    window.keepFloats();
                }
                if (function.floatsOnly() && window.hasDistributions()) {
                    return;
                }
                if (function.needsOneType() && window.isMixed()) {
                    evaluation.annotations.mixedFloatsAndHistograms(
                            rangeSpan, one.labels().metricName());
                    return;
                }
                function.apply(window, new Cell(step, row));
            });
        }
        return grid;
    }

    /** Where a window function finds its arguments and leaves its result. */
    final class Cell {
        private final int step;
        private final int row;

        Cell(int step, int row) {
            this.step = step;
            this.row = row;
        }

        /** The i-th scalar argument. */
        double scalar(int i) {
            return scalars[i][step];
        }

        long timeMillis() {
            return steps.time(step);
        }

        void set(double value) {
            grid.set(row, step, value);
        }

        void set(Distribution distribution) {
            grid.set(row, step, distribution);
        }

        void warnOfQuantile(double q) {
            for (Expr arg : call.args()) {
                if (arg.type() == ExprType.SCALAR) {
                    evaluation.annotations.quantileOutOfRange(arg.span(), q);
                }
            }
        }

        boolean merges(BucketLayout a, BucketLayout b, String operation) {
            return evaluation.annotations.merges(rangeSpan, a, b, operation);
        }

        void warnOfMix() {
            evaluation.annotations.mixedFloatsAndHistograms(
                    rangeSpan, grid.labels(row).metricName());
        }

        PromqlException error(String problem) {
            return PromqlException.execution(call.span(), problem);
        }
    }
}
