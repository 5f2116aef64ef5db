package dev.tocsin.promql;

import dev.tocsin.core.Distribution;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Binary operators: sends each to the class for its operands, and holds what an operator does to two samples. */
final class Binaries {
    private Binaries() {}

    static Grid evaluate(Evaluation evaluation, Expr.Binary b, Steps steps) {
        boolean leftScalar = b.left().type() == ExprType.SCALAR;
        if (leftScalar || b.right().type() == ExprType.SCALAR) {
            double[] scalar = evaluation.scalar(leftScalar ? b.left() : b.right(), steps);
            Grid grid = evaluation.vector(leftScalar ? b.right() : b.left(), steps);
            return withScalar(evaluation, b, grid, scalar, leftScalar);
        }
        Grid left = evaluation.vector(b.left(), steps);
        Grid right = evaluation.vector(b.right(), steps);
        VectorMatching matching = Objects.requireNonNull(b.matching());
        return b.op().isSetOperator()
                ? SetOperation.evaluate(evaluation, b.op(), matching, left, right)
                : new Join(evaluation, b, matching, left, right).evaluate();
    }

    private static Grid withScalar(
            Evaluation evaluation, Expr.Binary b, Grid grid, double[] scalar, boolean scalarLeft) {
        Outcome outcome = new Outcome(evaluation, b);
        for (int row = 0; row < grid.rows(); row++) {
            for (int step = 0; step < grid.steps; step++) {
                if (!grid.present(row, step)) {
                    continue;
                }
                double v = grid.value(row, step);
                Distribution d = grid.distribution(row, step);
                boolean kept = scalarLeft ? outcome.of(scalar[step], null, v, d) : outcome.of(v, d, scalar[step], null);
                if (!kept) {
                    grid.clear(row, step);
                } else if (!b.op().isComparison() || b.bool()) {
                    grid.set(row, step, outcome.value, outcome.distribution);
                }
                // A filter leaves the vector's sample as it is, on whichever side the scalar stands.
            }
        }
        if (!b.op().isComparison() || b.bool()) {
            grid.dropNames();
        }
        return grid;
    }

    /** What comes of two samples. Reusable; confined to the query's thread. */
    static final class Outcome {
        private final Evaluation evaluation;
        private final BinaryOp op;
        private final boolean bool;
        private final Span span;
        double value;

        @Nullable
        Distribution distribution;

        Outcome(Evaluation evaluation, Expr.Binary b) {
            this.evaluation = evaluation;
            this.op = b.op();
            this.bool = b.bool();
            this.span = b.span();
        }

        /**
         * Computes {@link #value} or {@link #distribution}; of a filter that holds, the left sample.
         *
         * @return false where there is no result
         */
        boolean of(
                double left,
                @Nullable Distribution leftHistogram,
                double right,
                @Nullable Distribution rightHistogram) {
            distribution = null;
            if (leftHistogram != null || rightHistogram != null) {
                return ofHistograms(left, leftHistogram, right, rightHistogram);
            }
            double result = op.apply(left, right);
            if (!op.isComparison() || bool) {
                value = result;
                return true;
            }
            value = left;
            return result != 0;
        }

        private boolean ofHistograms(
                double left,
                @Nullable Distribution leftHistogram,
                double right,
                @Nullable Distribution rightHistogram) {
            if (leftHistogram != null && rightHistogram != null) {
                switch (op) {
                    case ADD, SUB -> {
                        boolean add = op == BinaryOp.ADD;
                        if (!evaluation.annotations.merges(
                                span,
                                leftHistogram.layout(),
                                rightHistogram.layout(),
                                add ? "addition" : "subtraction")) {
                            return false;
                        }
                        distribution = add ? leftHistogram.plus(rightHistogram) : leftHistogram.minus(rightHistogram);
                    }
                    case EQUAL, NOT_EQUAL -> {
                        boolean holds = leftHistogram.equals(rightHistogram) == (op == BinaryOp.EQUAL);
                        value = holds ? 1 : 0;
                        distribution = bool ? null : leftHistogram;
                        return holds || bool;
                    }
                    default -> {
                        return incompatible(true, true);
                    }
                }
                return true;
            }
            if (leftHistogram != null && op == BinaryOp.MUL) {
                distribution = leftHistogram.times(right);
            } else if (leftHistogram != null && op == BinaryOp.DIV) {
                distribution = leftHistogram.times(1 / right);
            } else if (rightHistogram != null && op == BinaryOp.MUL) {
                distribution = rightHistogram.times(left);
            } else {
                return incompatible(leftHistogram != null, rightHistogram != null);
            }
            return true;
        }

        private boolean incompatible(boolean leftHistogram, boolean rightHistogram) {
            evaluation.annotations.incompatible(span, op, leftHistogram, rightHistogram);
            return false;
        }
    }
}
