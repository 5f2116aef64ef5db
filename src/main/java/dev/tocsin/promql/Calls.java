package dev.tocsin.promql;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Function calls: sends each to its family, and evaluates those that belong to none. */
final class Calls {
    private Calls() {}

    static Grid vector(Evaluation evaluation, Expr.Call call, Steps steps) {
        String name = call.function().name();
        List<Expr> args = call.args();
        DoubleUnaryOperator math = MathFunctions.find(name);
        if (math != null) {
            return mapped(evaluation.vector(args.getFirst(), steps), math);
        }
        DateField field = DateField.find(name);
        if (field != null) {
            return args.isEmpty()
                    ? ofScalar(evaluation, times(steps), field::of)
                    : mapped(evaluation.vector(args.getFirst(), steps), field::of);
        }
        return switch (name) {
            case "vector" -> ofScalar(evaluation, evaluation.scalar(args.getFirst(), steps), v -> v);
            case "timestamp" -> timestamp(evaluation, args.getFirst(), steps);
            case "absent" -> absent(evaluation, args.getFirst(), steps);
            case "clamp", "clamp_min", "clamp_max" -> Clamp.evaluate(evaluation, call, steps);
            case "round" -> round(evaluation, args, steps);
            case "sort", "sort_desc", "sort_by_label", "sort_by_label_desc" ->
                Sorting.evaluate(evaluation, call, steps);
            case "label_replace" -> LabelFunctions.replace(evaluation, call, steps);
            case "label_join" -> LabelFunctions.join(evaluation, call, steps);
            case "histogram_quantile", "histogram_quantiles", "histogram_fraction" ->
                HistogramFunctions.overBuckets(evaluation, call, steps);
            case "histogram_avg", "histogram_count", "histogram_sum", "histogram_stddev", "histogram_stdvar" ->
                HistogramFunctions.statistic(evaluation.vector(args.getFirst(), steps), name);
            case "completeness" -> Completeness.evaluate(evaluation, call, steps);
            case "info" ->
                throw PromqlException.execution(
                        call.span(),
                        "function \"info\" is not supported: join with" + " on (job, instance) group_left (…) instead");
            default -> RangeFunctions.evaluate(evaluation, call, steps);
        };
    }

    static double[] scalar(Evaluation evaluation, Expr.Call call, Steps steps) {
        Steps query = evaluation.query;
        evaluation.budget.work(steps.count());
        double span = (query.last() - query.startMillis()) / 1e3;
        return switch (call.function().name()) {
            case "time" -> times(steps);
            case "pi" -> constant(steps, Math.PI);
            case "start" -> constant(steps, query.startMillis() / 1e3);
            case "end" -> constant(steps, query.last() / 1e3);
            case "range" -> constant(steps, span);
            case "step" -> constant(steps, query.stepMillis() / 1e3);
            case "scalar" -> scalarOf(evaluation.vector(call.args().getFirst(), steps), steps);
            case "max_of" -> extreme(evaluation, call, steps, true);
            case "min_of" -> extreme(evaluation, call, steps, false);
            default ->
                throw new IllegalStateException(
                        "no scalar function " + call.function().name());
        };
    }

    private static double[] times(Steps steps) {
        double[] values = new double[steps.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = steps.time(i) / 1e3;
        }
        return values;
    }

    private static double[] constant(Steps steps, double value) {
        double[] values = new double[steps.count()];
        java.util.Arrays.fill(values, value);
        return values;
    }

    private static double[] extreme(Evaluation evaluation, Expr.Call call, Steps steps, boolean max) {
        double[] a = evaluation.scalar(call.args().getFirst(), steps);
        double[] b = evaluation.scalar(call.args().getLast(), steps);
        for (int i = 0; i < a.length; i++) {
            a[i] = max ? Math.max(a[i], b[i]) : Math.min(a[i], b[i]);
        }
        return a;
    }

