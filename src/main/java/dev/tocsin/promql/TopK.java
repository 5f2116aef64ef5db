package dev.tocsin.promql;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** {@code topk}, {@code bottomk} and {@code limitk}: keep k series of each group as they are. */
final class TopK {
    private TopK() {}

    static Grid evaluate(Evaluation evaluation, Expr.Aggregate a, Steps steps) {
        Expr param = Objects.requireNonNull(a.param());
        double[] k = evaluation.scalar(param, steps);
        for (double one : k) {
            if (Double.isNaN(one)) {
                throw PromqlException.execution(param.span(), "Parameter value is NaN");
            }
            if (Math.abs(one) >= 0x1p63) {
                throw PromqlException.execution(
                        param.span(),
                        "Scalar value " + PromNumber.formatGeneral(one) + (one < 0 ? " underflows" : " overflows")
                                + " int64");
            }
        }
        Grid grid = evaluation.vector(a.expr(), steps);
        Aggregations.Groups groups = Aggregations.groups(a, grid);
        List<List<Integer>> members = new ArrayList<>();
        for (int group = 0; group < groups.count(); group++) {
            members.add(new ArrayList<>());
        }
        List<Integer> order = new ArrayList<>();
        for (int step = 0; step < grid.steps; step++) {
            order.clear();
            collect(evaluation, a, grid, groups, step, members);
            for (List<Integer> group : members) {
                keep(a.op(), grid, step, group, (long) k[step], order);
            }
            evaluation.budget.work(grid.rows());
        }
        return evaluation.query.stepMillis() == 0 && grid.steps == 1
                ? grid.reordered(order.stream().mapToInt(Integer::intValue).toArray())
                : grid;
    }

    /** Puts the rows that have a value at this step to their groups. */
    private static void collect(
            Evaluation evaluation,
            Expr.Aggregate a,
            Grid grid,
            Aggregations.Groups groups,
            int step,
            List<List<Integer>> members) {
        members.forEach(List::clear);
        for (int row = 0; row < grid.rows(); row++) {
            boolean taken = a.op() == AggregateOp.LIMITK ? grid.present(row, step) : grid.isFloat(row, step);
            if (taken) {
                members.get(groups.ofRow()[row]).add(row);
            } else if (grid.present(row, step)) {
                evaluation.annotations.histogramIgnoredInAggregation(a.span(), a.op());
                grid.clear(row, step);
            }
        }
    }

    /** Clears all but k rows of a group at this step, and appends those k, best first. */
    private static void keep(AggregateOp op, Grid grid, int step, List<Integer> group, long k, List<Integer> order) {
        if (op != AggregateOp.LIMITK) {
            Comparator<Integer> best = Sorting.byValue(grid, step, op == AggregateOp.TOPK);
            group.sort(best);
        }
        for (int i = 0; i < group.size(); i++) {
            if (i < k) {
                order.add(group.get(i));
            } else {
                grid.clear(group.get(i), step);
            }
        }
    }
}
