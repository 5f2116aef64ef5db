package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Labels;
import dev.tocsin.core.tick.ByteReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Alerts that begin and end too often to tell each change. While one flaps it is held as firing, so that it is told once
 * as flapping and then at each repeat, with how often it has changed; when it has been calm for long enough it is held,
 * and told, as it is. Confined to the thread of its owner.
 *
 * <p>Those that flap outlive restarts; how often others have changed does not. Bounded: at the limit further alerts are
 * not watched.
 */
final class Flapping {
    /** The annotation of an alert that flaps, or has become calm while it fires. */
    static final String ANNOTATION = "flapping";

    private static final String PREFIX = "flapping/";

    private final Map<Labels, FlapWatch> watched = new HashMap<>();
    /** Of those, the ones that flap. */
    private final Map<Labels, FlapWatch> flapping = new LinkedHashMap<>();

    private final int limit;
    private DurableState kept = DurableState.NONE;

    Flapping(int limit) {
        this.limit = limit;
    }

    /**
     * What is to be held of an alert.
     *
     * @param began that it flaps, or is calm, from now on; null where that has not changed
     */
    record Heard(Alert alert, boolean timesOut, AlertEvent.@Nullable Kind began) {}

    /**
     * Takes over those of an earlier process, and keeps from now on what changes.
     *
     * @return the alerts, as they are to be held
     */
    List<HeldAlert> keepIn(DurableState state, Instant now) {
        kept = state;
        List<HeldAlert> held = new ArrayList<>();
        state.withPrefix(PREFIX).values().forEach(bytes -> {
            FlapWatch watch = FlapWatch.read(new ByteReader(bytes));
            watched.put(watch.labels(), watch);
            if (watch.isFlapping()) {
                flapping.put(watch.labels(), watch);
            }
            held.add(watch.held(now));
        });
        return held;
    }

    /** @param limits that hold for the alert; null for none */
    Heard hear(Alert said, boolean timesOut, @Nullable FlapLimit limits, Instant now) {
        FlapWatch watch = watched.get(said.labels());
        if (limits == null) {
            release(said.labels());
            return new Heard(said, timesOut, null);
        }
        HeldAlert source = HeldAlert.first(said, timesOut, now);
        if (watch == null) {
            if (watched.size() < limit && !source.isResolvedAt(now)) {
                watched.put(said.labels(), new FlapWatch(source));
            }
            return new Heard(said, timesOut, null);
        }
        boolean flapped = watch.isFlapping();
        boolean changed = watch.hear(source, limits, now);
        if (changed) {
            keep(watch);
        }
        if (watch.isFlapping()) {
            flapping.put(said.labels(), watch);
            return new Heard(watch.alert(), false, flapped ? null : AlertEvent.Kind.FLAPPING);
        }
        return new Heard(watch.alert(), timesOut, null);
    }

    /** Takes in what the book made of it: an answer to the alert is bound to its episode, in the next process too. */
    void held(HeldAlert alert) {
        FlapWatch watch = watched.get(alert.labels());
        if (watch != null && watch.changeEpisode(alert.episode()) && watch.isMarked()) {
            keep(watch);
        }
    }

    private void keep(FlapWatch watch) {
        String key = PREFIX + watch.labels().fingerprintHex();
        if (watch.isMarked()) {
            kept.put(key, watch.bytes());
        } else {
            kept.remove(key);
        }
    }

    /** When {@link #due} has something next; empty while none flaps. */
    Optional<Instant> nextDue() {
        return flapping.values().stream().map(FlapWatch::calmAt).min(Instant::compareTo);
    }

    /** Those that have been calm for long enough, as they are. */
    List<Heard> due(Instant now) {
        List<Heard> calm = new ArrayList<>();
        flapping.values().removeIf(watch -> {
            if (watch.calmAt().isAfter(now)) {
                return false;
            }
            boolean timesOut = watch.calmDown(now);
            keep(watch);
            calm.add(new Heard(watch.alert(), timesOut, AlertEvent.Kind.CALM));
            return true;
        });
        return calm;
    }

    /** What the source of an alert says of it: the alert as it is held, where it does not flap. */
    HeldAlert sourceOf(HeldAlert held) {
        FlapWatch watch = flapping.get(held.labels());
        return watch == null ? held : watch.source();
    }

    /** Watches an alert no more. */
    void release(Labels alert) {
        FlapWatch watch = watched.remove(alert);
        if (watch != null && watch.isMarked()) {
            flapping.remove(alert);
            kept.remove(PREFIX + alert.fingerprintHex());
        }
    }

    /**
     * Stands, beside the fingerprint, for an alert that flaps or is calm again, so that each is news once.
     *
     * @return 0 for neither
     */
    long markOf(Labels alert) {
        FlapWatch watch = watched.get(alert);
        return watch == null ? 0 : watch.mark();
    }

    /** Forgets those that have not changed for long. */
    void sweep(Instant now) {
        watched.values().removeIf(watch -> watch.isForgettable(now));
    }
}
