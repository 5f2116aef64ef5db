package dev.tocsin.series;

import dev.tocsin.core.tick.TickWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Samples that were merged into past ticks since the last tick was recorded, in order of arrival. Bounded by the logs
 * they come from ({@link LateLog}). Confined to the series thread.
 */
final class LateRows {
    private @Nullable PushedSeries[] series = new @Nullable PushedSeries[16];
    private int[] ticks = new int[16];
    private double[] values = new double[16];
    private double[] times = new double[16];
    private int size;

    void add(PushedSeries into, int tick, double value, double weight) {
        if (size == ticks.length) {
            series = Arrays.copyOf(series, size * 2);
            ticks = Arrays.copyOf(ticks, size * 2);
            values = Arrays.copyOf(values, size * 2);
            times = Arrays.copyOf(times, size * 2);
        }
        series[size] = into;
        ticks[size] = tick;
        values[size] = value;
        times[size++] = weight;
    }

    int size() {
        return size;
    }

    PushedSeries series(int row) {
        return java.util.Objects.requireNonNull(series[row]);
    }

    void write(int row, TickScale scale, TickWriter out) {
        out.late(series(row).number, scale.millis(ticks[row]), values[row], times[row]);
    }

    void reset() {
        Arrays.fill(series, 0, size, null);
        size = 0;
    }
}
