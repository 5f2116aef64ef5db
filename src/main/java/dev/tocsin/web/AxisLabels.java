package dev.tocsin.web;

import dev.tocsin.chart.PlotLines;
import java.util.List;

/** Values as the axes of pictures write them. No state. */
final class AxisLabels {
    private static final List<String> BINARY = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final double BINARY_STEP = 1_024;
    private static final double SECOND = 1e3;
    private static final double MINUTE = 60e3;

    private AxisLabels() {}

    /** Up to four significant digits, and the unit. */
    static String of(Panel.Unit unit, double value) {
        return switch (unit) {
            case SHORT -> PlotLines.axisLabel(value);
            case MS -> duration(value);
            case S -> duration(value * SECOND);
            case BYTES -> binary(value);
            case BYTES_PER_SECOND -> binary(value) + "/s";
            case BITS_PER_SECOND -> PlotLines.axisLabel(value) + " bit/s";
            case PERCENT -> PlotLines.axisLabel(value) + " %";
            case RATIO -> PlotLines.axisLabel(100 * value) + " %";
            case OPS -> PlotLines.axisLabel(value) + " /s";
            case USD -> "$" + PlotLines.axisLabel(value);
        };
    }

    private static String duration(double millis) {
        double size = Math.abs(millis);
        if (size == 0) {
            return "0";
        }
        if (size < 1) {
            return PlotLines.axisLabel(millis * 1e3) + " µs";
        }
        if (size < SECOND) {
            return PlotLines.axisLabel(millis) + " ms";
        }
        return size < MINUTE
                ? PlotLines.axisLabel(millis / SECOND) + " s"
                : PlotLines.axisLabel(millis / MINUTE) + " min";
    }

    private static String binary(double bytes) {
        int power = 0;
        double scaled = bytes;
        while (Math.abs(scaled) >= BINARY_STEP && power < BINARY.size() - 1) {
            scaled /= BINARY_STEP;
            power++;
        }
        return PlotLines.axisLabel(scaled) + " " + BINARY.get(power);
    }
}