    private static double[] scalarOf(Grid grid, Steps steps) {
        double[] values = new double[steps.count()];
        for (int step = 0; step < values.length; step++) {
            int found = 0;
            for (int row = 0; row < grid.rows(); row++) {
                if (grid.isFloat(row, step)) {
                    found++;
                    values[step] = grid.value(row, step);
                }
            }
            if (found != 1) {
                values[step] = Double.NaN;
            }
        }
        return values;
    }

    /** Every number through a function; distributions fall out silently, names go. */
    private static Grid mapped(Grid grid, DoubleUnaryOperator function) {
        for (int row = 0; row < grid.rows(); row++) {
            for (int step = 0; step < grid.steps; step++) {
                if (grid.isFloat(row, step)) {
                    grid.set(row, step, function.applyAsDouble(grid.value(row, step)));
                } else {
                    grid.clear(row, step);
                }
            }
        }
        grid.dropNames();
        return grid;
    }

    private static Grid ofScalar(Evaluation evaluation, double[] values, DoubleUnaryOperator function) {
        Grid grid = new Grid(values.length, 1, evaluation.budget);
        int row = grid.addRow(Labels.EMPTY, false);
        for (int step = 0; step < values.length; step++) {
            grid.set(row, step, function.applyAsDouble(values[step]));
        }
        return grid;
    }

    private static Grid timestamp(Evaluation evaluation, Expr arg, Steps steps) {
        if (arg.unwrapped() instanceof Expr.VectorSelector selector) {
            return evaluation.timestamps(selector, steps);
        }
        Grid grid = evaluation.vector(arg, steps);
        for (int row = 0; row < grid.rows(); row++) {
            for (int step = 0; step < grid.steps; step++) {
                if (grid.present(row, step)) {
                    grid.set(row, step, steps.time(step) / 1e3);
                }
            }
        }
        grid.dropNames();
        return grid;
    }

    private static Grid round(Evaluation evaluation, List<Expr> args, Steps steps) {
        Grid grid = evaluation.vector(args.getFirst(), steps);
        double[] nearest = args.size() > 1 ? evaluation.scalar(args.get(1), steps) : constant(steps, 1);
        for (int row = 0; row < grid.rows(); row++) {
            for (int step = 0; step < grid.steps; step++) {
                if (grid.isFloat(row, step)) {
                    // Dividing by the inverse keeps round(x, 0.1) exact where 1 / 0.1 is.
                    double inverse = 1 / nearest[step];
                    grid.set(row, step, Math.floor(grid.value(row, step) * inverse + 0.5) / inverse);
                } else {
                    grid.clear(row, step);
                }
            }
        }
        grid.dropNames();
        return grid;
    }

    private static Grid absent(Evaluation evaluation, Expr arg, Steps steps) {
        Grid grid = evaluation.vector(arg, steps);
        Grid result = new Grid(steps.count(), 1, evaluation.budget);
        int one = result.addRow(absentLabels(arg), false);
        for (int step = 0; step < steps.count(); step++) {
            boolean any = false;
            for (int row = 0; row < grid.rows() && !any; row++) {
                any = grid.present(row, step);
            }
            if (!any) {
                result.set(one, step, 1);
            }
        }
        return result;
    }

    /** The labels that a missing series would have, as far as the selector says: those matched with = and only so. */
    static Labels absentLabels(Expr arg) {
        @Nullable
        List<Matcher> matchers = switch (arg.unwrapped()) {
            case Expr.VectorSelector v -> v.matchers();
            case Expr.MatrixSelector m -> m.vector().matchers();
            default -> null;
        };
        if (matchers == null) {
            return Labels.EMPTY;
        }
        return Labels.of(matchers.stream()
                .filter(m -> m.op() == Matcher.Op.EQUAL && !m.name().equals(Labels.NAME))
                .filter(m ->
                        matchers.stream().filter(o -> o.name().equals(m.name())).count() == 1)
                .collect(java.util.stream.Collectors.toMap(Matcher::name, Matcher::value)));
    }
}
