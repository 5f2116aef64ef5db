package dev.tocsin.watch.scrape;

import dev.tocsin.core.KeyHash;
import dev.tocsin.core.Labels;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The series of one target by the bytes that they were exposed as, so that a known one costs a look-up and nothing is
 * made of it. Open addressing; what a scrape did not bring is taken out after it. Confined to one thread.
 */
final class ScrapeCache {
    /** A series as exposed. */
    static final class Entry {
        private final byte[] text;
        private final long hash;
        /** As recorded; null where metric relabelling drops it. */
        final @Nullable Labels labels;
        /** The number of the scrape that brought it last. */
        int scrape;
        /** Whether it ends with a scrape that does not bring it: not where it bears its own time. */
        boolean isTracked;

        private Entry(byte[] text, long hash, @Nullable Labels labels) {
            this.text = text;
            this.hash = hash;
            this.labels = labels;
        }
    }

    private static final int LEAST = 64;

    private @Nullable Entry[] table = new @Nullable Entry[LEAST];
    private int size;

    int size() {
        return size;
    }

    /** The entry of these bytes, or null. */
    @Nullable
    Entry find(byte[] bytes, int from, int to) {
        long hash = KeyHash.text(bytes, from, to, KeyHash.SEED);
        int mask = table.length - 1;
        for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
            Entry entry = table[i];
            if (entry == null
                    || entry.hash == hash && Arrays.equals(entry.text, 0, entry.text.length, bytes, from, to)) {
                return entry;
            }
        }
    }

    Entry add(byte[] bytes, int from, int to, @Nullable Labels labels) {
        if (2 * (size + 1) > table.length) {
            rebuild(table.length * 2, Integer.MIN_VALUE, gone -> {});
        }
        Entry entry =
                new Entry(Arrays.copyOfRange(bytes, from, to), KeyHash.text(bytes, from, to, KeyHash.SEED), labels);
        put(entry);
        return entry;
    }

    private void put(Entry entry) {
        int mask = table.length - 1;
        int i = (int) entry.hash & mask;
        while (table[i] != null) {
            i = (i + 1) & mask;
        }
        table[i] = entry;
        size++;
    }

    /** Takes out what no scrape from this number on brought. */
    void dropBefore(int scrape, Consumer<Entry> gone) {
        rebuild(table.length, scrape, gone);
    }

    private void rebuild(int capacity, int scrape, Consumer<Entry> gone) {
        @Nullable Entry[] old = table;
        int kept = 0;
        for (Entry entry : old) {
            kept += entry != null && entry.scrape >= scrape ? 1 : 0;
        }
        int fits = Math.max(LEAST, capacity);
        while (fits > LEAST && fits >= 8 * kept) {
            fits /= 2;
        }
        table = new @Nullable Entry[fits];
        size = 0;
        for (Entry entry : old) {
            if (entry != null && entry.scrape >= scrape) {
                put(entry);
            } else if (entry != null) {
                gone.accept(entry);
            }
        }
    }

    void forEach(Consumer<Entry> sink) {
        for (Entry entry : table) {
            if (entry != null) {
                sink.accept(entry);
            }
        }
    }
}
