package dev.tocsin.series;

import dev.tocsin.core.Labels;
import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The series of one metric by their labels, by extendible hashing: the leading bits of the hash choose a
 * {@link SeriesPart}, which splits in two when it is full, so that a metric of a million series grows and shrinks
 * without a pause. One thread at a time changes it, under the registry's lock; any thread looks up and iterates without
 * it. An iterator sees every series that is there all the while, and perhaps some that came or went meanwhile.
 */
final class SeriesSet extends AbstractCollection<PushedSeries> {
    private static final int MAX_DEPTH = 18;

    /** A power of two; a part stands in it as often as its depth is less than the directory's. */
    private volatile SeriesPart[] directory = {new SeriesPart(0, 2)};

    private volatile int size;

    @Override
    public int size() {
        return size;
    }

    @Nullable
    PushedSeries find(Labels labels) {
        byte[] values = PackedValues.of(labels);
        int hash = hash(labels, values);
        return part(hash).find(hash, labels, values);
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

    /** Adds a series that is not there. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the registry's lock
    @Override
    public boolean add(PushedSeries series) {
        SeriesPart part = part(series.nameHash);
        while (part.isFull() && part.depth < MAX_DEPTH) {
            split(series.nameHash, part);
            part = part(series.nameHash);
        }
        part.add(series);
        size++;
        return true;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the registry's lock
    void drop(PushedSeries series) {
        if (part(series.nameHash).drop(series)) {
            size--;
        }
    }

    private SeriesPart part(int hash) {
        SeriesPart[] parts = directory;
        return parts[indexOf(hash, parts)];
    }

    private static int indexOf(int hash, SeriesPart[] parts) {
        return parts.length == 1 ? 0 : hash >>> Integer.numberOfLeadingZeros(parts.length) + 1;
    }

    private void split(int hash, SeriesPart part) {
        SeriesPart[] parts = directory;
        boolean widens = parts.length == 1 << part.depth;
        SeriesPart[] next = new SeriesPart[widens ? parts.length * 2 : parts.length];
        for (int i = 0; i < next.length; i++) {
            next[i] = parts[widens ? i >> 1 : i];
        }
        int span = next.length >> part.depth;
        int first = indexOf(hash, next) & -span;
        Arrays.fill(next, first, first + span / 2, part.half(0));
        Arrays.fill(next, first + span / 2, first + span, part.half(1));
        directory = next;
    }

    @Override
    public Iterator<PushedSeries> iterator() {
        return new Walk(directory);
    }

    private static final class Walk implements Iterator<PushedSeries> {
        private final SeriesPart[] parts;
        private int nextPart;
        private @Nullable Object[] places = {};
        private int at;
        private @Nullable PushedSeries next;

        Walk(SeriesPart[] parts) {
            this.parts = parts;
            advance();
        }

        private void advance() {
            next = null;
            while (next == null) {
                if (at < places.length) {
                    next = SeriesPart.at(places, at++);
                } else if (nextPart < parts.length) {
                    SeriesPart part = parts[nextPart];
                    nextPart += parts.length >> part.depth;
                    places = part.places();
                    at = 0;
                } else {
                    return;
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
