package dev.tocsin.series;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.Labels;
import dev.tocsin.core.PackedBuckets;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.tick.TickWriter;
import org.jspecify.annotations.Nullable;

/**
 * A distribution: observations in, a cumulative histogram out that is never reset. Threads as in {@link PushedSeries}.
 *
 * <p>An observation of weight 3.5 counts three times, then four times: what is less than a whole one is carried over to
 * the next, so that stored counts are whole and yet add up to the weights sent.
 */
final class DistributionSeries extends PushedSeries {
    /** Columns of the totals. */
    static final int COUNT = 0;

    static final int SUM = 1;

    private static final byte[] NOTHING = {};

    /** The running number and sum of observations. */
    private final ScalarHistory totals;

    private final DistributionHistory observations;
    private byte @Nullable [] pending;
    private long pendingCount;
    private double pendingSum;
    private double carry;

    DistributionSeries(Labels labels, Shape shape) {
        super(labels, shape);
        totals = new ScalarHistory(2, true, timeline().forgetTicks());
        // With the metric's name, which is not in the labels' hash: many metrics have the same labels.
        int seed = 31 * nameHash + metric().name.hashCode();
        observations = new DistributionHistory(layout(), timeline().horizon(), seed);
    }

    int rollUpPhase() {
        return observations.phase();
    }

    BucketLayout layout() {
        return metric().layout;
    }

    /** How many times an observation of this weight counts now. */
    long whole(double weight) {
        double due = carry + weight;
        // A hair above: weights like 1/0.3 are not exact, and three of them are meant to be ten.
        double times = Math.floor(due + 1e-9);
        carry = due - times;
        return (long) times;
    }

    /** @param packed the distribution of {@code times} observations */
    void add(byte[] packed, long times, double total, Workbench bench) {
        pending = pending == null ? packed : bench.merge(layout(), pending, packed);
        pendingCount += times;
        pendingSum += total;
    }

    void insert(int tick, double value, long times, Horizon horizon, Workbench bench) {
        if (times > 0) {
            DistributionBuilder one = bench.sum(layout());
            one.record(value, times);
            observations.insert(tick, bench.writer.pack(one), bench);
        }
        totals.addAt(tick, times, value * times, horizon);
    }

    @Override
    void commit(int tick, Horizon horizon, Workbench bench) {
        if (pending != null) {
            observations.append(tick, pending, 0, pending.length, horizon, bench);
        }
        totals.set(tick, totals.current(COUNT) + pendingCount, totals.current(SUM) + pendingSum, horizon);
    }

    /** Writes what was stored of a tick into the history at once: the packed distribution in bytes [from, to), or nothing. */
    void restore(int tick, byte[] bytes, int from, int to, Horizon horizon, Workbench bench) {
        long times = 0;
        double sum = 0;
        if (from < to) {
            observations.restore(tick, bytes, from, to, horizon, bench);
            times = PackedBuckets.count(bytes, from, to);
            sum = PackedBuckets.sum(bytes, from, to);
        }
        totals.set(tick, totals.current(COUNT) + times, totals.current(SUM) + sum, horizon);
    }

    @Override
    void write(int tick, TickWriter out) {
        out.distribution(number, pending == null ? NOTHING : pending);
    }

    @Override
    void tell(long lastSampleMillis, TickWriter out, Workbench bench) {
        double count = totals.current(COUNT) - pendingCount;
        double sum = totals.current(SUM) - pendingSum;
        int before = timeline().horizon().closed() - 1;
        byte[] all = count == 0 ? NOTHING : bench.writer.pack(observations.upTo(before, sum));
        out.nameDistribution(number, layout(), labelsOnce(), lastSampleMillis, count, sum, all);
    }

    @Override
    void writeUncommitted(int tick, TickWriter out) {
        write(tick, out);
    }

    /**
     * What was observed in an earlier process, by its last sample there.
     *
     * @param packed all of it; null for nothing
     */
    void resume(int tick, double count, double sum, byte @Nullable [] packed) {
        totals.resume(tick, count, sum);
        observations.resume(tick, packed);
    }

    @Override
    void reset() {
        pending = null;
        pendingCount = 0;
        pendingSum = 0;
    }

    @Override
    void trim(Horizon horizon, boolean thoroughly, Workbench bench) {
        observations.trim(horizon, thoroughly, bench);
        if (thoroughly || totals.hasExpired(horizon)) {
            totals.trim(horizon);
        }
    }

