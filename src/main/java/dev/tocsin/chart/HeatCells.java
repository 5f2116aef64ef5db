package dev.tocsin.chart;

import dev.tocsin.core.Distribution;
import java.util.ArrayList;
import java.util.List;

/** The cells of a heatmap that are not empty, and the scale of values on which they stand. Immutable. */
final class HeatCells {
    /** Of all the height, where there are values of zero: these have no place on a log scale. */
    private static final double ZERO = 0.05;

    /** @param endMillis of its column */
    record Cell(long endMillis, int row, double count) {}

    final List<Cell> all;
    /** Observations in the fullest. */
    final double most;

    private final RowScale scale;
    private final double zero;
    private final double logLow;
    private final double logHigh;

    private HeatCells(RowScale scale, List<Cell> all) {
        this.scale = scale;
        this.all = List.copyOf(all);
        most = all.stream().mapToDouble(Cell::count).max().orElse(0);
        zero = all.stream().anyMatch(cell -> cell.row() == 0) ? ZERO : 0;
        int low = all.stream().mapToInt(Cell::row).filter(row -> row > 0).min().orElse(1);
        int high = all.stream().mapToInt(Cell::row).max().orElse(1);
        logLow = Math.log(scale.lower(low));
        logHigh = Math.log(scale.lower(Math.max(low, high) + 1));
    }

    static HeatCells of(List<Heatmap.Column> columns, int mostRows) {
        RowScale scale = RowScale.fitting(
                columns.stream().map(Heatmap.Column::distribution).toList(), mostRows);
        List<Cell> cells = new ArrayList<>();
        for (Heatmap.Column column : columns) {
            Distribution distribution = column.distribution();
            scale.forEachRow(distribution, (row, count) -> cells.add(new Cell(column.endMillis(), row, count)));
        }
        return new HeatCells(scale, cells);
    }

    /** Where the lower edge of a row lies, from 0 for the foot to 1 for the top. */
    double foot(int row) {
        return row == 0 ? 0 : place(scale.lower(row));
    }

    double top(int row) {
        return row == 0 ? zero : place(scale.lower(row + 1));
    }

    /** Where a value lies, in the same measure. */
    double place(double value) {
        return value <= 0 ? zero / 2 : zero + (1 - zero) * (Math.log(value) - logLow) / (logHigh - logLow);
    }

    /** Values to be named: 1, 2 and 5 of each power of ten, or as many of these as there is room for. */
    List<Double> ticks(double height, double room) {
        double decade = Math.log(10) / (logHigh - logLow) * height;
        int[] digits = decade > 6 * room ? new int[] {1, 2, 5} : decade > 3 * room ? new int[] {1, 3} : new int[] {1};
        int every = Math.max(1, (int) Math.ceil(room / decade));
        List<Double> ticks = new ArrayList<>();
        int last = (int) Math.floor(logHigh / Math.log(10));
        for (int power = (int) Math.floor(logLow / Math.log(10)); power <= last; power++) {
            for (int digit : Math.floorMod(power, every) == 0 ? digits : new int[0]) {
                double value = digit * Math.pow(10, power);
                if (Math.log(value) >= logLow && Math.log(value) <= logHigh) {
                    ticks.add(value);
                }
            }
        }
        if (zero > 0) {
            ticks.add(0.0);
        }
        return ticks;
    }
}
