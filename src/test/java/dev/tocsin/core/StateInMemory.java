package dev.tocsin.core;

import java.util.LinkedHashMap;
import java.util.Map;

/** What one process puts, for the next one of the same test. */
public final class StateInMemory implements DurableState {
    private final Map<String, byte[]> values = new LinkedHashMap<>();
    private long newestTickMillis = Long.MIN_VALUE;

    /** The process ended after this tick. */
    public StateInMemory endedAt(long tickMillis) {
        newestTickMillis = tickMillis;
        return this;
    }

    @Override
    public void put(String key, byte[] value) {
        values.put(key, value);
    }

    @Override
    public void remove(String key) {
        values.remove(key);
    }

    @Override
    public byte[] get(String key) {
        return values.get(key);
    }

    @Override
    public Map<String, byte[]> withPrefix(String prefix) {
        Map<String, byte[]> found = new LinkedHashMap<>(values);
        found.keySet().removeIf(key -> !key.startsWith(prefix));
        return found;
    }

    @Override
    public long newestTickMillis() {
        return newestTickMillis;
    }
}
