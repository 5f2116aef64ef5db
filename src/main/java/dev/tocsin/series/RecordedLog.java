package dev.tocsin.series;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.tick.TickWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Samples appended to recorded series since the series thread last took them. Whoever records appends, the series thread
 * takes: under this object's lock, which is free but for a moment. Bounded: past {@link #MAX_ROWS} nothing is taken, and
 * counted. It holds nothing until it is switched on, as nobody would take it.
 */
final class RecordedLog {
    /** Ten seconds of the samples of 100,000 series. */
    static final int MAX_ROWS = 1_000_000;

    /** Samples of one tick; handed over as a whole. */
    static final class Rows {
        private @Nullable RecordedHistory[] series = new @Nullable RecordedHistory[64];
        private long[] times = new long[64];
        private double[] values = new double[64];
        private @Nullable Distribution[] distributions = new @Nullable Distribution[64];
        private int size;

        private void add(RecordedHistory into, long time, double value, @Nullable Distribution distribution) {
            if (size == times.length) {
                series = Arrays.copyOf(series, size * 2);
                times = Arrays.copyOf(times, size * 2);
                values = Arrays.copyOf(values, size * 2);
                distributions = Arrays.copyOf(distributions, size * 2);
            }
            series[size] = into;
            times[size] = time;
            values[size] = value;
            distributions[size++] = distribution;
        }

        int size() {
            return size;
        }

        RecordedHistory series(int row) {
            return java.util.Objects.requireNonNull(series[row]);
        }

        void write(int row, TickWriter out) {
            out.recorded(series(row).number, times[row], values[row], distributions[row]);
        }

        void reset() {
            Arrays.fill(series, 0, size, null);
            Arrays.fill(distributions, 0, size, null);
            size = 0;
        }
    }

    private boolean on;
    private Rows rows = new Rows();
    private long leftOut;

    synchronized void switchOn() {
        on = true;
    }

    synchronized void add(RecordedHistory series, long timeMillis, double value, @Nullable Distribution distribution) {
        if (!on) {
            return;
        }
        if (rows.size == MAX_ROWS) {
            leftOut++;
            return;
        }
        rows.add(series, timeMillis, value, distribution);
    }

    /**
     * What was appended since the last call.
     *
     * @param empty takes its place
     */
    synchronized Rows take(Rows empty) {
        Rows taken = rows;
        rows = empty;
        return taken;
    }

    /** Samples that no journal will know, because the log was full. */
    synchronized long leftOut() {
        return leftOut;
    }
}
