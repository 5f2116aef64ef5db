package dev.tocsin.watch.postgres;

import dev.tocsin.core.DurableState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long ago materialised views were refreshed, as far as that can be known. Where the server tracks commit timestamps
 * it is the time of the transaction that last wrote the view's row of pg_class: the refresh, or a later change of its
 * owner or its grants. Where it does not, it is when that transaction was seen to be another one; and until that has
 * happened, it is at least since the view is watched. What was seen outlives the process. Confined to one thread.
 */
final class ViewAges {
    static final String AGE = "age_seconds";
    static final String METHOD = "method";

    private static final String PREFIX = "postgres/view/";
    private static final int HEAD_BYTES = Long.BYTES + 1;
    private static final double MILLIS = 1_000;

    private final DurableState state;
    private final Map<String, Seen> seen = new HashMap<>();

    /**
     * @param changedBy number of the transaction
     * @param sinceMillis when it was first seen
     * @param isChange whether another was seen before it
     */
    private record Seen(String changedBy, long sinceMillis, boolean isChange) {
        byte[] encoded() {
            byte[] text = changedBy.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(HEAD_BYTES + text.length)
                    .putLong(sinceMillis)
                    .put((byte) (isChange ? 1 : 0))
                    .put(text)
                    .array();
        }

        static @Nullable Seen decoded(byte @Nullable [] bytes) {
            if (bytes == null || bytes.length < HEAD_BYTES) {
                return null;
            }
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Seen(
                    new String(bytes, HEAD_BYTES, bytes.length - HEAD_BYTES, StandardCharsets.UTF_8),
                    in.getLong(),
                    in.get() != 0);
        }
    }

    ViewAges(DurableState state) {
        this.state = state;
    }

    /** The rows of {@link Questions#VIEWS}, each with its age and how that was found. */
    List<Map<String, @Nullable Object>> aged(String server, List<Map<String, @Nullable Object>> rows, long nowMillis) {
        List<Map<String, @Nullable Object>> aged = new ArrayList<>();
        Set<String> present = new HashSet<>();
        for (Map<String, @Nullable Object> row : rows) {
            Map<String, @Nullable Object> more = new LinkedHashMap<>(row);
            String changedBy = String.valueOf(more.remove("changed_by"));
            Object committed = more.remove("commit_age_seconds");
            String key = prefix(server) + row.get("schema") + "/" + row.get("view");
            present.add(key);
            Seen last = see(key, changedBy, nowMillis);
            boolean isPopulated = Boolean.TRUE.equals(row.get("is_populated"));
            if (isPopulated && committed != null) {
                more.put(AGE, committed);
                more.put(METHOD, "commit_timestamp");
            } else if (isPopulated) {
                more.put(AGE, Math.max(0, nowMillis - last.sinceMillis) / MILLIS);
                more.put(METHOD, last.isChange ? "seen" : "at_least");
            }
            aged.add(more);
        }
        forget(prefix(server), present);
        return aged;
    }

    private static String prefix(String server) {
        return PREFIX + server + "/";
    }

    private Seen see(String key, String changedBy, long nowMillis) {
        Seen before = seen.computeIfAbsent(key, k -> Seen.decoded(state.get(k)));
        if (before != null && before.changedBy.equals(changedBy)) {
            return before;
        }
        Seen now = new Seen(changedBy, nowMillis, before != null);
        seen.put(key, now);
        state.put(key, now.encoded());
        return now;
    }

    private void forget(String prefix, Set<String> present) {
        for (String key : state.withPrefix(prefix).keySet()) {
            if (!present.contains(key)) {
                seen.remove(key);
                state.remove(key);
            }
        }
    }
}
