package dev.tocsin.series;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One number per slot and interval, in pages, with NaN for a slot not touched; and a bitmap of the touched ones, so
 * that a tick visits only those, in ascending order. Confined to whichever thread holds the interval.
 */
final class ScalarColumn {
    /** What is called for each touched slot. */
    @FunctionalInterface
    interface SlotValue {
        void take(int slot, double value);
    }

    private final double[] @Nullable [] pages;
    private long[] touched = new long[16];
    /** Words of {@link #touched} that may hold a bit. */
    private int touchedWords;

    ScalarColumn(int pageCount) {
        pages = new double[pageCount][];
    }

    void add(int slot, double delta) {
        double[] page = page(slot);
        int i = slot & SlotSpace.PAGE_MASK;
        double soFar = page[i];
        if (Double.isNaN(soFar)) {
            page[i] = delta;
            mark(slot);
        } else {
            page[i] = soFar + delta;
        }
    }

    void set(int slot, double value) {
        double[] page = page(slot);
        int i = slot & SlotSpace.PAGE_MASK;
        if (Double.isNaN(page[i])) {
            mark(slot);
        }
        page[i] = value;
    }

    boolean isTouched(int slot) {
        return !Double.isNaN(page(slot)[slot & SlotSpace.PAGE_MASK]);
    }

    /** Hands over every touched slot's number and forgets it. */
    void drain(SlotValue sink) {
        for (int w = 0; w < touchedWords; w++) {
            long bits = touched[w];
            if (bits == 0) {
                continue;
            }
            touched[w] = 0;
            double[] page = page(w << 6);
            for (; bits != 0; bits &= bits - 1) {
                int slot = (w << 6) + Long.numberOfTrailingZeros(bits);
                int i = slot & SlotSpace.PAGE_MASK;
                double value = page[i];
                page[i] = Double.NaN;
                sink.take(slot, value);
            }
        }
        touchedWords = 0;
    }

    private double[] page(int slot) {
        double @Nullable [] page = pages[slot >>> SlotSpace.PAGE_BITS];
        return page != null ? page : newPage(slot >>> SlotSpace.PAGE_BITS);
    }

    private double[] newPage(int index) {
        double[] page = new double[SlotSpace.PAGE_SIZE];
        Arrays.fill(page, Double.NaN);
        pages[index] = page;
        return page;
    }

    private void mark(int slot) {
        int w = slot >>> 6;
        if (w >= touched.length) {
            touched = Arrays.copyOf(touched, Math.max(w + 1, touched.length * 2));
        }
        touched[w] |= 1L << slot;
        touchedWords = Math.max(touchedWords, w + 1);
    }
}
