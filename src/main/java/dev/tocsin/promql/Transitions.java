package dev.tocsin.promql;

import dev.tocsin.core.Distribution;

/** What lies between neighbouring samples: changes, resets, instant rates. */
final class Transitions {
    private Transitions() {}

    static double changes(Window w) {
        int changes = 0;
        for (int i = 1; i < w.size(); i++) {
            boolean same;
            if (w.isDistribution(i) != w.isDistribution(i - 1)) {
                same = false;
            } else if (w.isDistribution(i)) {
                same = w.distribution(i).equals(w.distribution(i - 1));
            } else {
                double v = w.value(i);
                double before = w.value(i - 1);
                same = v == before || (Double.isNaN(v) && Double.isNaN(before));
            }
            changes += same ? 0 : 1;
        }
        return changes;
    }

    static double resets(Window w) {
        int resets = 0;
        for (int i = 1; i < w.size(); i++) {
            boolean reset;
            if (w.isDistribution(i) != w.isDistribution(i - 1)) {
                reset = true;
            } else if (w.isDistribution(i)) {
                reset = fell(w.distribution(i - 1), w.distribution(i));
            } else {
                reset = w.value(i) < w.value(i - 1);
            }
            resets += reset ? 1 : 0;
        }
        return resets;
    }

    /** Whether any bucket holds less than before, or the buckets have nothing to do with those before. */
    private static boolean fell(Distribution before, Distribution after) {
        if (!after.layout().mergesWith(before.layout())) {
            return true;
        }
        Distribution difference = after.minus(before);
        for (int i = 0; i < difference.bucketCount(); i++) {
            if (difference.bucketValue(i) < 0) {
                return true;
            }
        }
        return after.count() < before.count();
    }

    static void instantRate(Window w, RangeFunctions.Cell cell) {
        instant(w, cell, true);
    }

    static void instantDelta(Window w, RangeFunctions.Cell cell) {
        instant(w, cell, false);
    }

    private static void instant(Window w, RangeFunctions.Cell cell, boolean rate) {
        int last = w.size() - 1;
        if (last < 1) {
            return;
        }
        double seconds = (w.time(last) - w.time(last - 1)) / 1e3;
        if (seconds == 0) {
            return;
        }
        double factor = rate ? 1 / seconds : 1;
        if (w.isDistribution(last) != w.isDistribution(last - 1)) {
            cell.warnOfMix();
        } else if (w.isDistribution(last)) {
            Distribution before = w.distribution(last - 1);
            Distribution after = w.distribution(last);
            if (!cell.merges(before.layout(), after.layout(), "subtraction")) {
                return;
            }
            boolean reset = rate && fell(before, after);
            cell.set((reset ? after : after.minus(before)).times(factor));
        } else {
            boolean reset = rate && w.value(last) < w.value(last - 1);
            double growth = reset ? w.value(last) : w.value(last) - w.value(last - 1);
            cell.set(rate ? growth / seconds : growth);
        }
    }
}
