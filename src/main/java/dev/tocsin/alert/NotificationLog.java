package dev.tocsin.alert;

import dev.tocsin.core.Integration;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each integration was last told of each group; outlives reloads. Confined to the thread of its owner.
 *
 * <p>An entry that calls nothing firing decides nothing that its absence would not, so it is not kept: the log holds at
 * most one entry per integration and group that was told of something which still fires. Entries whose group no longer
 * exists (its route was changed) go after {@link #RETENTION}, or sooner, oldest first, where the log is full.
 */
public final class NotificationLog {
    /** Alertmanager's default ({@code --data.retention}). */
    static final Duration RETENTION = Duration.ofHours(120);

    private final Map<Key, Entry> entries = new LinkedHashMap<>();
    private final int limit;

    public NotificationLog(int limit) {
        this.limit = limit;
    }

    /** @param groupKey Alertmanager's group key */
    public record Key(Integration integration, String groupKey) {}

    /**
     * @param timestamp when the integration took the notification
     * @param firing fingerprints of the alerts that it called firing
     * @param resolved fingerprints of those that it called resolved
     */
    public record Entry(Instant timestamp, Set<Long> firing, Set<Long> resolved) {
        public Entry {
            firing = Set.copyOf(firing);
            resolved = Set.copyOf(resolved);
        }
    }

    public @Nullable Entry get(Key key) {
        return entries.get(key);
    }

    public void record(Key key, Entry entry) {
        // Removed first, so that the order of the map is the order of the timestamps.
        entries.remove(key);
        if (entry.firing().isEmpty()) {
            return;
        }
        if (entries.size() >= limit) {
            entries.remove(entries.keySet().iterator().next());
        }
        entries.put(key, entry);
    }

    public void sweep(Instant now) {
        Instant before = now.minus(RETENTION);
        var oldestFirst = entries.values().iterator();
        while (oldestFirst.hasNext() && oldestFirst.next().timestamp().isBefore(before)) {
            oldestFirst.remove();
        }
    }

    public int size() {
        return entries.size();
    }
}
