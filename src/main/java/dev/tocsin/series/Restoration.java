package dev.tocsin.series;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.StoredTicks;
import dev.tocsin.core.tick.TickColumns;
import dev.tocsin.core.tick.TickReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the ticks that earlier processes stored into the timeline, one at each {@link #next}, while samples are taken
 * meanwhile: those of a tick are put aside ({@link #defer}) until what was before them is there. Confined to the series
 * thread.
 *
 * <p>Surprising: of samples taken meanwhile, those with a client's timestamp since the start count as now, and adjustments
 * of gauges are made when all is read back.
 *
 * <p>Totals go on from where they were: a series whose beginning is not stored is resumed at the total that was told of
 * it, which is no increase. Where a tick between was damaged, the total that is told next makes up for it.
 */
public final class Restoration {
    private static final System.Logger LOG = System.getLogger(Restoration.class.getName());
    /** Ticks put aside; further ones become part of the first that is closed. */
    private static final long MOST_DEFERRED_BYTES = 256 << 20;
    /** What additions in another order may differ by. */
    private static final double ROUNDING = 1e-9;

    private final Registry registry;
    private final Timeline timeline;
    private final IntervalMerge merge;
    private final Workbench bench;
    private final SampleRecorder recorded;
    private final StoredTicks stored;
    private final Retiming retiming;
    private final ArrayDeque<EncodedTick> deferred = new ArrayDeque<>();
    private long deferredBytes;

    private Ticks reading;
    private int firstTick = Horizon.NONE;
    private int lastTick = Horizon.NONE;
    /** Whether something of {@link #lastTick} was not committed; never between two calls. */
    private boolean uncommitted;

    private long restored;
    private long unreadable;

    Restoration(
            Registry registry,
            Timeline timeline,
            IntervalMerge merge,
            Workbench bench,
            SampleRecorder recorded,
            StoredTicks stored) {
        this.registry = registry;
        this.timeline = timeline;
        this.merge = merge;
        this.bench = bench;
        this.recorded = recorded;
        this.stored = stored;
        // The tick at or just before now may have been closed already, by the process before.
        long latest = timeline.scale().millis(timeline.horizon().closed() + 1);
        retiming = new Retiming(
                stored.positions(),
                stored.tickMillis(),
                latest,
                timeline.settings().tickMillis());
        reading = new Ticks();
        merge.defer();
    }

    /** Ticks written into the timeline so far. */
    public long restored() {
        return restored;
    }

    /** Ticks whose bytes were whole but meant nothing. */
    public long unreadable() {
        return unreadable;
    }

    /** Milliseconds that are to be taken off any wall time that the last process noted; see {@link Retiming}. */
    public long shiftMillis() {
        return retiming.newestShift();
    }

    /**
     * Writes one more tick; several that were stored, where those were shorter.
     *
     * @return whether there was one
     */
    public boolean next() throws IOException {
        boolean more = stored.next(reading);
        while (more && retiming.sharesTickWithNext(reading.position, timeline.scale())) {
            more = stored.next(reading);
        }
        commit();
        return more;
    }

    /** Writes the ticks that were put aside; then all is readable, and ticks are closed as always. */
    public void finish() {
        reading = new Ticks();
        EncodedTick tick = deferred.poll();
        while (tick != null) {
            long position = tick.position();
            reading.names(position, tick.tickMillis(), tick.names(), 0, tick.names().length);
            reading.columns(position, tick.tickMillis(), tick.columns(), 0, tick.columns().length);
            tick = deferred.poll();
        }
        commit();
        merge.deferNoMore();
        if (firstTick != Horizon.NONE) {
            timeline.readBackFrom(firstTick);
        }
        if (lastTick > timeline.horizon().closed()) {
            timeline.publish(timeline.horizonAt(lastTick));
        }
    }

    /** Whether a tick that closes now can be put aside; where not, it is to be left open. */
    public boolean hasRoom() {
        return deferredBytes < MOST_DEFERRED_BYTES;
    }

    void defer(EncodedTick tick) {
        deferred.add(tick);
        deferredBytes += tick.size();
    }

    private void commit() {
        if (uncommitted) {
            firstTick = firstTick == Horizon.NONE ? lastTick : firstTick;
            merge.commit(lastTick, timeline.horizonAt(lastTick));
            merge.reset();
            uncommitted = false;
        }
    }

    /** What is told of a series at the tick that is read: see {@link TickReader.Sink}. */
    private record Told(int series, long lastSampleMillis, double value, double sum, byte[] packed) {}

    /** Reads ticks of one origin: numbers of series mean what its names say. */
    private final class Ticks implements StoredTicks.Taker {
        private final TickReader reader = new TickReader(this::told);
        private @Nullable PushedSeries[] series = new @Nullable PushedSeries[1_024];
        private final List<Told> told = new ArrayList<>();
        private long generation = -1;
        private long shift;
        private long position;

        @Override
        public void names(long position, long tickMillis, byte[] bytes, int from, int to) {
            if (from == to) {
                return;
            }
            shift = retiming.shiftAt(position);
            try {
                reader.names(position, tickMillis, bytes, from, to);
            } catch (ByteReader.UnreadableException e) {
                unreadable(position, e);
            }
        }

        private void unreadable(long position, ByteReader.UnreadableException e) {
            unreadable++;
            LOG.log(System.Logger.Level.WARNING, "tick {0} is unreadable: {1}", position, e.getMessage());
        }

        private void told(int number, long lastSampleMillis, double value, double sum, byte[] bytes, int from, int to) {
            TickColumns columns = reader.columns();
            if (columns.names.generation() != generation) {
                generation = columns.names.generation();
                Arrays.fill(series, null);
            }
            if (columns.names.isRecorded(number)) {
                return;
            }
            if (number >= series.length) {
                series = Arrays.copyOf(series, Math.max(number + 1, series.length * 2));
            }
            PushedSeries known = series[number];
            if (known == null) {
                known = admit(columns.names.kind(number), columns.names.labels(number));
                series[number] = known;
            }
            boolean mayBeResumed = known != null && (known.isFresh() || known instanceof CounterSeries);
            if (mayBeResumed && !Double.isNaN(value)) {
                told.add(new Told(number, lastSampleMillis, value, sum, Arrays.copyOfRange(bytes, from, to)));
            }
        }

        private @Nullable PushedSeries admit(Kind kind, @Nullable Labels labels) {
            return labels != null && registry.admit(kind, labels) instanceof Registry.Admission.Own own
                    ? own.series()
                    : null;
        }

        private @Nullable PushedSeries series(int number) {
            return number < series.length ? series[number] : null;
        }

        @Override
        public void columns(long at, long tickMillis, byte[] bytes, int from, int to) {
            position = at;
            TickColumns columns;
            try {
                columns = reader.columns(position, tickMillis, bytes, from, to);
            } catch (ByteReader.UnreadableException e) {
                unreadable(position, e);
                return;
            }
            shift = retiming.shiftAt(position);
            int tick = timeline.scale().ceil(tickMillis - shift);
            if (tick > lastTick) {
                commit();
                Horizon horizon = timeline.horizonAt(tick);
                if (lastTick != Horizon.NONE) {
                    merge.skip(lastTick + 1, Math.min(tick - 1, lastTick + timeline.percentileTicks()), horizon);
                }
                lastTick = tick;
            }
            uncommitted = true;
            write(columns, timeline.horizonAt(lastTick));
            restored++;
        }

        private void write(TickColumns columns, Horizon horizon) {
            List<CounterSeries> known = new ArrayList<>();
            List<Told> knownTold = new ArrayList<>();
            for (Told t : told) {
                PushedSeries s = Objects.requireNonNull(series(t.series));
                if (s.isFresh()) {
                    resume(s, t, columns);
                } else if (s instanceof CounterSeries counter) {
                    known.add(counter);
                    knownTold.add(t);
                }
            }
            told.clear();
            for (int i = 0; i < columns.late.size; i++) {
                PushedSeries s = series(columns.late.series[i]);
                if (s != null && !(s instanceof SetSeries)) {
                    int tick = timeline.scale().ceil(columns.late.timeMillis[i] - shift);
                    merge.insert(s, Math.min(tick, lastTick), columns.late.value[i], columns.late.times[i], horizon);
                }
            }
            for (int i = 0; i < known.size(); i++) {
                makeUp(known.get(i), knownTold.get(i).value);
            }
            writeScalars(columns);
            writeDistributions(columns);
            writeSets(columns);
            writeRecorded(columns);
        }

        /** Where ticks were lost the total told is larger: the rest came meanwhile. */
        private void makeUp(CounterSeries s, double total) {
            double missing = total - s.next();
            if (missing > ROUNDING * total) {
                s.add(missing);
                merge.touch(s);
            }
        }

        /** Begins a series that has no history here with what it had before. */
        private void resume(PushedSeries s, Told t, TickColumns columns) {
            boolean touched = t.lastSampleMillis == columns.tickMillis || t.lastSampleMillis == Long.MIN_VALUE;
            int last = touched ? lastTick - 1 : timeline.scale().floor(t.lastSampleMillis - shift);
            double value = t.value;
            double sum = t.sum;
            for (int i = 0; i < columns.late.size; i++) {
                if (columns.late.series[i] == t.series) {
                    value -= s instanceof CounterSeries ? columns.late.value[i] : columns.late.times[i];
                    sum -= columns.late.value[i] * columns.late.times[i];
                }
            }
            switch (s) {
                case CounterSeries counter -> {
                    if (value > 0) {
                        counter.resume(last, value);
                    }
                }
                case GaugeSeries gauge -> {
                    if (!touched) {
                        gauge.resume(last, value);
                    }
                }
                case DistributionSeries d -> {
                    if (value > 0) {
                        d.resume(last, value, sum, t.packed.length == 0 ? null : t.packed);
                    }
                }
                case SetSeries set -> {}
            }
        }

        private void writeScalars(TickColumns columns) {
            for (int i = 0; i < columns.counters.size; i++) {
                if (series(columns.counters.series[i]) instanceof CounterSeries s) {
                    s.add(columns.counters.delta[i]);
                    merge.touch(s);
                }
            }
            for (int i = 0; i < columns.gauges.size; i++) {
                if (series(columns.gauges.series[i]) instanceof GaugeSeries s) {
                    s.set(columns.gauges.value[i]);
                    merge.touch(s);
                }
            }
        }

        private void writeDistributions(TickColumns columns) {
            TickColumns.Distributions rows = columns.distributions;
            for (int i = 0; i < rows.size; i++) {
                if (series(rows.series[i]) instanceof DistributionSeries s) {
                    if (rows.from[i] < rows.to[i]) {
                        byte[] packed = Arrays.copyOfRange(rows.bytes, rows.from[i], rows.to[i]);
                        s.add(packed, (long) rows.count[i], rows.sum[i], bench);
                    }
                    merge.touch(s);
                }
            }
        }

        private void writeSets(TickColumns columns) {
            for (int i = 0; i < columns.sets.size; i++) {
                if (series(columns.sets.series[i]) instanceof SetSeries s) {
                    for (int m = columns.sets.memberBegin(i); m < columns.sets.memberEnd[i]; m++) {
                        s.note(columns.sets.members[m]);
                    }
                    merge.touch(s);
                }
            }
        }

        private void writeRecorded(TickColumns columns) {
            TickColumns.Recorded rows = columns.recorded;
            for (int i = 0; i < rows.size; i++) {
                Labels labels = columns.names.labels(rows.series[i]);
                long time = rows.timeMillis[i] - shift;
                if (labels == null) {
                    continue;
                }
                if (rows.distribution[i] != null) {
                    recorded.append(labels, time, rows.distribution[i]);
                } else if (Points.isStale(rows.value[i])) {
                    recorded.markStale(labels, time);
                } else {
                    recorded.append(labels, time, rows.value[i]);
                }
            }
        }
    }
}
