package dev.tocsin.notify;

import dev.tocsin.core.DurableState;
import dev.tocsin.core.Integration;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last message of each group in a chat that can change messages, by integration and group; outlives reloads and
 * restarts. Bounded: beyond {@link #MOST} the oldest is forgotten, and what becomes of its group is a new message. Safe
 * from any thread.
 */
final class PostedMessages {
    static final int MOST = 10_000;

    private static final String PREFIX = "posted-message/";

    private final DurableState kept;
    /** By {@link #keyOf}. Guarded by itself. */
    private final Map<String, Posted> messages = new LinkedHashMap<>();

    /**
     * A message that can be changed.
     *
     * @param channel the chat's id of the channel
     * @param id of the message in its channel
     */
    record Posted(String channel, String id) {}

    /** Takes over what an earlier process kept, and keeps from now on what changes. */
    PostedMessages(DurableState kept) {
        this.kept = kept;
        kept.withPrefix(PREFIX).forEach((key, bytes) -> {
            ByteReader in = new ByteReader(bytes);
            messages.put(key, new Posted(in.readText(), in.readText()));
        });
    }

    private static String keyOf(Integration integration, String groupKey) {
        return PREFIX + integration + " " + groupKey;
    }

    @Nullable
    Posted last(Integration integration, String groupKey) {
        synchronized (messages) {
            return messages.get(keyOf(integration, groupKey));
        }
    }

    void put(Integration integration, String groupKey, Posted message) {
        String key = keyOf(integration, groupKey);
        ByteWriter out = new ByteWriter(1 << 6);
        out.putText(message.channel());
        out.putText(message.id());
        synchronized (messages) {
            messages.remove(key);
            messages.put(key, message);
            kept.put(key, out.toBytes());
            if (messages.size() > MOST) {
                String oldest = messages.keySet().iterator().next();
                messages.remove(oldest);
                kept.remove(oldest);
            }
        }
    }

    /** @return whether it was known */
    boolean remove(Integration integration, String groupKey) {
        String key = keyOf(integration, groupKey);
        synchronized (messages) {
            boolean known = messages.remove(key) != null;
            if (known) {
                kept.remove(key);
            }
            return known;
        }
    }
}
