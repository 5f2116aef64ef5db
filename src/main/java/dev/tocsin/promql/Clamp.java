package dev.tocsin.promql;

/** {@code clamp}, {@code clamp_min} and {@code clamp_max}. */
final class Clamp {
    private Clamp() {}

    static Grid evaluate(Evaluation evaluation, Expr.Call call, Steps steps) {
        Grid grid = evaluation.vector(call.args().getFirst(), steps);
        String name = call.function().name();
        double[] min =
                name.equals("clamp_max") ? null : evaluation.scalar(call.args().get(1), steps);
        double[] max =
                name.equals("clamp_min") ? null : evaluation.scalar(call.args().getLast(), steps);
        for (int row = 0; row < grid.rows(); row++) {
            for (int step = 0; step < grid.steps; step++) {
                boolean none = min != null && max != null && min[step] > max[step];
                if (none || !grid.isFloat(row, step)) {
                    grid.clear(row, step);
                } else {
                    double v = grid.value(row, step);
                    double below = max == null ? v : smaller(max[step], v);
                    grid.set(row, step, min == null ? below : larger(min[step], below));
                }
            }
        }
        grid.dropNames();
        return grid;
    }

    /** As Go's {@code math.Max}, to which infinity counts more than NaN. */
    private static double larger(double a, double b) {
        boolean infinite = a == Double.POSITIVE_INFINITY || b == Double.POSITIVE_INFINITY;
        return infinite ? Double.POSITIVE_INFINITY : Math.max(a, b);
    }

    private static double smaller(double a, double b) {
        boolean infinite = a == Double.NEGATIVE_INFINITY || b == Double.NEGATIVE_INFINITY;
        return infinite ? Double.NEGATIVE_INFINITY : Math.min(a, b);
    }
}
