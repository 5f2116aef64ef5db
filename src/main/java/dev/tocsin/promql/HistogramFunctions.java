package dev.tocsin.promql;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Functions of distributions, and of classic histograms: series that count the observations up to the bound in their
 * label {@code le}.
 */
final class HistogramFunctions {
    private static final String BOUND = "le";

    private HistogramFunctions() {}

    /** {@code histogram_count} and its kin, which know distributions only. */
    static Grid statistic(Grid grid, String name) {
        for (int row = 0; row < grid.rows(); row++) {
            for (int step = 0; step < grid.steps; step++) {
                Distribution d = grid.distribution(row, step);
                if (d == null) {
                    grid.clear(row, step);
                } else {
                    grid.set(row, step, statistic(d, name));
                }
            }
        }
        grid.dropNames();
        return grid;
    }

    private static double statistic(Distribution d, String name) {
        return switch (name) {
            case "histogram_avg" -> d.average();
            case "histogram_count" -> d.count();
            case "histogram_sum" -> d.sum();
            case "histogram_stddev" -> Math.sqrt(d.variance());
            case "histogram_stdvar" -> d.variance();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** What is asked of one histogram at one step. */
    private interface Question {
        double ofDistribution(Distribution d, int step);

        /** NaN too where there are too few buckets to say. */
        double ofClassic(ClassicHistogram h, int step);
    }

    /** {@code histogram_quantile}, {@code histogram_quantiles} and {@code histogram_fraction}. */
    static Grid overBuckets(Evaluation evaluation, Expr.Call call, Steps steps) {
        List<Expr> args = call.args();
        return switch (call.function().name()) {
            case "histogram_quantile" -> {
                double[] q = quantiles(evaluation, args.getFirst(), steps);
                Grid grid = evaluation.vector(args.get(1), steps);
                yield new Asked(evaluation, args.get(1).span(), grid).ask(quantile(q));
            }
            case "histogram_quantiles" -> several(evaluation, args, steps);
            default -> {
                double[] lower = evaluation.scalar(args.getFirst(), steps);
                double[] upper = evaluation.scalar(args.get(1), steps);
                Grid grid = evaluation.vector(args.get(2), steps);
                yield new Asked(evaluation, args.get(2).span(), grid).ask(fraction(lower, upper));
            }
        };
    }

    private static Grid several(Evaluation evaluation, List<Expr> args, Steps steps) {
        Asked asked = new Asked(evaluation, args.getFirst().span(), evaluation.vector(args.getFirst(), steps));
        String label = evaluation.string(args.get(1));
        if (label.isEmpty()) {
            throw PromqlException.execution(args.get(1).span(), "invalid label name in histogram_quantiles(): \"\"");
        }
        Grid all = new Grid(steps.count(), args.size(), evaluation.budget);
        for (Expr arg : args.subList(2, args.size())) {
            double[] q = quantiles(evaluation, arg, steps);
            Grid one = asked.ask(quantile(q));
            for (int row = 0; row < one.rows(); row++) {
                for (int step = 0; step < one.steps; step++) {
                    if (one.present(row, step)) {
                        Labels labels = one.labels(row).with(label, PromNumber.format(q[step]));
                        all.copy(one, row, all.addRow(labels, true), step);
                    }
                }
            }
        }
        return all.merged(args.getFirst().span());
    }

    private static double[] quantiles(Evaluation evaluation, Expr arg, Steps steps) {
        double[] q = evaluation.scalar(arg, steps);
        for (double one : q) {
            evaluation.annotations.quantileOutOfRange(arg.span(), one);
        }
        return q;
    }

    private static Question quantile(double[] q) {
        return new Question() {
            @Override
            public double ofDistribution(Distribution d, int step) {
                return d.quantile(q[step]);
            }

            @Override
            public double ofClassic(ClassicHistogram h, int step) {
                return h.quantile(q[step]);
            }
        };
    }

    private static Question fraction(double[] lower, double[] upper) {
        return new Question() {
            @Override
            public double ofDistribution(Distribution d, int step) {
                return d.fraction(lower[step], upper[step]);
            }

            @Override
            public double ofClassic(ClassicHistogram h, int step) {
                return h.fraction(lower[step], upper[step]);
            }
        };
    }

    /** The histograms of a vector, found once however many questions are asked. */
    private static final class Asked {
        private final Evaluation evaluation;
        private final Span span;
        private final Grid grid;
        /** Bucket rows of each classic histogram, by its labels without the bound. */
        private final Map<Labels, Buckets> classic = new LinkedHashMap<>();

        Asked(Evaluation evaluation, Span span, Grid grid) {
            this.evaluation = evaluation;
            this.span = span;
            this.grid = grid;
            for (int row = 0; row < grid.rows(); row++) {
                addBucket(row);
            }
        }

        private void addBucket(int row) {
            boolean anyFloat = false;
            for (int step = 0; step < grid.steps && !anyFloat; step++) {
                anyFloat = grid.isFloat(row, step);
            }
            if (!anyFloat) {
                return;
            }
            Labels labels = grid.labels(row);
            try {
                double bound = PromNumber.parse(labels.get(BOUND));
                Labels key = labels.with(BOUND, null);
                classic.computeIfAbsent(key, k -> new Buckets()).add(row, bound);
            } catch (NumberFormatException e) {
                evaluation.annotations.warn(
                        span,
                        "bucket label \"le\" is missing or has a malformed value of "
                                + Printer.quote(labels.get(BOUND))
                                + Annotations.ofMetric(labels.metricName()));
            }
        }

        Grid ask(Question question) {
            Grid result = new Grid(grid.steps, grid.rows(), evaluation.budget);
            for (int row = 0; row < grid.rows() && grid.hasDistributions(); row++) {
                int resultRow = -1;
                for (int step = 0; step < grid.steps; step++) {
                    Distribution d = grid.distribution(row, step);
                    if (d != null && !collides(row, step)) {
                        resultRow = resultRow < 0 ? result.addRow(grid.labels(row), true) : resultRow;
                        result.set(resultRow, step, question.ofDistribution(d, step));
                    }
                }
            }
            ClassicHistogram histogram = new ClassicHistogram();
            classic.forEach((labels, buckets) -> {
                int resultRow = result.addRow(labels, true);
                for (int step = 0; step < grid.steps; step++) {
                    if (buckets.collidesAt(step)) {
                        continue;
                    }
                    histogram.reset();
                    for (int i = 0; i < buckets.size; i++) {
                        if (grid.isFloat(buckets.rows[i], step)) {
                            histogram.add(buckets.bounds[i], grid.value(buckets.rows[i], step));
                        }
                    }
                    if (histogram.size() > 0) {
                        result.set(resultRow, step, question.ofClassic(histogram, step));
                        if (histogram.neededRepair()) {
                            evaluation.annotations.inform(
                                    span,
                                    "input to histogram_quantile needed to be fixed for monotonicity (see"
                                            + " https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                                            + Annotations.ofMetric(labels.metricName()));
                        }
                    }
                }
            });
            return result;
        }

        /** Whether a distribution and a classic histogram claim the same labels at a step; then neither is told. */
        private boolean collides(int row, int step) {
            Buckets buckets = classic.get(grid.labels(row));
            if (buckets == null) {
                return false;
            }
            for (int i = 0; i < buckets.size; i++) {
                if (grid.isFloat(buckets.rows[i], step)) {
                    buckets.collide(step, grid.steps);
                    evaluation.annotations.warn(
                            span,
                            "vector contains a mix of classic and native histograms"
                                    + Annotations.ofMetric(grid.labels(row).metricName()));
                    return true;
                }
            }
            return false;
        }
    }

    private static final class Buckets {
        int[] rows = new int[16];
        double[] bounds = new double[16];
        int size;
        private boolean[] collisions = new boolean[0];

        void add(int row, double bound) {
            if (size == rows.length) {
                rows = java.util.Arrays.copyOf(rows, size * 2);
                bounds = java.util.Arrays.copyOf(bounds, size * 2);
            }
            rows[size] = row;
            bounds[size++] = bound;
        }

        void collide(int step, int steps) {
            collisions = collisions.length == 0 ? new boolean[steps] : collisions;
            collisions[step] = true;
        }

        boolean collidesAt(int step) {
            return collisions.length > 0 && collisions[step];
        }
    }
}
