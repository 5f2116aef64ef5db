package dev.tocsin.series;

import dev.tocsin.core.Labels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A part of a {@link SeriesSet} small enough that no change of it takes a millisecond: open addressing with linear
 * probing, so that a series takes about eight bytes in it. One thread at a time changes it; any thread looks up and
 * walks without a lock: places only go from empty to a series to {@link #GONE}, and what moves series publishes a new
 * table.
 */
final class SeriesPart {
    /** Series at which a part is split. */
    static final int MAX_SERIES = 1_024;

    private static final Object GONE = new Object();
    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(Object[].class);

    /** How many leading bits of the hash all series in here share. */
    final int depth;

    /** Never full: a search ends at an empty place. */
    private volatile @Nullable Object[] table;

    private int size;
    /** Places that are not empty. */
    private int taken;

    SeriesPart(int depth, int places) {
        this.depth = depth;
        table = new Object[places];
    }

    boolean isFull() {
        return size >= MAX_SERIES;
    }

    /** @param values {@link PackedValues} of the labels */
    @Nullable
    PushedSeries find(int hash, Labels labels, byte[] values) {
        @Nullable Object[] places = table;
        for (int i = home(hash, places.length); ; i = next(i, places.length)) {
            Object place = PLACE.getAcquire(places, i);
            if (place == null) {
                return null;
            }
            if (place instanceof PushedSeries series && series.nameHash == hash && series.isNamed(labels, values)) {
                return series;
            }
        }
    }

    /**
     * Another order for every length: what is left of a table from which series were dropped in its order would
     * otherwise crowd together in the next one.
     */
    private static int home(int hash, int length) {
        int spread = hash * (0x9e3779b1 + 2 * length);
        return (int) ((spread & 0xffffffffL) * length >>> 32);
    }

    private static int next(int i, int length) {
        return i + 1 == length ? 0 : i + 1;
    }

    /** Adds a series that is not there. */
    void add(PushedSeries series) {
        @Nullable Object[] places = table;
        if (taken + 1 > places.length - Math.max(1, places.length >> 2)) {
            // From three quarters full to half full.
            places = moved(2 * (size + 1));
            table = places;
        }
        insert(places, series);
        taken++;
        size++;
    }

    private static void insert(@Nullable Object[] places, PushedSeries series) {
        int i = home(series.nameHash, places.length);
        while (places[i] != null) {
            i = next(i, places.length);
        }
        PLACE.setRelease(places, i, series);
    }

    private @Nullable Object[] moved(int length) {
        @Nullable Object[] next = new Object[length];
        for (Object place : table) {
            if (place instanceof PushedSeries series) {
                insert(next, series);
            }
        }
        taken = size;
        return next;
    }

    /** @return whether it was there */
    boolean drop(PushedSeries series) {
        @Nullable Object[] places = table;
        int i = home(series.nameHash, places.length);
        while (places[i] != series) {
            if (places[i] == null) {
                return false;
            }
            i = next(i, places.length);
        }
        PLACE.setRelease(places, i, GONE);
        size--;
        if (places.length > 8 && size < places.length >> 2) {
            table = moved(2 * (size + 1));
        }
        return true;
    }

    /** The half of the series whose next hash bit is {@code bit}, as a part of its own; this one is left as it is. */
    SeriesPart half(int bit) {
        SeriesPart half = new SeriesPart(depth + 1, size + 2);
        for (Object place : table) {
            if (place instanceof PushedSeries series && (series.nameHash >>> 31 - depth & 1) == bit) {
                half.add(series);
            }
        }
        return half;
    }

    /** What to {@link #at walk} through. */
    @Nullable
    Object[] places() {
        return table;
    }

    /** The series at a place, or null where there is none (any more). */
    static @Nullable PushedSeries at(@Nullable Object[] places, int i) {
        return PLACE.getAcquire(places, i) instanceof PushedSeries series ? series : null;
    }
}
