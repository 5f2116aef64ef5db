package dev.tocsin.promql;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Aggregations that make one value of each group: {@code sum}, {@code avg}, {@code min}, … One use. */
final class Reduction {
    private static final int ACCUMULATOR_BYTES = 72;

    private final Evaluation evaluation;
    private final Expr.Aggregate aggregate;
    private final Grid grid;
    private final Aggregations.Groups groups;
    private final int steps;

    Reduction(Evaluation evaluation, Expr.Aggregate aggregate, Grid grid, Aggregations.Groups groups) {
        this.evaluation = evaluation;
        this.aggregate = aggregate;
        this.grid = grid;
        this.groups = groups;
        this.steps = grid.steps;
    }

    Grid reduce() {
        AggregateOp op = aggregate.op();
        boolean histogramsCount =
                op == AggregateOp.SUM || op == AggregateOp.AVG || op == AggregateOp.COUNT || op == AggregateOp.GROUP;
        evaluation.budget.hold((long) groups.count() * steps * 8);
        @Nullable Accumulator[] cells = new @Nullable Accumulator[groups.count() * steps];
        for (int row = 0; row < grid.rows(); row++) {
            int base = groups.ofRow()[row] * steps;
            for (int step = 0; step < steps; step++) {
                if (!grid.present(row, step)) {
                    continue;
                }
                Distribution d = grid.distribution(row, step);
                if (d != null && !histogramsCount) {
                    evaluation.annotations.histogramIgnoredInAggregation(
                            aggregate.expr().span(), op);
                    continue;
                }
                Accumulator cell = cells[base + step];
                if (cell == null) {
                    evaluation.budget.hold(ACCUMULATOR_BYTES);
                    cell = Accumulator.of(op);
                    cells[base + step] = cell;
                }
                if (d == null) {
                    cell.add(grid.value(row, step));
                } else if (evaluation.annotations.merges(
                        aggregate.expr().span(), cell.layoutFor(d), d.layout(), "aggregation")) {
                    cell.add(d);
                } else {
                    cell.abandon();
                }
            }
            evaluation.budget.work(0);
        }
        Grid result = newGrid();
        for (int group = 0; group < groups.count(); group++) {
            for (int step = 0; step < steps; step++) {
                Accumulator cell = cells[group * steps + step];
                if (cell == null || cell.isAbandoned()) {
                    continue;
                }
                if (cell.isMixed()) {
                    evaluation.annotations.warn(
                            aggregate.expr().span(), "encountered a mix of histograms and floats in aggregation");
                } else {
                    result.set(group, step, cell.result(), cell.histogram());
                }
            }
        }
        return result;
    }

    private Grid newGrid() {
        Grid result = new Grid(steps, groups.count(), evaluation.budget);
        for (int group = 0; group < groups.count(); group++) {
            result.addRow(groups.labels()[group], groups.nameDropped()[group]);
        }
        return result;
    }

    /** @param q at each step */
    Grid quantile(double[] q) {
        Grid result = newGrid();
        int[] sizes = new int[groups.count()];
        for (int row = 0; row < grid.rows(); row++) {
            sizes[groups.ofRow()[row]]++;
        }
        double[][] values = new double[groups.count()][];
        Arrays.setAll(values, group -> new double[sizes[group]]);
        for (int step = 0; step < steps; step++) {
            Arrays.fill(sizes, 0);
            for (int row = 0; row < grid.rows(); row++) {
                if (grid.isFloat(row, step)) {
                    int group = groups.ofRow()[row];
                    values[group][sizes[group]++] = grid.value(row, step);
                } else if (grid.present(row, step)) {
                    evaluation.annotations.histogramIgnoredInAggregation(
                            aggregate.expr().span(), aggregate.op());
                }
            }
            for (int group = 0; group < groups.count(); group++) {
                if (sizes[group] > 0) {
                    result.set(group, step, Quantiles.of(q[step], values[group], sizes[group]));
                }
            }
            evaluation.budget.work(grid.rows());
        }
        return result;
    }

    /** One group at one step. */
    private abstract static class Accumulator {
        private boolean floats;
        private boolean abandoned;
        private @Nullable DistributionBuilder histograms;
        protected double count;

        static Accumulator of(AggregateOp op) {
            return switch (op) {
                case SUM -> new Sum();
                case AVG -> new Average();
                case MIN -> new Extreme(false);
                case MAX -> new Extreme(true);
                case COUNT -> new Count();
                case GROUP -> new Group();
                case STDDEV -> new Variance(true);
                case STDVAR -> new Variance(false);
                case TOPK, BOTTOMK, QUANTILE, COUNT_VALUES, LIMITK, LIMIT_RATIO ->
                    throw new IllegalArgumentException(op.symbol());
            };
        }

        void add(double v) {
            floats = true;
            count++;
            accumulate(v);
        }

        void add(Distribution d) {
            if (histograms == null) {
                histograms = new DistributionBuilder(d.layout());
            }
            histograms.add(d, 1);
            count++;
        }

        /** The layout that this distribution would be added to. */
        BucketLayout layoutFor(Distribution d) {
            return histograms == null ? d.layout() : histograms.layout();
        }

        /** There is no result: a distribution came that can't be merged with the others. */
        void abandon() {
            abandoned = true;
        }

        boolean isAbandoned() {
            return abandoned;
        }

        /** Whether numbers and distributions came together. */
        boolean isMixed() {
            return floats && histograms != null;
        }

        /** The resulting distribution, or null where it is a number. */
        @Nullable
        Distribution histogram() {
            return histograms == null ? null : histograms.build();
        }

        abstract void accumulate(double v);

        abstract double result();
    }

    private static final class Sum extends Accumulator {
        private final Kahan sum = new Kahan();

        @Override
        void accumulate(double v) {
            sum.add(v);
        }

        @Override
        double result() {
            return sum.total();
        }
    }

    private static final class Average extends Accumulator {
        private final Kahan.Mean mean = new Kahan.Mean();

        @Override
        void accumulate(double v) {
            mean.add(v);
        }

        @Override
        double result() {
            return mean.mean();
        }

        @Override
        @Nullable
        Distribution histogram() {
            Distribution total = super.histogram();
            return total == null ? null : total.times(1 / count);
        }
    }

    private static final class Extreme extends Accumulator {
        private final boolean max;
        private double best = Double.NaN;

        Extreme(boolean max) {
            this.max = max;
        }

        @Override
        void accumulate(double v) {
            if (Double.isNaN(best) || (max ? v > best : v < best)) {
                best = v;
            }
        }

        @Override
        double result() {
            return best;
        }
    }

    /** Counts numbers and distributions alike, so it is never mixed. */
    private static class Count extends Accumulator {
        @Override
        void add(Distribution d) {
            add(0);
        }

        @Override
        void accumulate(double v) {}

        @Override
        double result() {
            return count;
        }
    }

    private static final class Group extends Count {
        @Override
        double result() {
            return 1;
        }
    }

    /** Population variance, by Welford's method; NaN where a value is not finite. */
    private static final class Variance extends Accumulator {
        private final boolean root;
        private double mean;
        private double squares;

        Variance(boolean root) {
            this.root = root;
        }

        @Override
        void accumulate(double v) {
            double delta = v - mean;
            mean += delta / count;
            squares += delta * (v - mean);
        }

        @Override
        double result() {
            double variance = squares / count;
            return root ? Math.sqrt(variance) : variance;
        }
    }
}
