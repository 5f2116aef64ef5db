package dev.tocsin.series;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one kind in one shard, and the series that each stands for. Written by the shard's thread; the series
 * thread looks up slots of intervals that were handed to it, whose series are not changed meanwhile.
 */
final class SlotSpace {
    static final int PAGE_BITS = 13;
    static final int PAGE_SIZE = 1 << PAGE_BITS;
    static final int PAGE_MASK = PAGE_SIZE - 1;

    /** No slot. */
    static final int NONE = -1;

    private final @Nullable PushedSeries[] @Nullable [] pages;
    private int[] free = new int[64];
    private int freeCount;
    private int end;

    SlotSpace(int pageCount) {
        pages = new PushedSeries[pageCount][];
    }

    /** Pages enough for every series that limits allow, those just being freed, and an overflow series per metric. */
    static int pagesFor(SeriesLimits limits) {
        return (int) (4L * limits.maxSeries() >>> PAGE_BITS) + 2;
    }

    /** @return the slot, or {@link #NONE} where there is no room */
    int allocate(PushedSeries series) {
        if (freeCount == 0 && end >>> PAGE_BITS >= pages.length) {
            return NONE;
        }
        int slot = freeCount > 0 ? free[--freeCount] : end++;
        @Nullable PushedSeries[] page = pages[slot >>> PAGE_BITS];
        if (page == null) {
            page = new PushedSeries[PAGE_SIZE];
            pages[slot >>> PAGE_BITS] = page;
        }
        page[slot & PAGE_MASK] = series;
        return slot;
    }

    void free(int slot) {
        java.util.Objects.requireNonNull(pages[slot >>> PAGE_BITS])[slot & PAGE_MASK] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = slot;
    }

    PushedSeries series(int slot) {
        @Nullable PushedSeries[] page = java.util.Objects.requireNonNull(pages[slot >>> PAGE_BITS]);
        return java.util.Objects.requireNonNull(page[slot & PAGE_MASK], "a touched slot has a series");
    }

    /** Slots ever in use at once; all are below it. */
    int end() {
        return end;
    }
}
