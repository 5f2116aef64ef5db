package dev.tocsin.store;

import dev.tocsin.core.Points;
import java.util.Arrays;

/**
 * The values of one scalar series as read from PostgreSQL, interval by interval. Confined to one thread.
 *
 * <p>An interval of a gauge stands for all its ticks, at each of which the gauge had a value, whether a sample came or
 * not: so that it counts and adds up as in memory. Where not every tick had a sample, the value before is taken to have
 * held at first, and the mean of the samples is that of the ticks.
 */
final class StoredValues {
    private static final double[] NONE = {};

    private double[] last = NONE;
    /** Of counters: the total before each interval. */
    private double[] before = NONE;
    /** Smallest, largest, sum and count; NONE where each interval has one value. */
    private double[] low = NONE;

    private double[] high = NONE;
    private double[] sum = NONE;
    private double[] count = NONE;

    /** @param i one more than the last that was added */
    void add(int i, ScalarBlock from, int at) {
        last = withRoom(last, i);
        before = withRoom(before, i);
        last[i] = from.last[at];
        before[i] = from.before(at);
        if (from.statistics == null && low.length == 0) {
            return;
        }
        if (low.length == 0) {
            low = last.clone();
            high = last.clone();
            sum = last.clone();
            count = new double[last.length];
            Arrays.fill(count, 1);
        }
        low = withRoom(low, i);
        high = withRoom(high, i);
        sum = withRoom(sum, i);
        count = withRoom(count, i);
        low[i] = from.statistic(ScalarBlock.MIN, at);
        high[i] = from.statistic(ScalarBlock.MAX, at);
        sum[i] = from.statistic(ScalarBlock.SUM, at);
        count[i] = from.statistic(ScalarBlock.COUNT, at);
    }

    private static double[] withRoom(double[] column, int i) {
        return i < column.length ? column : Arrays.copyOf(column, Math.max(64, i * 2));
    }

    double last(int i) {
        return last[i];
    }

    double before(int i) {
        return before[i];
    }

    /** The point of an interval that stands for the samples in it. */
    void addTo(Points into, long time, int i) {
        if (low.length == 0) {
            into.add(time, last[i]);
        } else {
            into.addInterval(time, last[i], low[i], high[i], sum[i], count[i]);
        }
    }

    /**
     * The point of a gauge's interval.
     *
     * @param ticks how many it has
     * @param livedBefore whether the value of the interval before still held when it began
     */
    void addTo(Points into, long time, int i, double ticks, boolean livedBefore) {
        double samples = low.length == 0 ? 1 : count[i];
        double least = low.length == 0 ? last[i] : low[i];
        double most = low.length == 0 ? last[i] : high[i];
        double mean = low.length == 0 ? last[i] : sum[i] / samples;
        if (livedBefore && samples < ticks) {
            least = Math.min(least, last[i - 1]);
            most = Math.max(most, last[i - 1]);
        }
        into.addInterval(time, last[i], least, most, mean * ticks, ticks);
    }

    /** The point of an interval without a sample, in which the value of one before held. */
    void addHeldTo(Points into, long time, int i, double ticks) {
        into.addInterval(time, last[i], last[i], last[i], last[i] * ticks, ticks);
    }
}
