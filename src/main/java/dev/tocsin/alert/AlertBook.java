package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Every alert that is known, by its labels. Confined to the thread of its owner.
 *
 * <p>Bounded: at the limit, resolved alerts are forgotten first; where all fire, a new one is refused, while those that
 * are known go on being updated.
 */
public final class AlertBook {
    /** How long a resolved alert is remembered, so that one that is said late still joins what it belongs to. */
    static final Duration RESOLVED_RETENTION = Duration.ofMinutes(30);

    private final Map<Labels, HeldAlert> alerts = new LinkedHashMap<>();
    private final int limit;

    /** @param limit alerts in all; at least 1 */
    public AlertBook(int limit) {
        this.limit = limit;
    }

    /**
     * Takes in what was said of an alert.
     *
     * @param timesOut whether {@code said.endsAt()} was only assumed
     * @return the alert as it is held now, or empty where it is new and the book is full
     */
    public Optional<HeldAlert> put(Alert said, boolean timesOut, Instant now) {
        HeldAlert old = alerts.get(said.labels());
        if (old == null && alerts.size() >= limit) {
            forgetResolved(now, Duration.ZERO);
            if (alerts.size() >= limit) {
                return Optional.empty();
            }
        }
        HeldAlert held = old == null ? HeldAlert.first(said, timesOut, now) : old.followedBy(said, timesOut, now);
        alerts.put(said.labels(), held);
        return Optional.of(held);
    }

    /** Takes in an alert as an earlier process held it; false where the book is full. */
    boolean restore(HeldAlert alert) {
        return alerts.size() < limit && alerts.putIfAbsent(alert.labels(), alert) == null;
    }

    /** Puts another in the place of one that is held. */
    void replace(HeldAlert alert) {
        alerts.replace(alert.labels(), alert);
    }

    Optional<HeldAlert> get(Labels labels) {
        return Optional.ofNullable(alerts.get(labels));
    }

    /** Looks at every alert. */
    Optional<HeldAlert> withFingerprint(long fingerprint) {
        return alerts.values().stream()
                .filter(alert -> alert.labels().fingerprint() == fingerprint)
                .findFirst();
    }

    /** Forgets what was resolved long ago. */
    public void sweep(Instant now) {
        forgetResolved(now, RESOLVED_RETENTION);
    }

    private void forgetResolved(Instant now, Duration retention) {
        Instant before = now.minus(retention);
        alerts.values().removeIf(held -> held.isResolvedAt(before));
    }

    /** All alerts, resolved ones too, in the order of their first saying. A view: not to be kept. */
    public Collection<HeldAlert> all() {
        return Collections.unmodifiableCollection(alerts.values());
    }

    int firingCount(Instant now) {
        int count = 0;
        for (HeldAlert alert : alerts.values()) {
            if (!alert.isResolvedAt(now)) {
                count++;
            }
        }
        return count;
    }

    public int size() {
        return alerts.size();
    }
}
