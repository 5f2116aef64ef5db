package dev.tocsin.alert;

import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.AlertEvent.Kind;
import dev.tocsin.core.Labels;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happened to each alert, newest last, and how long each telling of it took. Confined to the thread of its owner.
 *
 * <p>What is decided alike at every flush is kept once and counted. Bounded: of an alert the last {@value
 * #EVENTS_PER_ALERT} events are kept; where there are too many in all, the alert to which nothing happened for longest is
 * forgotten. In memory only: whoever takes the events from {@link #takeChanged} keeps them for longer.
 */
final class AlertHistory {
    static final int EVENTS_PER_ALERT = 100;
    private static final int RECEIPTS_PER_ALERT = 20;

    /** That to which something happened last at the end. */
    private final LinkedHashMap<Labels, Entry> entries = new LinkedHashMap<>();

    private Map<String, AlertEvent> changed = new LinkedHashMap<>();
    private final int limit;
    private final String run;
    private long made;
    private int size;
    private long forgotten;

    /**
     * @param limit events in all, at least {@value #EVENTS_PER_ALERT}
     * @param run tells the ids of this process from those of others that used the same data folder
     */
    AlertHistory(int limit, String run) {
        this.limit = Math.max(EVENTS_PER_ALERT, limit);
        this.run = run;
    }

    /**
     * All that is kept of an alert.
     *
     * @param episode the newest one
     * @param firing whether that goes on
     */
    record Story(
            Labels alert,
            Instant episode,
            boolean firing,
            List<AlertEvent> events,
            List<AlertRecord.Receipt> receipts) {
        /** What happened in the newest episode. */
        List<AlertEvent> ofThisEpisode() {
            return events.stream().filter(e -> e.episode().equals(episode)).toList();
        }
    }

    private static final class Entry {
        final Labels alert;
        final long fingerprint;
        final List<AlertEvent> events = new ArrayList<>(8);
        final Deque<AlertRecord.Receipt> receipts = new ArrayDeque<>(2);
        Instant episode;
        boolean firing;

        Entry(Labels alert, Instant episode) {
            this.alert = alert;
            this.fingerprint = alert.fingerprint();
            this.episode = episode;
        }
    }

    /** An episode begins. */
    void fired(HeldAlert alert, String actor, String detail, Instant now) {
        Entry entry = entry(alert.labels(), alert.episode());
        entry.episode = alert.episode();
        entry.firing = true;
        record(alert.labels(), Kind.FIRED, actor, detail, "", now);
    }

    /** An episode ends. */
    void resolved(Labels alert, String actor, String detail, Instant now) {
        entry(alert, now).firing = false;
        record(alert, Kind.RESOLVED, actor, detail, "", now);
    }

    boolean isFiring(Labels alert) {
        Entry entry = entries.get(alert);
        return entry != null && entry.firing;
    }

    /** @param notification the key of the one that it is about; empty for none */
    void record(Labels alert, Kind kind, String actor, String detail, String notification, Instant now) {
        Entry entry = entry(alert, now);
        add(entry, event(entry, kind, actor, detail, notification, now));
    }

    /** Something that may be decided alike again and again: counted where this was the actor's last event. */
    void repeat(Labels alert, Kind kind, String actor, String detail, Instant now) {
        Entry entry = entry(alert, now);
        for (int i = entry.events.size() - 1; i >= 0; i--) {
            AlertEvent last = entry.events.get(i);
            if (last.actor().equals(actor)) {
                if (last.kind() == kind
                        && last.episode().equals(entry.episode)
                        && last.detail().equals(detail)) {
                    AlertEvent again = last.again(now);
                    entry.events.set(i, again);
                    changed.put(again.id(), again);
                    return;
                }
                break;
            }
        }
        add(entry, event(entry, kind, actor, detail, "", now));
    }

    void accepted(Labels alert, AlertRecord.Receipt receipt, Instant now) {
        Entry entry = entry(alert, now);
        if (entry.receipts.size() >= RECEIPTS_PER_ALERT) {
            entry.receipts.removeFirst();
        }
        entry.receipts.addLast(receipt);
    }

    private AlertEvent event(Entry entry, Kind kind, String actor, String detail, String notification, Instant now) {
        return new AlertEvent(
                run + "-" + made++, entry.alert, entry.episode, now, kind, actor, detail, notification, 1, now);
    }

    private void add(Entry entry, AlertEvent event) {
        if (entry.events.size() >= EVENTS_PER_ALERT) {
            entry.events.removeFirst();
            size--;
        }
        entry.events.add(event);
        size++;
        changed.put(event.id(), event);
        while (size > limit) {
            size -= entries.pollFirstEntry().getValue().events.size();
            forgotten++;
        }
    }

    /** The alert's entry, as the newest. */
    private Entry entry(Labels alert, Instant episode) {
        Entry known = entries.get(alert);
        Entry entry = known == null ? new Entry(alert, episode) : known;
        entries.putLast(alert, entry);
        return entry;
    }

    /** What was added or counted since the last call; of an event that changed twice, the last. */
    List<AlertEvent> takeChanged() {
        if (changed.isEmpty()) {
            return List.of();
        }
        List<AlertEvent> all = List.copyOf(changed.values());
        // Not cleared: that takes as long as there was ever most in it.
        changed = new LinkedHashMap<>();
        return all;
    }

    /** Looks at every alert. */
    Optional<Story> of(long fingerprint) {
        return entries.values().stream()
                .filter(entry -> entry.fingerprint == fingerprint)
                .findFirst()
                .map(entry -> new Story(
                        entry.alert,
                        entry.episode,
                        entry.firing,
                        List.copyOf(entry.events),
                        List.copyOf(entry.receipts)));
    }

    /** Events in all. */
    int size() {
        return size;
    }

    /** How many alerts were forgotten for lack of room. */
    long forgotten() {
        return forgotten;
    }
}
