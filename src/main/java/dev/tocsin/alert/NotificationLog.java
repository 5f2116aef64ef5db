package dev.tocsin.alert;

import dev.tocsin.core.DurableState;
import dev.tocsin.core.Integration;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
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
    private static final String PREFIX = "told/";

    /** Alertmanager's default ({@code --data.retention}). */
    static final Duration RETENTION = Duration.ofHours(120);

    private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>();
    private final int limit;
    private DurableState kept = DurableState.NONE;

    public NotificationLog(int limit) {
        this.limit = limit;
    }

    /** @param groupKey Alertmanager's group key */
    public record Key(Integration integration, String groupKey) {}

    /**
     * @param timestamp when the integration took the notification
     * @param firing fingerprints of the alerts that it called firing, and marks of what else it was told of them
     * @param resolved fingerprints of those that it called resolved
     */
    public record Entry(Instant timestamp, Set<Long> firing, Set<Long> resolved) {
        public Entry {
            firing = Set.copyOf(firing);
            resolved = Set.copyOf(resolved);
        }
    }

    /** Takes over what an earlier process told, and keeps from now on what is told. A time that lies ahead counts as now. */
    void keepIn(DurableState state, Instant now) {
        kept = state;
        state.withPrefix(PREFIX).values().stream()
                .map(bytes -> read(new ByteReader(bytes), now))
                .sorted(Comparator.comparing(told -> told.entry().timestamp()))
                .forEach(told -> entries.put(told.key(), told.entry()));
    }

    private record Told(Key key, Entry entry) {}

    private static Told read(ByteReader in, Instant now) {
        Integration integration = new Integration(in.readText(), in.readText(), in.readIndex(Integer.MAX_VALUE));
        String groupKey = in.readText();
        Instant timestamp = Instant.ofEpochMilli(Math.min(in.readSigned(), now.toEpochMilli()));
        return new Told(new Key(integration, groupKey), new Entry(timestamp, fingerprints(in), fingerprints(in)));
    }

    private static Set<Long> fingerprints(ByteReader in) {
        Set<Long> all = new HashSet<>();
        for (int i = in.readCount(); i > 0; i--) {
            all.add(in.readLong());
        }
        return all;
    }

    private static byte[] bytes(Key key, Entry entry) {
        ByteWriter out = new ByteWriter(1 << 8);
        out.putText(key.integration().receiver());
        out.putText(key.integration().kind());
        out.putVarint(key.integration().index());
        out.putText(key.groupKey());
        out.putSigned(entry.timestamp().toEpochMilli());
        for (Set<Long> fingerprints : List.of(entry.firing(), entry.resolved())) {
            out.putVarint(fingerprints.size());
            fingerprints.forEach(out::putLong);
        }
        return out.toBytes();
    }

    private void forget(Key key) {
        entries.remove(key);
        kept.remove(nameOf(key));
    }

    private static String nameOf(Key key) {
        return PREFIX + key.integration() + " " + key.groupKey();
    }

    /** Fingerprints of all alerts that an integration was told last to fire. */
    Set<Long> calledFiring() {
        Set<Long> all = new HashSet<>();
        entries.values().forEach(entry -> all.addAll(entry.firing()));
        return all;
    }

    /** A view: not to be kept. */
    Map<Key, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    public @Nullable Entry get(Key key) {
        return entries.get(key);
    }

    public void record(Key key, Entry entry) {
        // Removed first, so that the order of the map is the order of the timestamps.
        entries.remove(key);
        if (entry.firing().isEmpty()) {
            kept.remove(nameOf(key));
            return;
        }
        if (entries.size() >= limit) {
            forget(entries.keySet().iterator().next());
        }
        entries.put(key, entry);
        kept.put(nameOf(key), bytes(key, entry));
    }

    public void sweep(Instant now) {
        Instant before = now.minus(RETENTION);
        while (!entries.isEmpty() && entries.firstEntry().getValue().timestamp().isBefore(before)) {
            forget(entries.firstEntry().getKey());
        }
    }

    public int size() {
        return entries.size();
    }
}
