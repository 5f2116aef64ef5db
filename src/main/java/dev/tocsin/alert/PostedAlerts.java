package dev.tocsin.alert;

import dev.tocsin.core.DurableState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Alerts that others post, for the next process: rules say again what fires, these may be posted once. Confined to the
 * thread of its owner. Bounded like the book, of which it holds a part.
 */
final class PostedAlerts {
    private final KeptByAlert<HeldAlert> kept = new KeptByAlert<>("posted/", HeldAlert::labels, AnswerForm::bytes);

    /**
     * Takes over those of an earlier process, and keeps from now on what changes.
     *
     * @return the alerts as they are to be held. While no process ran nobody could post them again: what fired at its end
     *     fires as long from now on as it would have from then
     */
    List<HeldAlert> keepIn(DurableState state, Instant now) {
        kept.keepIn(state, AnswerForm::heldAlert);
        long lastTickMillis = state.newestTickMillis();
        Instant ended = lastTickMillis == Long.MIN_VALUE ? now : Instant.ofEpochMilli(lastTickMillis);
        Duration away = ended.isBefore(now) ? Duration.between(ended, now) : Duration.ZERO;
        return kept.all().values().stream()
                .map(alert -> alert.isResolvedAt(ended) ? alert : alert.endingLater(away))
                .toList();
    }

    void put(HeldAlert alert) {
        kept.put(alert);
    }

    /** The alert has changed; of no account where it was never posted. */
    void changed(HeldAlert alert) {
        if (kept.get(alert.labels()) != null) {
            kept.put(alert);
        }
    }

    /** Forgets what the book has forgotten. */
    void sweep(AlertBook book) {
        for (HeldAlert alert : kept.all().values()) {
            if (book.get(alert.labels()).isEmpty()) {
                kept.remove(alert.labels());
            }
        }
    }
}
