package dev.tocsin.promql;

/** Lines through the samples of a window: {@code deriv}, {@code predict_linear} and smoothing. */
final class Regression {
    private Regression() {}

    private record Line(double slope, double intercept) {}

    static void derivative(Window w, RangeFunctions.Cell cell) {
        if (w.size() >= 2) {
            // Seen from the first sample, times stay small and exact.
            cell.set(leastSquares(w, w.time(0)).slope());
        }
    }

    static void predict(Window w, RangeFunctions.Cell cell) {
        if (w.size() >= 2) {
            Line line = leastSquares(w, cell.timeMillis());
            cell.set(line.slope() * cell.scalar(0) + line.intercept());
        }
    }

    private static Line leastSquares(Window w, long originMillis) {
        Kahan x = new Kahan();
        Kahan y = new Kahan();
        Kahan xy = new Kahan();
        Kahan xx = new Kahan();
        boolean constant = true;
        int n = w.size();
        for (int i = 0; i < n; i++) {
            double seconds = (w.time(i) - originMillis) / 1e3;
            double value = w.value(i);
            constant &= value == w.value(0);
            x.add(seconds);
            y.add(value);
            xy.add(seconds * value);
            xx.add(seconds * seconds);
        }
        if (constant) {
            boolean infinite = Double.isInfinite(w.value(0));
            return infinite ? new Line(Double.NaN, Double.NaN) : new Line(0, w.value(0));
        }
        double sumX = x.sum + x.compensation;
        double sumY = y.sum + y.compensation;
        double covariance = xy.sum + xy.compensation - sumX * sumY / n;
        double variance = xx.sum + xx.compensation - sumX * sumX / n;
        double slope = covariance / variance;
        return new Line(slope, sumY / n - slope * sumX / n);
    }

    /** Holt's linear method: a level and a trend, each smoothed by its factor. */
    static void smooth(Window w, RangeFunctions.Cell cell) {
        double levelFactor = factor(cell, 0, "smoothing", "sf");
        double trendFactor = factor(cell, 1, "trend", "tf");
        if (w.size() < 2) {
            return;
        }
        double level = w.value(0);
        double trend = w.value(1) - w.value(0);
        for (int i = 1; i < w.size(); i++) {
            double next = levelFactor * w.value(i) + (1 - levelFactor) * (level + trend);
            // The trend of the first step is already known, so that each later one lags the level by a step.
            trend = trendFactor * (next - level) + (1 - trendFactor) * trend;
            level = next;
        }
        cell.set(level);
    }

    private static double factor(RangeFunctions.Cell cell, int i, String name, String symbol) {
        double factor = cell.scalar(i);
        if (!(factor > 0 && factor < 1)) {
            throw cell.error(
                    "invalid " + name + " factor. Expected: 0 < " + symbol + " < 1, got: " + PromNumber.format(factor));
        }
        return factor;
    }
}
