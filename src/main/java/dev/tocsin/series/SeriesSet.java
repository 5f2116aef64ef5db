package dev.tocsin.series;

import dev.tocsin.core.Labels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The series of one metric by their labels: open addressing with linear probing, so that a series takes about eight
 * bytes in it. One thread at a time changes it, under the registry's lock; any thread looks up and iterates without it:
 * places only go from empty to a series to {@link #GONE}, and what moves series publishes a new table. An iterator sees
 * every series that is there all the while, and perhaps some that came or went meanwhile.
 */
final class SeriesSet extends AbstractCollection<PushedSeries> {
    private static final Object GONE = new Object();
    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(Object[].class);

    /** Never full: a search ends at an empty place. */
    private volatile @Nullable Object[] table = new Object[2];

    private volatile int size;
    /** Places that are not empty. */
    private int taken;

    @Override
    public int size() {
        return size;
    }

    @Nullable
    PushedSeries find(Labels labels) {
        byte[] values = PackedValues.of(labels);
        int hash = hash(labels, values);
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

    /** @param values {@link PackedValues} of the labels */
    static int hash(Labels labels, byte[] values) {
        int hash = 1;
        for (int i = 0; i < labels.size(); i++) {
            hash = 31 * hash + labels.nameAt(i).hashCode();
        }
        for (byte b : values) {
            hash = 31 * hash + b;
        }
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return hash ^ hash >>> 16;
    }

    private static int home(int hash, int length) {
        return (int) ((hash & 0xffffffffL) * length >>> 32);
    }

    private static int next(int i, int length) {
        return i + 1 == length ? 0 : i + 1;
    }

    /** Adds a series that is not there. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the registry's lock
    @Override
    public boolean add(PushedSeries series) {
        @Nullable Object[] places = table;
        if (taken + 1 > places.length - Math.max(1, places.length >> 2)) {
            // From three quarters full to half full.
            places = moved(2 * (size + 1));
            table = places;
        }
        insert(places, series);
        taken++;
        size++;
        return true;
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

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the registry's lock
    void drop(PushedSeries series) {
        @Nullable Object[] places = table;
        int i = home(series.nameHash, places.length);
        while (places[i] != series) {
            if (places[i] == null) {
                return;
            }
            i = next(i, places.length);
        }
        PLACE.setRelease(places, i, GONE);
        size--;
        if (places.length > 8 && size < places.length >> 2) {
            table = moved(2 * (size + 1));
        }
    }

    @Override
    public Iterator<PushedSeries> iterator() {
        return new Walk(table);
    }

    private static final class Walk implements Iterator<PushedSeries> {
        private final @Nullable Object[] places;
        private int at;
        private @Nullable PushedSeries next;

        Walk(@Nullable Object[] places) {
            this.places = places;
            advance();
        }

        private void advance() {
            next = null;
            while (next == null && at < places.length) {
                if (PLACE.getAcquire(places, at++) instanceof PushedSeries series) {
                    next = series;
                }
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public PushedSeries next() {
            PushedSeries found = next;
            if (found == null) {
                throw new NoSuchElementException();
            }
            advance();
            return found;
        }
    }
}
