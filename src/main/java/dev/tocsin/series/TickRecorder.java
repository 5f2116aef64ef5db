package dev.tocsin.series;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.TickWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * Writes what each tick closed for whoever keeps ticks elsewhere. Each series has a small number, and is told by name at
 * its first row of a segment; those without rows are told within the minute, as {@link Aging} comes by. So a segment can be
 * read without those before it. Confined to the series thread.
 */
final class TickRecorder {
    /** Numbers given beyond twice those in use before all begin anew: series that came and went hold theirs until then. */
    private static final int SPARE_NUMBERS = 1 << 16;

    private final Timeline timeline;
    private final RecordedLog recordedLog;
    private final RecordingSettings settings;
    private final Workbench bench;
    private final TickWriter out = new TickWriter();
    private final List<PushedSeries> idle = new ArrayList<>();
    /** Who has a number: a {@link PushedSeries} or a {@link RecordedHistory}. */
    private Object[] byNumber = new Object[1_024];

    private final BitSet told = new BitSet();
    private RecordedLog.Rows spare = new RecordedLog.Rows();
    private int end;
    private long generation;
    private long position;
    private long segmentMillis = Long.MIN_VALUE;
    private long segmentBytes;

    TickRecorder(Timeline timeline, RecordedLog recordedLog, RecordingSettings settings, Workbench bench) {
        this.timeline = timeline;
        this.recordedLog = recordedLog;
        this.settings = settings;
        this.bench = bench;
        position = settings.firstPosition();
        generation = position;
        recordedLog.switchOn();
    }

    /** A series that lives: told in this segment, though it may have no row. */
    void visit(PushedSeries series) {
        if (!isTold(series, series.number) && series.lastSample() != Horizon.NONE) {
            idle.add(series);
        }
    }

    /** What the merge committed last, and what was recorded since the tick before. */
    EncodedTick record(IntervalMerge merge, boolean anew) {
        int tick = timeline.horizon().closed();
        long millis = timeline.scale().millis(tick);
        boolean first = anew || beginsSegment(millis);
        if (first) {
            beginSegment(millis, merge.touched().size());
        }
        out.begin(millis, generation);
        for (PushedSeries series : merge.touched()) {
            tell(series);
            series.write(tick, out);
        }
        LateRows late = merge.lateRows();
        for (int i = 0; i < late.size(); i++) {
            tell(late.series(i));
            late.write(i, timeline.scale(), out);
        }
        idle.forEach(this::tell);
        idle.clear();
        writeRecorded();
        EncodedTick encoded = out.end(position++, first);
        segmentBytes += encoded.size();
        return encoded;
    }

    /** What was absorbed and is not committed, as the history before it is not there yet: totals are left open. */
    EncodedTick recordDeferred(IntervalMerge merge, long millis) {
        boolean first = beginsSegment(millis);
        if (first) {
            beginSegment(millis, merge.touched().size());
        }
        int tick = timeline.scale().floor(millis);
        out.begin(millis, generation);
        for (PushedSeries series : merge.touched()) {
            tellNameOnly(series);
            series.writeUncommitted(tick, out);
        }
        LateRows late = merge.lateRows();
        for (int i = 0; i < late.size(); i++) {
            tellNameOnly(late.series(i));
            late.write(i, timeline.scale(), out);
        }
        EncodedTick encoded = out.end(position++, first);
        segmentBytes += encoded.size();
        return encoded;
    }

    private void tellNameOnly(PushedSeries series) {
        if (isTold(series, series.number)) {
            return;
        }
        series.number = number(series, series.number);
        Labels labels = series.labelsOnce();
        Kind kind = series.metric().kind;
        switch (kind) {
            case COUNTER, GAUGE -> out.nameScalar(series.number, kind, labels, Long.MIN_VALUE, Double.NaN);
            case DISTRIBUTION ->
                out.nameDistribution(
                        series.number,
                        series.metric().layout,
                        labels,
                        Long.MIN_VALUE,
                        Double.NaN,
                        Double.NaN,
                        new byte[0]);
            case SET -> out.nameSet(series.number, labels, Long.MIN_VALUE);
        }
    }

    private void writeRecorded() {
        RecordedLog.Rows rows = recordedLog.take(spare);
        for (int i = 0; i < rows.size(); i++) {
            RecordedHistory series = rows.series(i);
            if (!isTold(series, series.number)) {
                series.number = number(series, series.number);
                out.nameRecorded(series.number, series.labels());
            }
            rows.write(i, out);
        }
        rows.reset();
        spare = rows;
    }

    private boolean beginsSegment(long millis) {
        return segmentMillis == Long.MIN_VALUE
                || millis - segmentMillis >= settings.segmentMillis()
                || segmentBytes >= settings.segmentBytes();
    }

    private void beginSegment(long millis, int touched) {
        segmentMillis = millis;
        segmentBytes = 0;
        int inUse = Math.max(touched, told.cardinality());
        told.clear();
        if (end > 2 * inUse + SPARE_NUMBERS) {
            Arrays.fill(byNumber, 0, end, null);
            end = 0;
            generation = position;
        }
    }

    private boolean isTold(Object series, int number) {
        return number >= 0 && number < end && Objects.equals(byNumber[number], series) && told.get(number);
    }

    private void tell(PushedSeries series) {
        if (isTold(series, series.number)) {
            return;
        }
        series.number = number(series, series.number);
        int last = series.lastSample();
        series.tell(last == Horizon.NONE ? Long.MIN_VALUE : timeline.scale().millis(last), out, bench);
    }

    /** The number of a series, which gets the next where it has none; counts as told. */
    private int number(Object series, int known) {
        int number = known;
        if (known < 0 || known >= end || !Objects.equals(byNumber[known], series)) {
            if (end == byNumber.length) {
                byNumber = Arrays.copyOf(byNumber, end * 2);
            }
            number = end++;
            byNumber[number] = series;
        }
        told.set(number);
        return number;
    }
}
