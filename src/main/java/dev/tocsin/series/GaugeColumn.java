package dev.tocsin.series;

import java.util.Arrays;

/**
 * What became of each gauge in one interval: a new value, or only an adjustment of the one it had. Confined to
 * whichever thread holds the interval.
 */
final class GaugeColumn {
    /** What is called for each touched gauge. */
    @FunctionalInterface
    interface GaugeChange {
        void take(int slot, double value, boolean adjusted);
    }

    private final ScalarColumn values;
    /** Slots of which {@link #values} holds an adjustment. Only looked at in an interval that has one. */
    private long[] adjusted = new long[0];

    private boolean anyAdjusted;

    GaugeColumn(int pageCount) {
        values = new ScalarColumn(pageCount);
    }

    void set(int slot, double value) {
        values.set(slot, value);
        if (anyAdjusted && slot >>> 6 < adjusted.length) {
            adjusted[slot >>> 6] &= ~(1L << slot);
        }
    }

    void adjust(int slot, double delta) {
        if (!values.isTouched(slot)) {
            if (slot >>> 6 >= adjusted.length) {
                adjusted = Arrays.copyOf(adjusted, Math.max((slot >>> 6) + 1, adjusted.length * 2));
            }
            adjusted[slot >>> 6] |= 1L << slot;
            anyAdjusted = true;
        }
        values.add(slot, delta);
    }

    /** Hands over every touched gauge and forgets it. */
    void drain(GaugeChange sink) {
        values.drain((slot, value) -> sink.take(slot, value, isAdjusted(slot)));
        if (anyAdjusted) {
            Arrays.fill(adjusted, 0);
            anyAdjusted = false;
        }
    }

    private boolean isAdjusted(int slot) {
        return anyAdjusted && slot >>> 6 < adjusted.length && (adjusted[slot >>> 6] & 1L << slot) != 0;
    }
}
