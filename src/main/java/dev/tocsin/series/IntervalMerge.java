package dev.tocsin.series;

import dev.tocsin.core.Arrivals;
import dev.tocsin.core.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes closed intervals into the series they touched, and writes those into their histories when the tick closes.
 * Confined to the series thread.
 */
final class IntervalMerge {
    private final Tallies tallies;
    private final Workbench bench;
    private final SlotGrouping grouping = new SlotGrouping();
    private final ObservationMerge observations;
    private final List<PushedSeries> touched = new ArrayList<>();
    private final LateRows lateRows = new LateRows();
    private Arrivals arrivals = Arrivals.NONE;
    /** Whether what was touched is written into the histories. */
    private boolean committed;

    private boolean deferring;
    /** Made to gauges whose value is not known yet. */
    private final Map<GaugeSeries, Double> adjustments = new LinkedHashMap<>();
    /** Sets with a member in their window: their value may change at a tick that does not touch them. */
    private List<SetSeries> openSets = new ArrayList<>();

    IntervalMerge(Tallies tallies, Workbench bench) {
        this.tallies = tallies;
        this.bench = bench;
        this.observations = new ObservationMerge(bench);
    }

    /**
     * Merges an interval and gives its columns back to the shard.
     *
     * @param horizon before the tick that the interval belongs to
     * @param tick that tick
     */
    void absorb(ClosedInterval interval, Horizon horizon, int tick) {
        IntervalColumns columns = interval.take();
        if (columns == null) {
            return;
        }
        Shard shard = interval.shard();
        arrivals = arrivals.and(columns.takeArrivals());
        absorbCounters(columns.counters, shard.slots(Kind.COUNTER));
        absorbGauges(columns.gauges, shard.slots(Kind.GAUGE));
        absorbObservations(columns.observations, shard.slots(Kind.DISTRIBUTION));
        absorbMembers(columns.members, shard.slots(Kind.SET), tick);
        absorbLate(columns.late, shard, horizon);
        count(columns);
        shard.giveBack(columns);
    }

    private void absorbCounters(ScalarColumn column, SlotSpace slots) {
        column.drain((slot, delta) -> {
            CounterSeries series = (CounterSeries) slots.series(slot);
            series.add(delta);
            touch(series);
        });
    }

    private void absorbGauges(GaugeColumn column, SlotSpace slots) {
        column.drain((slot, value, adjusted) -> {
            GaugeSeries series = (GaugeSeries) slots.series(slot);
            if (deferring && adjusted) {
                adjustments.merge(series, value, Double::sum);
                return;
            }
            if (adjusted) {
                series.adjust(value);
            } else {
                series.set(value);
                if (deferring) {
                    adjustments.remove(series);
                }
            }
            touch(series);
        });
    }

    private void absorbObservations(ObservationLog log, SlotSpace slots) {
        grouping.forEach(log, slots.end(), (slot, bits, weights, from, to) -> {
            DistributionSeries series = (DistributionSeries) slots.series(slot);
            observations.add(series, bits, weights, from, to);
            touch(series);
        });
        log.reset();
    }

    private void absorbMembers(ObservationLog log, SlotSpace slots, int tick) {
        grouping.forEach(log, slots.end(), (slot, hashes, weights, from, to) -> {
            SetSeries series = (SetSeries) slots.series(slot);
            for (int i = from; i < to; i++) {
                if (deferring) {
                    series.note(hashes[i]);
                } else {
                    series.add(hashes[i], tick);
                }
            }
            touch(series);
        });
        log.reset();
    }

    /** Until told otherwise: what belongs to a tick's history is only noted, as what was before is not there yet. */
    void defer() {
        deferring = true;
    }

    /** What was before is there: adjustments of gauges are made at the next tick. */
    void deferNoMore() {
        deferring = false;
        adjustments.forEach((series, value) -> {
            series.adjust(value);
            touch(series);
        });
        adjustments.clear();
    }

    private void absorbLate(LateLog late, Shard shard, Horizon horizon) {
        for (int i = 0; i < late.size; i++) {
            PushedSeries series = shard.series(late.codes[i]);
            double weight = late.weights[i];
            double times = series instanceof DistributionSeries d ? d.whole(weight) : 1;
            lateRows.add(series, late.ticks[i], Double.longBitsToDouble(late.bits[i]), times);
            if (!deferring) {
                insert(series, late.ticks[i], Double.longBitsToDouble(late.bits[i]), times, horizon, bench);
            }
        }
        tallies.lateSamples.addAndGet(late.size);
        late.reset();
    }

    static void insert(PushedSeries series, int tick, double value, double times, Horizon horizon, Workbench bench) {
        switch (series) {
            case CounterSeries counter -> counter.addAt(tick, value, horizon);
            case GaugeSeries gauge -> gauge.insert(tick, value, horizon);
            case DistributionSeries d -> d.insert(tick, value, (long) times, horizon, bench);
            case SetSeries set -> throw new AssertionError("a set's member is never late");
        }
    }

    private void count(IntervalColumns columns) {
        for (int i = 0; i < columns.limited.length; i++) {
            tallies.limited.addAndGet(i, columns.limited[i]);
            columns.limited[i] = 0;
        }
        tallies.overloaded.addAndGet(columns.overloaded);
        columns.overloaded = 0;
    }

    void touch(PushedSeries series) {
        if (!series.touched) {
            series.touched = true;
            touched.add(series);
        }
    }

    /** For ticks that nobody closed, as the machine was stopped or its clock set: sets go on sliding through them. */
    void skip(int fromTick, int toTick, Horizon horizon) {
        for (int tick = fromTick; tick <= toTick && !openSets.isEmpty(); tick++) {
            int skipped = tick;
            openSets.removeIf(set -> !set.slide(skipped, horizon));
        }
    }

    /** Writes what was absorbed since the last commit into the histories. */
    void commit(int tick, Horizon horizon) {
        List<SetSeries> stillOpen = new ArrayList<>();
        for (SetSeries set : openSets) {
            if (!set.touched && set.slide(tick, horizon)) {
                stillOpen.add(set);
            }
        }
        for (PushedSeries series : touched) {
            series.commit(tick, horizon, bench);
            if (series instanceof SetSeries set) {
                stillOpen.add(set);
                tallies.estimatedSets.addAndGet(set.isEstimated() ? 1 : 0);
            }
        }
        openSets = stillOpen;
        tallies.touchedLastTick = touched.size();
        committed = true;
    }

    /** Whether a commit was made since the last {@link #reset}. */
    boolean isCommitted() {
        return committed;
    }

    /** The series that the last commit wrote, until {@link #reset}. */
    List<PushedSeries> touched() {
        return touched;
    }

    /** What was merged into past ticks since the last {@link #reset}. */
    LateRows lateRows() {
        return lateRows;
    }

    /** When what was absorbed since the last {@link #reset} came in. */
    Arrivals arrivals() {
        return arrivals;
    }

    /** Forgets what the last commit wrote, where that was not done yet: before anything else is absorbed. */
    void reset() {
        if (committed) {
            forget();
        }
    }

    /** Forgets what was absorbed, written or not. */
    void forget() {
        committed = false;
        for (PushedSeries series : touched) {
            series.reset();
            series.touched = false;
        }
        touched.clear();
        arrivals = Arrivals.NONE;
        lateRows.reset();
    }
}
