package dev.tocsin.core;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Small values that outlive the process: what changed is safe with the next tick. Times in them are wall time as it was
 * then. Any thread.
 */
public interface DurableState {
    /** Keeps nothing. */
    DurableState NONE = new DurableState() {
        @Override
        public void put(String key, byte[] value) {}

        @Override
        public void remove(String key) {}

        @Override
        public byte @Nullable [] get(String key) {
            return null;
        }

        @Override
        public Map<String, byte[]> withPrefix(String prefix) {
            return Map.of();
        }

        @Override
        public long newestTickMillis() {
            return Long.MIN_VALUE;
        }
    };

    void put(String key, byte[] value);

    void remove(String key);

    /** What was put last, by this process or one before. */
    byte @Nullable [] get(String key);

    /** All whose key begins so, in the order of their first putting. */
    Map<String, byte[]> withPrefix(String prefix);

    /** The last tick that an earlier process closed, by its clock; {@link Long#MIN_VALUE} where there was none. */
    long newestTickMillis();
}
