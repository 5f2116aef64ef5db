package dev.tocsin.promql;

import dev.tocsin.core.Labels;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Aggregation operators: finds the groups, and leaves each family of operators to its own class. */
final class Aggregations {
    private Aggregations() {}

    static Grid evaluate(Evaluation evaluation, Expr.Aggregate a, Steps steps) {
        return switch (a.op()) {
            case COUNT_VALUES -> ValueCounts.evaluate(evaluation, a, steps);
            case TOPK, BOTTOMK, LIMITK, LIMIT_RATIO -> TopK.evaluate(evaluation, a, steps);
            case QUANTILE -> {
                Expr param = Objects.requireNonNull(a.param());
                double[] q = evaluation.scalar(param, steps);
                for (double one : q) {
                    evaluation.annotations.quantileOutOfRange(param.span(), one);
                }
                Grid grid = evaluation.vector(a.expr(), steps);
                yield new Reduction(evaluation, a, grid, groups(a, grid)).quantile(q);
            }
            default -> {
                Grid grid = evaluation.vector(a.expr(), steps);
                yield new Reduction(evaluation, a, grid, groups(a, grid)).reduce();
            }
        };
    }

    /**
     * Which group each row belongs to.
     *
     * @param ofRow group of each row
     * @param labels of each group
     * @param nameDropped for each group whether one of its rows has lost its name
     */
    record Groups(int[] ofRow, Labels[] labels, boolean[] nameDropped, int count) {}

    static Groups groups(Expr.Aggregate a, Grid grid) {
        int rows = grid.rows();
        int[] ofRow = new int[rows];
        Labels[] labels = new Labels[Math.max(1, rows)];
        boolean[] nameDropped = new boolean[Math.max(1, rows)];
        int count = 0;
        Map<Labels, Integer> known = new HashMap<>();
        Labels previous = null;
        int previousGroup = -1;
        for (int row = 0; row < rows; row++) {
            Labels key = groupLabels(a, grid.labels(row));
            // Neighbours are often of one group.
            int group = key.equals(previous) ? previousGroup : known.getOrDefault(key, -1);
            if (group < 0) {
                group = count++;
                known.put(key, group);
                labels[group] = key;
            }
            ofRow[row] = group;
            nameDropped[group] |= grid.nameDropped(row);
            previous = key;
            previousGroup = group;
        }
        return new Groups(ofRow, labels, nameDropped, count);
    }

    static Labels groupLabels(Expr.Aggregate a, Labels labels) {
        if (a.without()) {
            return labels.filter(
                    name -> !name.equals(Labels.NAME) && !a.grouping().contains(name));
        }
        return a.grouping().isEmpty() ? Labels.EMPTY : labels.keep(a.grouping());
    }
}
