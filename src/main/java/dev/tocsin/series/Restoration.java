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
import org.jspecify.annotations.Nullable;

/**
 * Writes the ticks that earlier processes stored into the timeline, bit by bit at each {@link #next}, while samples are
 * taken meanwhile: those of a tick are put aside ({@link #defer}) until what was before them is there. Some dozen ticks
 * are read, then written series by series ({@link RestoredRows}). Confined to the series thread.
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
    /** Series that are written at once: some milliseconds. */
    private static final int SERIES_AT_ONCE = 4_000;

    private final Registry registry;
    private final Timeline timeline;
    private final IntervalMerge merge;
    private final RestoredRows rows;
    private final SampleRecorder recorded;
    private final StoredTicks stored;
    private final Retiming retiming;
    private final ArrayDeque<EncodedTick> deferred = new ArrayDeque<>();
    private long deferredBytes;

    private Ticks reading;
    private int firstTick = Horizon.NONE;
    private int lastTick = Horizon.NONE;
    /** Whether a set's members of {@link #lastTick} were not committed; never between two calls. */
    private boolean uncommitted;

    /** Whether what was read is being written: nothing is read until it is. */
    private boolean writing;

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
        rows = new RestoredRows(timeline, bench);
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
        timeline.foresee(retiming.newestTick(timeline.scale()));
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
     * Reads one more tick, or several that were stored, where those were shorter; or writes some of what was read.
     *
     * @return whether there is more to do
     */
    public boolean next() throws IOException {
        if (writing) {
            writing = rows.write(reading.series, SERIES_AT_ONCE);
            return true;
        }
        boolean more = stored.next(reading);
        while (more && retiming.sharesTickWithNext(reading.position, timeline.scale())) {
            more = stored.next(reading);
        }
        commit();
        writing = !rows.isEmpty() && (!more || rows.isEnough());
        if (writing) {
            rows.sort();
        }
        return more || writing;
    }

    /** Writes all that was read. */
    private void writeAll() {
        if (!writing) {
            rows.sort();
        }
        writing = rows.write(reading.series, Integer.MAX_VALUE);
    }

    /** Writes the ticks that were put aside; then all is readable, and ticks are closed as always. */
    public void finish() {
        writeAll();
        reading = new Ticks();
        EncodedTick tick = deferred.poll();
        while (tick != null) {
            long position = tick.position();
            reading.names(position, tick.tickMillis(), tick.names(), 0, tick.names().length);
            reading.columns(position, tick.tickMillis(), tick.columns(), 0, tick.columns().length);
            tick = deferred.poll();
        }
        commit();
        writeAll();
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
            merge.commit(lastTick, timeline.horizonAt(lastTick));
            merge.reset();
            uncommitted = false;
        }
    }

    /** Reads ticks of one origin: numbers of series mean what its names say. */
    private final class Ticks implements StoredTicks.Taker {
        private final TickReader reader = TickReader.withoutTotals(this::told);
        private @Nullable PushedSeries[] series = new @Nullable PushedSeries[1_024];
        private final List<RestoredRows.Told> told = new ArrayList<>();
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
                // Before its numbers mean something else.
                writeAll();
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
                told.add(new RestoredRows.Told(
                        number, lastSampleMillis, value, sum, Arrays.copyOfRange(bytes, from, to)));
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
                if (rows.isEnough()) {
                    writeAll();
                }
                if (lastTick != Horizon.NONE) {
                    Horizon horizon = timeline.horizonAt(tick);
                    merge.skip(lastTick + 1, Math.min(tick - 1, lastTick + timeline.percentileTicks()), horizon);
                }
                lastTick = tick;
            }
            firstTick = firstTick == Horizon.NONE ? lastTick : firstTick;
            uncommitted = true;
            rows.add(columns, bytes, from, to, told, lastTick, shift);
            told.clear();
            writeSets(columns);
            writeRecorded(columns);
            restored++;
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
