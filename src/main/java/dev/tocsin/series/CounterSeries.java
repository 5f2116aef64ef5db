package dev.tocsin.series;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.tick.TickWriter;

/** A counter: deltas in, a running total out that is never reset. Threads as in {@link PushedSeries}. */
final class CounterSeries extends PushedSeries {
    private volatile ScalarHistory total = ScalarHistory.NONE;
    private double pending;

    CounterSeries(Labels labels, Shape shape) {
        super(labels, shape);
    }

    void add(double delta) {
        pending += delta;
    }

    /** To write to: made with the first sample, so that a series without one has none. */
    private ScalarHistory written() {
        ScalarHistory known = total;
        if (known == ScalarHistory.NONE) {
            known = new ScalarHistory(1, true, timeline().forgetTicks());
            total = known;
        }
        return known;
    }

    void addAt(int tick, double delta, Horizon horizon) {
        written().addAt(tick, delta, horizon);
    }

    @Override
    void commit(int tick, Horizon horizon, Workbench bench) {
        ScalarHistory history = written();
        history.set(tick, history.current() + pending, horizon);
    }

    @Override
    void write(int tick, TickWriter out) {
        out.counter(number, pending);
    }

    @Override
    void tell(long lastSampleMillis, TickWriter out, Workbench bench) {
        out.nameScalar(number, Kind.COUNTER, labelsOnce(), lastSampleMillis, total.current() - pending);
    }

    @Override
    void writeUncommitted(int tick, TickWriter out) {
        out.counter(number, pending);
    }

    /** What it came to in an earlier process, by its last sample there. */
    void resume(int tick, double before) {
        written().resume(tick, before, 0);
    }

    /** What it comes to with what came in since the last tick. */
    double next() {
        return total.current() + pending;
    }

    @Override
    void reset() {
        pending = 0;
    }

    @Override
    int lastSample() {
        return total.lastSample();
    }

    @Override
    void trim(Horizon horizon, boolean thoroughly, Workbench bench) {
        if (thoroughly || total.hasExpired(horizon)) {
            total.trim(horizon);
        }
    }

    @Override
    long historyBytes() {
        return total.capacityBytes();
    }

    @Override
    boolean hasPoints(Horizon horizon, int after, int to) {
        return total.reader(horizon).hasPoints(after, to);
    }

    @Override
    boolean at(Horizon horizon, int tick, Points into) {
        return total.reader(horizon).readAt(tick, timeline().scale(), into);
    }

    @Override
    public void read(long afterMillis, long toMillis, Points into) {
        TickScale scale = timeline().scale();
        total.reader(timeline().horizon()).read(scale.floor(afterMillis), scale.floor(toMillis), scale, into);
    }

    @Override
    public RangeEnds ends(long afterMillis, long toMillis) {
        TickScale scale = timeline().scale();
        return total.reader(timeline().horizon()).ends(scale.floor(afterMillis), scale.floor(toMillis), scale);
    }
}
