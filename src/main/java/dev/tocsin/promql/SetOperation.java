package dev.tocsin.promql;

/** {@code and}, {@code or} and {@code unless}: elements are taken or left, and never changed. */
final class SetOperation {
    private SetOperation() {}

    static Grid evaluate(Evaluation evaluation, BinaryOp op, VectorMatching matching, Grid left, Grid right) {
        Signatures signatures = new Signatures(matching);
        int[] leftIds = signatures.of(left);
        int[] rightIds = signatures.of(right);
        if (op == BinaryOp.OR) {
            evaluation.budget.hold((long) left.steps * signatures.count());
            boolean[][] there = presence(left, leftIds, signatures.count());
            Grid result = left;
            for (int row = 0; row < right.rows(); row++) {
                int added = result.addRow(right.labels(row), right.nameDropped(row));
                for (int step = 0; step < right.steps; step++) {
                    if (right.present(row, step) && !there[step][rightIds[row]]) {
                        result.copy(right, row, added, step);
                    }
                }
            }
            return result;
        }
        evaluation.budget.hold((long) right.steps * signatures.count());
        boolean[][] there = presence(right, rightIds, signatures.count());
        for (int row = 0; row < left.rows(); row++) {
            for (int step = 0; step < left.steps; step++) {
                if (there[step][leftIds[row]] != (op == BinaryOp.AND)) {
                    left.clear(row, step);
                }
            }
            evaluation.budget.work(0);
        }
        return left;
    }

    /** For each step, which signatures have an element. */
    private static boolean[][] presence(Grid grid, int[] ids, int count) {
        boolean[][] there = new boolean[grid.steps][count];
        for (int row = 0; row < grid.rows(); row++) {
            for (int step = 0; step < grid.steps; step++) {
                if (grid.present(row, step)) {
                    there[step][ids[row]] = true;
                }
            }
        }
        return there;
    }
}
