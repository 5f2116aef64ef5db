package dev.tocsin.promql;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instant vector at every step: a row per series, a column per step. Each operator owns the grid it is given and may
 * change it in place. Confined to the query's thread.
 */
final class Grid {
    static final byte ABSENT = 0;
    static final byte FLOAT = 1;
    static final byte HISTOGRAM = 2;

    /** What a cell comes to: its kind and its number. */
    private static final int CELL_BYTES = 9;
    /** What a row comes to beside its cells, with labels of its own. */
    private static final int ROW_BYTES = 64;

    private static final int REFERENCE_BYTES = 8;

    final int steps;
    private final Budget budget;
    private int rows;
    private Labels[] labels;
    /** Whether the metric name goes when the query ends. */
    private boolean[] nameDropped;

    private byte[] kinds;
    private double[] values;
    /** Empty until the first distribution comes. */
    private @Nullable Distribution[] distributions = new @Nullable Distribution[0];

    Grid(int steps, int expectedRows, Budget budget) {
        this.steps = steps;
        this.budget = budget;
        int capacity = Math.max(1, expectedRows);
        long cells = (long) capacity * steps;
        int cellCapacity = cells > 1 << 16 ? Math.max(1 << 16, steps) : (int) cells;
        budget.hold((long) cellCapacity * CELL_BYTES);
        labels = new Labels[capacity];
        nameDropped = new boolean[capacity];
        kinds = new byte[cellCapacity];
        values = new double[cellCapacity];
    }

    int rows() {
        return rows;
    }

    Labels labels(int row) {
        return labels[row];
    }

    boolean nameDropped(int row) {
        return nameDropped[row];
    }

    void relabel(int row, Labels newLabels, boolean dropName) {
        labels[row] = newLabels;
        nameDropped[row] = dropName;
    }

    /** Adds a row without values and returns its index. */
    int addRow(Labels rowLabels, boolean dropName) {
        budget.work(steps);
        budget.hold(ROW_BYTES);
        if (rows == labels.length) {
            labels = Arrays.copyOf(labels, rows * 2);
            nameDropped = Arrays.copyOf(nameDropped, rows * 2);
        }
        long needed = (long) (rows + 1) * steps;
        if (needed > values.length) {
            if (needed > Integer.MAX_VALUE - 16) {
                throw PromqlException.execution(Span.NONE, "the result is too large: more than 2 billion values");
            }
            int capacity = (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, values.length * 2L));
            boolean withDistributions = distributions.length > 0;
            budget.hold((long) (capacity - values.length)
                    * (withDistributions ? CELL_BYTES + REFERENCE_BYTES : CELL_BYTES));
            values = Arrays.copyOf(values, capacity);
            kinds = Arrays.copyOf(kinds, capacity);
            if (withDistributions) {
                distributions = Arrays.copyOf(distributions, capacity);
            }
        }
        labels[rows] = rowLabels;
        nameDropped[rows] = dropName;
        return rows++;
    }

    /** Takes back the row added last. */
    void removeLastRow() {
        rows--;
        int from = rows * steps;
        Arrays.fill(kinds, from, from + steps, ABSENT);
    }

    byte kind(int row, int step) {
        return kinds[row * steps + step];
    }

    boolean present(int row, int step) {
        return kinds[row * steps + step] != ABSENT;
    }

    boolean isFloat(int row, int step) {
        return kinds[row * steps + step] == FLOAT;
    }

    /** Meaningful where {@link #isFloat}. */
    double value(int row, int step) {
        return values[row * steps + step];
    }

    /** Null for a number, or where there is no value. */
    @Nullable
    Distribution distribution(int row, int step) {
        int cell = row * steps + step;
        return kinds[cell] == HISTOGRAM ? distributions[cell] : null;
    }

    void set(int row, int step, double value) {
        int cell = row * steps + step;
        kinds[cell] = FLOAT;
        values[cell] = value;
    }

    void set(int row, int step, Distribution distribution) {
        budget.hold(distribution.heapBytes());
        put(row, step, distribution);
    }

    private void put(int row, int step, Distribution distribution) {
        if (distributions.length == 0) {
            budget.hold((long) values.length * REFERENCE_BYTES);
            distributions = new @Nullable Distribution[values.length];
        }
        int cell = row * steps + step;
        kinds[cell] = HISTOGRAM;
        values[cell] = Double.NaN;
        distributions[cell] = distribution;
    }

    /** Sets a cell to a distribution, or where that is null to a number. */
    void set(int row, int step, double value, @Nullable Distribution distribution) {
        if (distribution == null) {
            set(row, step, value);
        } else {
            set(row, step, distribution);
        }
    }

    void copy(Grid from, int fromRow, int row, int step) {
        Distribution distribution = from.distribution(fromRow, step);
        if (distribution == null) {
            set(row, step, from.value(fromRow, step));
        } else {
            put(row, step, distribution);
        }
    }

    void clear(int row, int step) {
        kinds[row * steps + step] = ABSENT;
    }

    boolean hasDistributions() {
        return distributions.length > 0;
    }

    boolean isEmptyRow(int row) {
        int from = row * steps;
        for (int i = from; i < from + steps; i++) {
            if (kinds[i] != ABSENT) {
                return false;
            }
        }
        return true;
    }

    void dropNames() {
        Arrays.fill(nameDropped, 0, rows, true);
    }

    /** These rows in another order; those not named are left out. */
    Grid reordered(int[] order) {
        Grid result = new Grid(steps, order.length, budget);
        for (int from : order) {
            int row = result.addRow(labels[from], nameDropped[from]);
            for (int step = 0; step < steps; step++) {
                if (present(from, step)) {
                    result.copy(this, from, row, step);
                }
            }
        }
        return result;
    }

    /** Takes the dropped names off, and joins rows that then have the same labels, as {@link #merged}. */
    Grid withNamesDropped(Span span) {
        for (int row = 0; row < rows; row++) {
            if (nameDropped[row]) {
                labels[row] = labels[row].withoutName();
                nameDropped[row] = false;
            }
        }
        return merged(span);
    }

    /** Without empty rows, and with rows of the same labels joined into one, which fails where they overlap. */
    Grid merged(Span span) {
        if (rows <= 1) {
            return this;
        }
        Map<Labels, Integer> first = HashMap.newHashMap(rows);
        int[] kept = new int[rows];
        int n = 0;
        for (int row = 0; row < rows; row++) {
            if (isEmptyRow(row)) {
                continue;
            }
            Integer earlier = first.putIfAbsent(labels[row], row);
            if (earlier == null) {
                kept[n++] = row;
            } else {
                join(row, earlier, span);
            }
        }
        return n == rows ? this : reordered(Arrays.copyOf(kept, n));
    }

    private void join(int row, int into, Span span) {
        nameDropped[into] |= nameDropped[row];
        for (int step = 0; step < steps; step++) {
            if (present(row, step)) {
                if (present(into, step)) {
                    throw PromqlException.execution(span, "vector cannot contain metrics with the same labelset");
                }
                copy(this, row, into, step);
            }
        }
    }
}
