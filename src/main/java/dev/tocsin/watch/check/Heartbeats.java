package dev.tocsin.watch.check;

import dev.tocsin.core.DurableState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** When each job last said that it ran; outlives the process. Any thread. */
final class Heartbeats {
    private static final String PREFIX = "heartbeat/";
    private static final int HEAD_BYTES = Long.BYTES + 1;
    /** What a job says is told in one line. */
    private static final int MAX_MESSAGE = 500;

    private final DurableState state;
    private final Map<String, Beat> last = new ConcurrentHashMap<>();

    Heartbeats(DurableState state) {
        this.state = state;
    }

    /** @param atMillis wall time */
    record Beat(long atMillis, boolean ok, String message) {
        byte[] encoded() {
            byte[] text = message.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(HEAD_BYTES + text.length)
                    .putLong(atMillis)
                    .put((byte) (ok ? 1 : 0))
                    .put(text)
                    .array();
        }

        static @Nullable Beat decoded(byte[] bytes) {
            if (bytes.length < HEAD_BYTES) {
                return null;
            }
            ByteBuffer in = ByteBuffer.wrap(bytes);
            long atMillis = in.getLong();
            boolean ok = in.get() != 0;
            return new Beat(
                    atMillis, ok, new String(bytes, HEAD_BYTES, bytes.length - HEAD_BYTES, StandardCharsets.UTF_8));
        }
    }

    void beat(String name, boolean ok, String message, long nowMillis) {
        Beat beat =
                new Beat(nowMillis, ok, message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message);
        last.put(name, beat);
        state.put(PREFIX + name, beat.encoded());
    }

    /** Null where there was none, ever. */
    @Nullable
    Beat last(String name) {
        Beat known = last.get(name);
        if (known != null) {
            return known;
        }
        byte[] stored = state.get(PREFIX + name);
        return stored == null ? null : Beat.decoded(stored);
    }

    /** Forgets those of checks that are gone. */
    void keepOnly(Set<String> names) {
        last.keySet().retainAll(names);
        for (String key : state.withPrefix(PREFIX).keySet()) {
            if (!names.contains(key.substring(PREFIX.length()))) {
                state.remove(key);
            }
        }
    }
}
