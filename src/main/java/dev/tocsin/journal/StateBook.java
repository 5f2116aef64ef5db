package dev.tocsin.journal;

import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Small values by key, and which of them are not in the current segment yet. A record of them is, for each: key, 1 and
 * length and bytes, or 0 for one that is gone. Any thread.
 */
final class StateBook {
    private final Map<String, byte[]> values = new LinkedHashMap<>();
    private final Set<String> unwritten = new LinkedHashSet<>();

    synchronized void put(String key, byte[] value) {
        byte[] before = values.put(key, value);
        if (!Arrays.equals(before, value)) {
            unwritten.add(key);
        }
    }

    synchronized void remove(String key) {
        if (values.remove(key) != null) {
            unwritten.add(key);
        }
    }

    synchronized byte @Nullable [] get(String key) {
        return values.get(key);
    }

    synchronized Map<String, byte[]> withPrefix(String prefix) {
        Map<String, byte[]> found = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                found.put(key, value);
            }
        });
        return found;
    }

    /** For a new segment, which must not need those before it. */
    synchronized void writeAllAgain() {
        unwritten.addAll(values.keySet());
    }

    synchronized boolean hasUnwritten() {
        return !unwritten.isEmpty();
    }

    /** What changed, as a payload; empty where nothing did. Counts as written. */
    synchronized byte[] takeUnwritten() {
        if (unwritten.isEmpty()) {
            return new byte[0];
        }
        ByteWriter out = new ByteWriter(1 << 10);
        for (String key : unwritten) {
            byte[] value = values.get(key);
            out.putText(key);
            out.putByte(value == null ? 0 : 1);
            if (value != null) {
                out.putVarint(value.length);
                out.putBytes(value, 0, value.length);
            }
        }
        unwritten.clear();
        return out.toBytes();
    }

    /** Takes in what an earlier process wrote. */
    synchronized void read(byte[] bytes, int from, int to) {
        ByteReader in = new ByteReader(bytes, from, to);
        while (in.hasMore()) {
            String key = in.readText();
            if (in.readByte() == 0) {
                values.remove(key);
            } else {
                int length = in.readCount();
                int begin = in.skip(length);
                values.put(key, Arrays.copyOfRange(bytes, begin, begin + length));
            }
        }
    }
}