    @Override
    int lastSample() {
        return totals.lastSample();
    }

    @Override
    long historyBytes() {
        return totals.capacityBytes() + observations.bytes();
    }

    @Override
    boolean hasPoints(Horizon horizon, int after, int to) {
        return totals.reader(horizon).hasPoints(after, to);
    }

    /** The running number of observations in column {@link #COUNT}, their sum in column {@link #SUM}. */
    ScalarHistory totals() {
        return totals;
    }

    /** What was observed in (after, to], or null where nothing was. */
    @Nullable
    Distribution between(int after, int to) {
        DistributionBuilder builder = timeline().takeBuilder(layout());
        observations.sum(after, to, builder, false);
        Distribution d = builder.build();
        timeline().giveBack(builder);
        return d.count() == 0 ? null : d;
    }

    /** The first tick after {@code tick} at which something was observed, as far as history tells; else the largest int. */
    int nextObservation(int tick) {
        return observations.nextAfter(tick);
    }

    @Override
    boolean at(Horizon h, int tick, Points into) {
        double observed = totals.reader(h).at(tick);
        if (Points.isStale(observed)) {
            return false;
        }
        into.add(timeline().scale().millis(tick), upTo(h, tick, observed));
        return true;
    }

    private Distribution upTo(Horizon h, int tick, double observed) {
        return observed == 0
                ? Distribution.empty(layout())
                : observations.upTo(tick, totals.reader(SUM, h).at(tick));
    }

    /** Merges every touched interval of the range one by one: a window function should ask for {@link #ends}. */
    @Override
    public void read(long afterMillis, long toMillis, Points into) {
        Horizon h = timeline().horizon();
        TickScale scale = timeline().scale();
        Points counts = new Points();
        totals.reader(h).read(scale.floor(afterMillis), scale.floor(toMillis), scale, counts);
        Distribution total = Distribution.empty(layout());
        for (int i = 0; i < counts.size; i++) {
            int tick = scale.floor(counts.timeMillis[i]);
            if (i == 0) {
                total = upTo(h, tick, counts.value[0]);
            } else if (counts.value[i] != counts.value[i - 1]) {
                Distribution grown = between(scale.floor(counts.timeMillis[i - 1]), tick);
                total = grown == null ? total : total.plus(grown);
            }
            into.add(counts.timeMillis[i], total);
        }
    }

    @Override
    public @Nullable Distribution observed(long afterMillis, long toMillis) {
        TickScale scale = timeline().scale();
        return between(scale.floor(afterMillis), Math.min(timeline().horizon().closed(), scale.floor(toMillis)));
    }

    @Override
    public RangeEnds ends(long afterMillis, long toMillis) {
        return ends(afterMillis, toMillis, RangeEnds.NONE);
    }

    /** Merges what was touched between the ends, in blocks of 10 s and a minute where they fit. */
    @Override
    public RangeEnds ends(long afterMillis, long toMillis, RangeEnds previous) {
        Horizon h = timeline().horizon();
        TickScale scale = timeline().scale();
        RangeEnds counts = totals.reader(h).ends(scale.floor(afterMillis), scale.floor(toMillis), scale);
        if (counts.count() == 0) {
            return RangeEnds.NONE;
        }
        if (counts.count() == previous.count()
                && counts.firstTimeMillis() == previous.firstTimeMillis()
                && counts.lastTimeMillis() == previous.lastTimeMillis()) {
            return previous;
        }
        int first = scale.floor(counts.firstTimeMillis());
        Distribution growth = between(first, scale.floor(counts.lastTimeMillis()));
        return new RangeEnds(
                counts.count(),
                counts.firstTimeMillis(),
                counts.lastTimeMillis(),
                Double.NaN,
                Double.NaN,
                0,
                beginning(h, first, counts),
                growth == null ? Distribution.empty(layout()) : growth,
                false,
                counts.apartMillis());
    }

    /**
     * The first cumulative distribution where it matters: extrapolation asks whether the histogram was empty less than
     * a point's distance before its first point, which only a first one far smaller than the growth can say.
     */
    private @Nullable Distribution beginning(Horizon h, int first, RangeEnds counts) {
        double growth = counts.lastValue() - counts.firstValue();
        double sampled = counts.lastTimeMillis() - counts.firstTimeMillis();
        return counts.firstValue() * sampled <= 2 * growth * counts.apartMillis() || counts.firstValue() == 0
                ? upTo(h, first, counts.firstValue())
                : null;
    }
}
