package dev.tocsin.series;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.tick.TickWriter;

/**
 * A gauge: the last value, which holds until it is stale. An adjustment is made to the value the gauge has when the
 * tick closes, stale or not; once the series was forgotten it starts from 0 again. Threads as in {@link PushedSeries}.
 */
final class GaugeSeries extends PushedSeries {
    private volatile ScalarHistory values = ScalarHistory.NONE;
    private double pending;
    private boolean replaces;

    GaugeSeries(Labels labels, Shape shape) {
        super(labels, shape);
    }

    void set(double value) {
        pending = value;
        replaces = true;
    }

    void adjust(double delta) {
        pending += delta;
    }

    /** To write to: made with the first sample, so that a series without one has none. */
    private ScalarHistory written() {
        ScalarHistory known = values;
        if (known == ScalarHistory.NONE) {
            known = new ScalarHistory(1, false, timeline().gaugeHoldTicks());
            values = known;
        }
        return known;
    }

    void insert(int tick, double value, Horizon horizon) {
        written().insert(tick, value, horizon);
    }

    @Override
    void commit(int tick, Horizon horizon, Workbench bench) {
        ScalarHistory history = written();
        boolean forgotten =
                history.isEmpty() || tick - history.lastSample() >= timeline().forgetTicks();
        double base = replaces || forgotten ? 0 : history.current();
        double value = base + pending;
        history.set(tick, Double.isFinite(value) ? value : base, horizon);
    }

    @Override
    void write(int tick, TickWriter out) {
        out.gauge(number, values.current());
    }

    @Override
    void tell(long lastSampleMillis, TickWriter out, Workbench bench) {
        out.nameScalar(number, Kind.GAUGE, labelsOnce(), lastSampleMillis, values.current());
    }

    @Override
    void writeUncommitted(int tick, TickWriter out) {
        out.gauge(number, pending);
    }

    /** What it was in an earlier process, by its last sample there. */
    void resume(int tick, double before) {
        written().resume(tick, before, 0);
    }

    @Override
    void reset() {
        pending = 0;
        replaces = false;
    }

    @Override
    int lastSample() {
        return values.lastSample();
    }

    @Override
    void trim(Horizon horizon, boolean thoroughly, Workbench bench) {
        if (thoroughly || values.hasExpired(horizon)) {
            values.trim(horizon);
        }
    }

    @Override
    long historyBytes() {
        return values.capacityBytes();
    }

    @Override
    boolean hasPoints(Horizon horizon, int after, int to) {
        return values.reader(horizon).hasPoints(after, to);
    }

    @Override
    boolean at(Horizon horizon, int tick, Points into) {
        return values.reader(horizon).readAt(tick, timeline().scale(), into);
    }

    @Override
    public void read(long afterMillis, long toMillis, Points into) {
        TickScale scale = timeline().scale();
        values.reader(timeline().horizon()).read(scale.floor(afterMillis), scale.floor(toMillis), scale, into);
    }

    @Override
    public RangeEnds ends(long afterMillis, long toMillis) {
        TickScale scale = timeline().scale();
        return values.reader(timeline().horizon()).ends(scale.floor(afterMillis), scale.floor(toMillis), scale);
    }
}
