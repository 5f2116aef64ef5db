package dev.tocsin.promql;

import dev.tocsin.core.Labels;
import dev.tocsin.promql.VectorMatching.Cardinality;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Arithmetic and comparison of two vectors: each element of the "many" side meets the one element of the "one" side
 * that has its signature. One use.
 */
final class Join {
    private static final int NONE = -1;

    private final Evaluation evaluation;
    private final Expr.Binary binary;
    private final VectorMatching matching;
    /** With {@code group_right} the right side is the many one; else the left. */
    private final boolean swapped;

    private final Grid many;
    private final Grid one;
    private final int[] manyIds;
    private final int[] oneIds;
    private final int signatureCount;
    private final Binaries.Outcome outcome;
    private final Grid result;
    private final Map<Labels, Integer> resultRows = new HashMap<>();
    /** For each row of the many side, the row of the one side it met last, and the result row they made. */
    private final int[] partner;

    private final int[] resultRow;

    Join(Evaluation evaluation, Expr.Binary binary, VectorMatching matching, Grid left, Grid right) {
        this.evaluation = evaluation;
        this.binary = binary;
        this.matching = matching;
        this.swapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
        this.many = swapped ? right : left;
        this.one = swapped ? left : right;
        Signatures signatures = new Signatures(matching);
        this.manyIds = signatures.of(many);
        this.oneIds = signatures.of(one);
        this.signatureCount = signatures.count();
        this.outcome = new Binaries.Outcome(evaluation, binary);
        this.result = new Grid(many.steps, many.rows(), evaluation.budget);
        this.partner = new int[many.rows()];
        this.resultRow = new int[many.rows()];
        Arrays.fill(partner, NONE);
    }

    Grid evaluate() {
        int[] oneOf = new int[signatureCount];
        int[] matchedBy = new int[signatureCount];
        // For each result row, the signature that filled it at the step in progress.
        int[] filledBy = new int[0];
        for (int step = 0; step < many.steps; step++) {
            if (isEmpty(many, step) || isEmpty(one, step)) {
                continue;
            }
            evaluation.budget.work(many.rows());
            index(step, oneOf);
            Arrays.fill(matchedBy, NONE);
            // A row of the many side makes at most one new result row.
            if (filledBy.length < many.rows() + result.rows()) {
                filledBy = new int[2 * many.rows() + result.rows()];
            }
            Arrays.fill(filledBy, NONE);
            for (int row = 0; row < many.rows(); row++) {
                int id = manyIds[row];
                if (many.present(row, step) && oneOf[id] != NONE && computes(row, oneOf[id], step)) {
                    if (matching.cardinality() == Cardinality.ONE_TO_ONE && matchedBy[id] != NONE) {
                        throw error("multiple matches for labels: many-to-one matching must be explicit"
                                + " (group_left/group_right)");
                    }
                    matchedBy[id] = row;
                    int target = target(row, oneOf[id]);
                    if (filledBy[target] != NONE) {
                        throw error(
                                filledBy[target] == id
                                        ? "multiple matches for labels: grouping labels must ensure unique matches"
                                        : "vector cannot contain metrics with the same labelset");
                    }
                    filledBy[target] = id;
                    result.set(target, step, outcome.value, outcome.distribution);
                }
            }
        }
        return result;
    }

    private static boolean isEmpty(Grid grid, int step) {
        for (int row = 0; row < grid.rows(); row++) {
            if (grid.present(row, step)) {
                return false;
            }
        }
        return true;
    }

    /** Finds the row of the one side for each signature; there must not be two. */
    private void index(int step, int[] oneOf) {
        Arrays.fill(oneOf, NONE);
        for (int row = 0; row < one.rows(); row++) {
            if (!one.present(row, step)) {
                continue;
            }
            int earlier = oneOf[oneIds[row]];
            if (earlier != NONE) {
                Labels group = matching.on()
                        ? one.labels(row).keep(matching.labels())
                        : one.labels(row).drop(matching.labels()).withoutName();
                throw error("found duplicate series for the match group " + braces(group) + " on the "
                        + (swapped ? "left" : "right") + " hand-side of the operation: ["
                        + braces(one.labels(row)) + ", " + braces(one.labels(earlier))
                        + "];many-to-many matching not allowed: matching labels must be unique on one side");
            }
            oneOf[oneIds[row]] = row;
        }
    }

    private boolean computes(int manyRow, int oneRow, int step) {
        Grid left = swapped ? one : many;
        Grid right = swapped ? many : one;
        int leftRow = swapped ? oneRow : manyRow;
        int rightRow = swapped ? manyRow : oneRow;
        return outcome.of(
                left.value(leftRow, step),
                left.distribution(leftRow, step),
                right.value(rightRow, step),
                right.distribution(rightRow, step));
    }

    /** The result row for a pair; pairs that come to the same labels share one. */
    private int target(int manyRow, int oneRow) {
        if (partner[manyRow] != oneRow) {
            Labels labels = resultLabels(many.labels(manyRow), one.labels(oneRow));
            boolean filter = binary.op().isComparison() && !binary.bool();
            boolean dropName = !filter || many.nameDropped(manyRow);
            partner[manyRow] = oneRow;
            resultRow[manyRow] = resultRows.computeIfAbsent(labels, l -> result.addRow(l, dropName));
        }
        return resultRow[manyRow];
    }

    private Labels resultLabels(Labels manyLabels, Labels oneLabels) {
        Labels labels = binary.op().isComparison() ? manyLabels : manyLabels.withoutName();
        if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
            return matching.on() ? labels.keep(matching.labels()) : labels.drop(matching.labels());
        }
        for (String name : matching.include()) {
            labels = labels.with(name, oneLabels.get(name));
        }
        return labels;
    }

    private PromqlException error(String problem) {
        return PromqlException.execution(binary.span(), problem);
    }

    /** All labels in braces, the name among them. */
    private static String braces(Labels labels) {
        StringBuilder out = new StringBuilder("{");
        labels.forEach((name, value) -> out.append(out.length() > 1 ? ", " : "")
                .append(name)
                .append('=')
                .append(Printer.quote(value)));
        return out.append('}').toString();
    }
}
