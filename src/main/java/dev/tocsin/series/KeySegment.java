package dev.tocsin.series;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * A part of a {@link KeyTable} small enough that growing, splitting or sweeping it takes well under a millisecond: an
 * open-addressed table of hashes, and an arena with the keys. Confined to the shard's thread.
 *
 * <pre>
 *   table entry (0 = empty)   63 ....... hash, upper 40 bits ....... 24 23 .. arena position / 8, plus 1 .. 0
 *   arena record, 8-aligned   value:4  shape:4  nameLength:4  tagsLength:4  name  tags  (padding)
 * </pre>
 */
final class KeySegment {
    /** Entries at which a segment is split. */
    static final int MAX_ENTRIES = 2_048;

    private static final int MAX_ARENA_BYTES = 1 << 20;
    private static final int HARD_ARENA_BYTES = 1 << 26;
    private static final int POSITION_BITS = 24;
    private static final long POSITION_MASK = (1L << POSITION_BITS) - 1;
    private static final int HEADER = 16;
    /** With its header most often within one cache line. */
    private static final int SHORT_KEY = 32;

    /** How many leading bits of the hash all keys in here share. */
    final int depth;

    private long[] table;
    private byte[] arena;
    private int used;
    private int entries;

    KeySegment(int depth, int tableSize, int arenaBytes) {
        this.depth = depth;
        table = new long[tableSize];
        arena = new byte[arenaBytes];
    }

    int entries() {
        return entries;
    }

    long bytes() {
        return arena.length + (long) table.length * Long.BYTES;
    }

    /** Loads the first table entry of a hash into the cache. */
    long touch(long hash) {
        return table[(int) (hash >>> POSITION_BITS) & table.length - 1];
    }

    /** Loads the key that a table entry points to into the cache, of a long one also the end. */
    int touchKey(long entry, int keyLength) {
        if (entry == 0) {
            return 0;
        }
        int at = position(entry);
        return keyLength <= SHORT_KEY ? arena[at] : arena[at] + arena[Math.min(at + keyLength, arena.length - 1)];
    }

    int find(long hash, byte[] bytes, int nameStart, int nameEnd, int tagsStart, int tagsEnd, int shape) {
        int mask = table.length - 1;
        int nameLength = nameEnd - nameStart;
        int tagsLength = tagsEnd - tagsStart;
        for (int i = (int) (hash >>> POSITION_BITS) & mask; ; i = i + 1 & mask) {
            long entry = table[i];
            if (entry == 0) {
                return KeyTable.MISSING;
            }
            if ((entry ^ hash) >>> POSITION_BITS == 0) {
                int at = position(entry);
                if (KeyBytes.intAt(arena, at + 4) == shape
                        && KeyBytes.longAt(arena, at + 8) == (nameLength | (long) tagsLength << 32)
                        && KeyBytes.same(arena, at + HEADER, bytes, nameStart, nameLength)
                        && KeyBytes.same(arena, at + HEADER + nameLength, bytes, tagsStart, tagsLength)) {
                    return KeyBytes.intAt(arena, at);
                }
            }
        }
    }

    boolean isFull() {
        return entries >= MAX_ENTRIES || used > MAX_ARENA_BYTES && entries > 1;
    }

    /** @return whether there was room */
    boolean put(long hash, byte[] bytes, int nameStart, int nameEnd, int tagsStart, int tagsEnd, int shape, int value) {
        int nameLength = nameEnd - nameStart;
        int tagsLength = tagsEnd - tagsStart;
        int at = reserve(nameLength + tagsLength);
        if (at < 0) {
            return false;
        }
        KeyBytes.putInt(arena, at, value);
        KeyBytes.putInt(arena, at + 4, shape);
        KeyBytes.putInt(arena, at + 8, nameLength);
        KeyBytes.putInt(arena, at + 12, tagsLength);
        System.arraycopy(bytes, nameStart, arena, at + HEADER, nameLength);
        System.arraycopy(bytes, tagsStart, arena, at + HEADER + nameLength, tagsLength);
        link(hash, at);
        return true;
    }

    /** @return where a record of this many key bytes begins, or -1 where there is no room */
    private int reserve(int keyLength) {
        int size = HEADER + keyLength + 7 & ~7;
        if (size > HARD_ARENA_BYTES - used) {
            return -1;
        }
        if (used + size > arena.length) {
            arena = Arrays.copyOf(arena, Math.max(used + size, arena.length + (arena.length >> 1)));
        }
        int at = used;
        used += size;
        return at;
    }

    private void link(long hash, int at) {
        if (entries * 2 >= table.length) {
            long[] old = table;
            table = new long[old.length * 2];
            for (long entry : old) {
                if (entry != 0) {
                    insert(entry);
                }
            }
        }
        insert(hash & ~POSITION_MASK | (at >>> 3) + 1);
        entries++;
    }

    private void insert(long entry) {
        int mask = table.length - 1;
        int i = (int) (entry >>> POSITION_BITS) & mask;
        while (table[i] != 0) {
            i = i + 1 & mask;
        }
        table[i] = entry;
    }

    /** The half of the keys whose next hash bit is {@code bit}, as a segment of its own. */
    KeySegment half(int bit) {
        KeySegment half = new KeySegment(depth + 1, table.length, Math.max(1_024, used * 5 / 8));
        for (long entry : table) {
            if (entry != 0 && (int) (entry >>> 63 - depth & 1) == bit) {
                half.adopt(this, entry);
            }
        }
        return half;
    }

    /** These keys without those whose value is dropped; this itself where there are none. */
    KeySegment without(IntPredicate dropped) {
        int drops = 0;
        for (long entry : table) {
            if (entry != 0 && dropped.test(KeyBytes.intAt(arena, position(entry)))) {
                drops++;
            }
        }
        if (drops == 0) {
            return this;
        }
        int size = Math.max(16, Integer.highestOneBit(Math.max(1, entries - drops)) * 4);
        KeySegment kept = new KeySegment(depth, size, Math.max(256, used / entries * (entries - drops) * 5 / 4));
        for (long entry : table) {
            if (entry != 0 && !dropped.test(KeyBytes.intAt(arena, position(entry)))) {
                kept.adopt(this, entry);
            }
        }
        return kept;
    }

    private void adopt(KeySegment from, long entry) {
        int source = position(entry);
        int keyLength = KeyBytes.intAt(from.arena, source + 8) + KeyBytes.intAt(from.arena, source + 12);
        int at = reserve(keyLength);
        System.arraycopy(from.arena, source, arena, at, HEADER + keyLength);
        link(entry, at);
    }

    private static int position(long entry) {
        return (int) ((entry & POSITION_MASK) - 1) << 3;
    }
}
