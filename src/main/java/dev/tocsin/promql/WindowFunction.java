package dev.tocsin.promql;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import java.util.Map;

/** What a function makes of one window. Stateless. */
interface WindowFunction {
    void apply(Window w, RangeFunctions.Cell cell);

    /** Whether distributions among the points are left out. */
    default boolean floatsOnly() {
        return false;
    }

    /** Whether a window of numbers and distributions has no result. */
    default boolean needsOneType() {
        return false;
    }

    /** A function of numbers only. */
    interface OfFloats extends WindowFunction {
        @Override
        default boolean floatsOnly() {
            return true;
        }
    }

    /** A function that adds up. */
    interface OfOneType extends WindowFunction {
        @Override
        default boolean needsOneType() {
            return true;
        }
    }

    private static Map.Entry<String, WindowFunction> any(String name, WindowFunction f) {
        return Map.entry(name, f);
    }

    private static Map.Entry<String, WindowFunction> floats(String name, OfFloats f) {
        return Map.entry(name, f);
    }

    private static Map.Entry<String, WindowFunction> oneType(String name, OfOneType f) {
        return Map.entry(name, f);
    }

    /** By name in PromQL. */
    Map<String, WindowFunction> ALL = Map.ofEntries(
            any("count_over_time", (w, cell) -> cell.set(w.count())),
            any("present_over_time", (w, cell) -> cell.set(1)),
            any("last_over_time", (w, cell) -> copy(w, w.size() - 1, cell)),
            any("first_over_time", (w, cell) -> copy(w, 0, cell)),
            any("ts_of_last_over_time", (w, cell) -> cell.set(w.time(w.size() - 1) / 1e3)),
            any("ts_of_first_over_time", (w, cell) -> cell.set(w.time(0) / 1e3)),
            any("changes", (w, cell) -> cell.set(Transitions.changes(w))),
            any("resets", (w, cell) -> cell.set(Transitions.resets(w))),
            any("irate", (w, cell) -> Transitions.instantRate(w, cell)),
            any("idelta", (w, cell) -> Transitions.instantDelta(w, cell)),
            oneType("sum_over_time", WindowFunction::sum),
            oneType("avg_over_time", WindowFunction::average),
            floats("min_over_time", (w, cell) -> cell.set(w.low(extreme(w, false)))),
            floats("max_over_time", (w, cell) -> cell.set(w.high(extreme(w, true)))),
            floats("ts_of_min_over_time", (w, cell) -> cell.set(w.time(extreme(w, false)) / 1e3)),
            floats("ts_of_max_over_time", (w, cell) -> cell.set(w.time(extreme(w, true)) / 1e3)),
            floats("stddev_over_time", (w, cell) -> cell.set(Math.sqrt(variance(w)))),
            floats("stdvar_over_time", (w, cell) -> cell.set(variance(w))),
            floats("quantile_over_time", (w, cell) -> {
                double q = cell.scalar(0);
                cell.warnOfQuantile(q);
                cell.set(Quantiles.of(q, values(w), w.size()));
            }),
            floats("mad_over_time", (w, cell) -> cell.set(medianAbsoluteDeviation(w))),
            floats("deriv", Regression::derivative),
            floats("predict_linear", Regression::predict),
            floats("double_exponential_smoothing", Regression::smooth));

    static WindowFunction named(String name) {
        WindowFunction function = ALL.get(name);
        if (function == null) {
            throw new IllegalStateException("no function " + name);
        }
        return function;
    }

    private static void copy(Window w, int i, RangeFunctions.Cell cell) {
        if (w.isDistribution(i)) {
            cell.set(w.distribution(i));
        } else {
            cell.set(w.value(i));
        }
    }

    private static void sum(Window w, RangeFunctions.Cell cell) {
        if (w.hasDistributions()) {
            merge(w, cell, 1);
            return;
        }
        Kahan sum = new Kahan();
        for (int i = 0; i < w.size(); i++) {
            sum.add(w.sum(i));
        }
        cell.set(sum.total());
    }

    private static void average(Window w, RangeFunctions.Cell cell) {
        if (w.hasDistributions()) {
            merge(w, cell, 1.0 / w.size());
            return;
        }
        double count = w.count();
        if (count > w.size()) {
            Kahan sum = new Kahan();
            for (int i = 0; i < w.size(); i++) {
                sum.add(w.sum(i));
            }
            cell.set(sum.total() / count);
            return;
        }
        Kahan.Mean mean = new Kahan.Mean();
        for (int i = 0; i < w.size(); i++) {
            mean.add(w.value(i));
        }
        cell.set(mean.mean());
    }

    private static void merge(Window w, RangeFunctions.Cell cell, double factor) {
        DistributionBuilder total = new DistributionBuilder(w.distribution(0).layout());
        for (int i = 0; i < w.size(); i++) {
            Distribution d = w.distribution(i);
            if (!cell.merges(total.layout(), d.layout(), "aggregation")) {
                return;
            }
            total.add(d, 1);
        }
        Distribution merged = total.build();
        cell.set(factor == 1 ? merged : merged.times(factor));
    }

    /** Index of the last smallest or largest value; NaN only where all are. */
    private static int extreme(Window w, boolean max) {
        int best = 0;
        for (int i = 1; i < w.size(); i++) {
            double v = max ? w.high(i) : w.low(i);
            double b = max ? w.high(best) : w.low(best);
            if (Double.isNaN(b) || (max ? v >= b : v <= b)) {
                best = i;
            }
        }
        return best;
    }

    /** Population variance, by Welford's method with compensated sums. */
    private static double variance(Window w) {
        Kahan mean = new Kahan();
        Kahan squares = new Kahan();
        for (int i = 0; i < w.size(); i++) {
            double v = w.value(i);
            double delta = v - (mean.sum + mean.compensation);
            mean.add(delta / (i + 1));
            squares.add(delta * (v - (mean.sum + mean.compensation)));
        }
        return (squares.sum + squares.compensation) / w.size();
    }

    private static double[] values(Window w) {
        double[] values = new double[w.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = w.value(i);
        }
        return values;
    }

    private static double medianAbsoluteDeviation(Window w) {
        double[] values = values(w);
        double median = Quantiles.of(0.5, values, values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i] - median);
        }
        return Quantiles.of(0.5, values, values.length);
    }
}
