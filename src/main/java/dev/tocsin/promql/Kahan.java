package dev.tocsin.promql;

/**
 * Compensated summation after Kahan, in Neumaier's improved form (A. Neumaier, "Rundungsfehleranalyse einiger Verfahren
 * zur Summation endlicher Summen", 1974): beside the sum, what its roundings have lost. The true sum is nearer to
 * {@code sum + compensation}. Confined to one thread.
 */
final class Kahan {
    double sum;
    double compensation;

    void add(double x) {
        compensation = compensation(sum, x, compensation);
        sum += x;
    }

    /** Sum and compensation; the plain sum where it is infinite. */
    double total() {
        return Double.isInfinite(sum) ? sum : sum + compensation;
    }

    /** The compensation after {@code x} is added to {@code sum}. */
    static double compensation(double sum, double x, double compensation) {
        double next = sum + x;
        if (Double.isInfinite(next)) {
            return 0;
        }
        return Math.abs(sum) >= Math.abs(x) ? compensation + ((sum - next) + x) : compensation + ((x - next) + sum);
    }

    /**
     * A mean that stays finite where the sum overflows: from there on each value moves the mean by its share. Confined
     * to one thread.
     */
    static final class Mean {
        private final Kahan state = new Kahan();
        private double count;
        private boolean incremental;

        void add(double x) {
            count++;
            if (!incremental) {
                if (count == 1 || !Double.isInfinite(state.sum + x)) {
                    state.add(x);
                    return;
                }
                incremental = true;
                state.sum /= count - 1;
                state.compensation /= count - 1;
            }
            double share = (count - 1) / count;
            state.sum *= share;
            state.compensation *= share;
            state.add(x / count);
        }

        double mean() {
            return incremental ? state.sum + state.compensation : state.sum / count + state.compensation / count;
        }
    }
}
