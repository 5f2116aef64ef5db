package dev.tocsin.promql;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** {@code count_values}: how many series of each group have each value, which becomes a label. */
final class ValueCounts {
    private ValueCounts() {}

    static Grid evaluate(Evaluation evaluation, Expr.Aggregate a, Steps steps) {
        Expr param = Objects.requireNonNull(a.param());
        String valueLabel = evaluation.string(param);
        if (!Utf8Escapes.isLabelName(valueLabel)) {
            throw PromqlException.execution(param.span(), "invalid label name " + Printer.quote(valueLabel));
        }
        Grid grid = evaluation.vector(a.expr(), steps);
        Grid result = new Grid(grid.steps, grid.rows(), evaluation.budget);
        Map<Labels, Integer> rowOf = new HashMap<>();
        for (int row = 0; row < grid.rows(); row++) {
            for (int step = 0; step < grid.steps; step++) {
                if (!grid.present(row, step)) {
                    continue;
                }
                Distribution d = grid.distribution(row, step);
                String value = d == null ? PromNumber.format(grid.value(row, step)) : d.toString();
                Labels group = Aggregations.groupLabels(a, grid.labels(row).with(valueLabel, value));
                // By the grouping, unless that takes it away by name, the value is a label of the group.
                boolean taken = a.without() && a.grouping().contains(valueLabel);
                Labels key = taken ? group : group.with(valueLabel, value);
                Integer known = rowOf.get(key);
                int resultRow = known == null ? result.addRow(key, grid.nameDropped(row)) : known;
                if (known == null) {
                    rowOf.put(key, resultRow);
                } else if (grid.nameDropped(row)) {
                    result.relabel(resultRow, key, true);
                }
                double before = result.present(resultRow, step) ? result.value(resultRow, step) : 0;
                result.set(resultRow, step, before + 1);
            }
        }
        return result;
    }
}
