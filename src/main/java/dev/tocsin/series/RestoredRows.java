package dev.tocsin.series;

import dev.tocsin.core.Niceness;
import dev.tocsin.core.PackedBuckets;
import dev.tocsin.core.tick.TickColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * What some dozen stored ticks hold of counters, gauges and distributions, sorted by series before it is written: each
 * series is fetched into the processor's cache once for all of them, which is most of what writing costs. Filled, then
 * {@link #sort}ed, then written some series at a time, half of them on a thread of its own: what is written of one series
 * touches no other. Confined to the series thread.
 *
 * <pre>
 *   by moment   told, late, makes up, value …   of one tick after another; moments of one tick follow each other
 *   by series   the same, series by series; of each the order is kept
 * </pre>
 */
final class RestoredRows {
    /** Rows and bytes that are enough to be written. */
    private static final int ENOUGH_ROWS = 1 << 21;

    private static final int ENOUGH_BYTES = 1 << 26;
    private static final int ENOUGH_MOMENTS = 64;
    /** What additions in another order may differ by. */
    private static final double ROUNDING = 1e-9;

    /** Series from which on a second thread is started. */
    private static final int WORTH_A_THREAD = 100;

    private static final int TYPE_BITS = 2;
    /** What was told of a series that may have no history yet. */
    private static final int TOLD = 0;
    /** A sample of a past tick. */
    private static final int LATE = 1;
    /** The same as {@link #TOLD}, once late samples are in: of a counter that has history, ticks may have been lost. */
    private static final int MAKES_UP = 2;
    /** A row of the tick. */
    private static final int VALUE = 3;

    private static final int TYPES = (1 << TYPE_BITS) - 1;

    /** A stored tick, at a tick of the timeline. */
    private record Moment(int tick, long tickMillis, long shift, Horizon horizon) {}

    /** What is told of a series as of the beginning of a tick, late samples included. */
    record Told(int series, long lastSampleMillis, double value, double sum, byte[] packed) {}

    private record Late(int tick, double value, double times) {}

    private final Timeline timeline;
    private final Workbench bench;
    private final Workbench otherBench = new Workbench();
    private final List<Moment> moments = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();
    private final List<Late> late = new ArrayList<>();

    private int[] series = new int[1_024];
    private int[] marks = new int[1_024];
    /** A value's bits; begin and end in {@link #bytes}; a place in {@link #told} or {@link #late}. */
    private long[] bits = new long[1_024];

    private int size;
    private byte[] bytes = new byte[1 << 16];
    private int byteCount;

    private int[] sortedMarks = {};
    private long[] sortedBits = {};
    /** Where each series' rows end among the sorted. */
    private int[] ends = {};

    private int nextSeries;
    private int seriesEnd;

    RestoredRows(Timeline timeline, Workbench bench) {
        this.timeline = timeline;
        this.bench = bench;
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean isEnough() {
        return size >= ENOUGH_ROWS || byteCount >= ENOUGH_BYTES || moments.size() >= ENOUGH_MOMENTS;
    }

    /**
     * Takes in a stored tick, but for its sets and recorded series.
     *
     * @param columns whose bytes are those in [from, to) of {@code encoded}
     */
    void add(TickColumns columns, byte[] encoded, int from, int to, List<Told> news, int tick, long shift) {
        moments.add(new Moment(tick, columns.tickMillis, shift, timeline.horizonAt(tick)));
        for (Told t : news) {
            row(t.series, TOLD, told.size());
            told.add(t);
        }
        for (int i = 0; i < columns.late.size; i++) {
            int past = timeline.scale().ceil(columns.late.timeMillis[i] - shift);
            row(columns.late.series[i], LATE, late.size());
            late.add(new Late(Math.min(past, tick), columns.late.value[i], columns.late.times[i]));
        }
        for (int i = 0; i < news.size(); i++) {
            row(news.get(i).series, MAKES_UP, told.size() - news.size() + i);
        }
        for (int i = 0; i < columns.counters.size; i++) {
            row(columns.counters.series[i], VALUE, Double.doubleToRawLongBits(columns.counters.delta[i]));
        }
        for (int i = 0; i < columns.gauges.size; i++) {
            row(columns.gauges.series[i], VALUE, Double.doubleToRawLongBits(columns.gauges.value[i]));
        }
        int move = copy(encoded, from, to) - from;
        TickColumns.Distributions rows = columns.distributions;
        for (int i = 0; i < rows.size; i++) {
            row(rows.series[i], VALUE, (long) (rows.from[i] + move) << 32 | rows.to[i] + move);
        }
    }

    private int copy(byte[] encoded, int from, int to) {
        int at = byteCount;
        if (at + to - from > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + to - from));
        }
        System.arraycopy(encoded, from, bytes, at, to - from);
        byteCount += to - from;
        return at;
    }

    private void row(int number, int type, long content) {
        if (size == series.length) {
            series = Arrays.copyOf(series, size * 2);
            marks = Arrays.copyOf(marks, size * 2);
            bits = Arrays.copyOf(bits, size * 2);
        }
        series[size] = number;
        marks[size] = moments.size() - 1 << TYPE_BITS | type;
        bits[size++] = content;
    }

    /** Nothing is added from here on until all is written. */
    void sort() {
        seriesEnd = 0;
        for (int i = 0; i < size; i++) {
            seriesEnd = Math.max(seriesEnd, series[i] + 1);
        }
        nextSeries = 0;
        if (ends.length < seriesEnd) {
            ends = new int[seriesEnd + (seriesEnd >> 2)];
        }
        if (sortedMarks.length < size) {
            sortedMarks = new int[series.length];
            sortedBits = new long[series.length];
        }
        Arrays.fill(ends, 0, seriesEnd, 0);
        for (int i = 0; i < size; i++) {
            ends[series[i]]++;
        }
        int begin = 0;
        for (int i = 0; i < seriesEnd; i++) {
            int count = ends[i];
            ends[i] = begin;
            begin += count;
        }
        for (int i = 0; i < size; i++) {
            int to = ends[series[i]]++;
            sortedMarks[to] = marks[i];
            sortedBits[to] = bits[i];
        }
    }

    /**
     * Writes the rows of so many series into their histories.
     *
     * @param byNumber what the numbers stand for; null where a series had no place
     * @return whether there are more
     */
    boolean write(@Nullable PushedSeries[] byNumber, int count) {
        int from = nextSeries;
        int until = (int) Math.min(seriesEnd, (long) from + count);
        nextSeries = until;
        int middle = from + until >>> 1;
        FutureTask<?> half = new FutureTask<>(() -> write(byNumber, middle, until, otherBench), null);
        if (until - from < WORTH_A_THREAD) {
            half.run();
        } else {
            Thread.ofPlatform().name("restoration").start(() -> {
                Niceness.lower();
                half.run();
            });
        }
        try {
            write(byNumber, from, middle, bench);
        } finally {
            await(half);
        }
        if (until < seriesEnd) {
            return true;
        }
        reset();
        return false;
    }

    private static void await(FutureTask<?> half) {
        boolean interrupted = false;
        boolean done = false;
        while (!done) {
            try {
                half.get();
                done = true;
            } catch (InterruptedException e) {
                // Not left alone with series that the other thread still writes.
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException("what was stored of a series was not written", e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(@Nullable PushedSeries[] byNumber, int from, int until, Workbench with) {
        for (int number = from; number < until; number++) {
            int begin = number == 0 ? 0 : ends[number - 1];
            PushedSeries s = begin < ends[number] && number < byNumber.length ? byNumber[number] : null;
            if (s != null) {
                write(s, begin, ends[number], with);
            }
        }
    }

    private void reset() {
        moments.clear();
        told.clear();
        late.clear();
        size = 0;
        byteCount = 0;
        nextSeries = 0;
        seriesEnd = 0;
    }

    private int momentOf(int row) {
        return sortedMarks[row] >> TYPE_BITS;
    }

    private Moment moment(int row) {
        return moments.get(momentOf(row));
    }

    private int type(int row) {
        return sortedMarks[row] & TYPES;
    }

    private void write(PushedSeries s, int from, int to, Workbench with) {
        int row = from;
        while (row < to) {
            Moment first = moment(row);
            int end = row + 1;
            while (end < to && moment(end).tick == first.tick) {
                end++;
            }
            if (end == row + 1 && s instanceof DistributionSeries d && type(row) == VALUE) {
                d.restore(first.tick, bytes, begin(row), end(row), first.horizon, with);
            } else if (takeIn(s, row, end, with)) {
                s.commit(first.tick, first.horizon, with);
                s.reset();
            }
            row = end;
        }
    }

    /**
     * What one tick of the timeline has.
     *
     * @return whether the series was touched at it
     */
    private boolean takeIn(PushedSeries s, int from, int to, Workbench with) {
        boolean touched = false;
        int resumed = -1;
        for (int row = from; row < to; row++) {
            switch (type(row)) {
                case TOLD -> {
                    if (s.isFresh()) {
                        resumed = momentOf(row);
                        resume(s, row, to);
                    }
                }
                case LATE -> {
                    Late sample = late.get((int) sortedBits[row]);
                    if (!(s instanceof SetSeries)) {
                        IntervalMerge.insert(s, sample.tick, sample.value, sample.times, moment(row).horizon, with);
                    }
                }
                case MAKES_UP -> {
                    if (s instanceof CounterSeries counter && momentOf(row) != resumed) {
                        touched |= makeUp(counter, told.get((int) sortedBits[row]).value);
                    }
                }
                default -> {
                    add(s, row, with);
                    touched = true;
                }
            }
        }
        return touched;
    }

    private void add(PushedSeries s, int row, Workbench with) {
        switch (s) {
            case CounterSeries counter -> counter.add(Double.longBitsToDouble(sortedBits[row]));
            case GaugeSeries gauge -> gauge.set(Double.longBitsToDouble(sortedBits[row]));
            case DistributionSeries d -> {
                if (begin(row) < end(row)) {
                    byte[] packed = Arrays.copyOfRange(bytes, begin(row), end(row));
                    long times = PackedBuckets.count(packed, 0, packed.length);
                    d.add(packed, times, PackedBuckets.sum(packed, 0, packed.length), with);
                }
            }
            case SetSeries set -> throw new IllegalStateException("rows of sets are not put here");
        }
    }

    private int begin(int row) {
        return (int) (sortedBits[row] >>> 32);
    }

    private int end(int row) {
        return (int) sortedBits[row];
    }

    /** Where ticks were lost the total told is larger: the rest came meanwhile. */
    private static boolean makeUp(CounterSeries s, double total) {
        double missing = total - s.next();
        if (missing > ROUNDING * total) {
            s.add(missing);
            return true;
        }
        return false;
    }

    /** Begins a series that has no history here with what it had before. */
    private void resume(PushedSeries s, int row, int end) {
        Moment moment = moment(row);
        Told t = told.get((int) sortedBits[row]);
        boolean touched = t.lastSampleMillis == moment.tickMillis || t.lastSampleMillis == Long.MIN_VALUE;
        int last = touched ? moment.tick - 1 : timeline.scale().floor(t.lastSampleMillis - moment.shift);
        double value = t.value;
        double sum = t.sum;
        for (int i = row + 1; i < end && momentOf(i) == momentOf(row); i++) {
            if (type(i) == LATE) {
                Late sample = late.get((int) sortedBits[i]);
                value -= s instanceof CounterSeries ? sample.value : sample.times;
                sum -= sample.value * sample.times;
            }
        }
        switch (s) {
            case CounterSeries counter -> {
                if (value > ROUNDING * t.value) {
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
}
