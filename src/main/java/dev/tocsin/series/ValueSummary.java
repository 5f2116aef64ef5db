package dev.tocsin.series;

/** The smallest, the largest, the sum and the number of some values. Reusable; confined to one thread. */
final class ValueSummary {
    double low;
    double high;
    double sum;
    int count;
    private boolean any;

    void reset() {
        any = false;
        sum = 0;
        count = 0;
    }

    /** The same value so many times. */
    void add(double value, int times) {
        add(value, value, value * times, times);
    }

    void add(double otherLow, double otherHigh, double otherSum, int otherCount) {
        low = any ? least(low, otherLow) : otherLow;
        high = any ? -least(-high, -otherHigh) : otherHigh;
        any = true;
        sum += otherSum;
        count += otherCount;
    }

    /** NaN only where both are, as PromQL has it. */
    private static double least(double a, double b) {
        return b < a || Double.isNaN(a) ? b : a;
    }

    /** Whether all values were the same. */
    boolean isConstant() {
        return low == high && !Double.isNaN(sum);
    }
}
