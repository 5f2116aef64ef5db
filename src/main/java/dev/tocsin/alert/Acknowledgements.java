package dev.tocsin.alert;

import dev.tocsin.core.DurableState;
import dev.tocsin.core.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who has taken which alert on. An acknowledgement stands until it is taken back, expires, or the episode that it was
 * given to is over, whichever comes first: an alert that fires again pages anew. Outlives restarts. Confined to the
 * thread of its owner. Bounded: at the limit a new one is refused.
 */
final class Acknowledgements {
    /** After a start, so long is waited for the alert of one that an earlier process left. */
    static final Duration UNCLAIMED_RETENTION = Duration.ofHours(1);

    private final KeptByAlert<Acknowledgement> standing =
            new KeptByAlert<>("ack/", Acknowledgement::alert, AnswerForm::bytes);
    private final int limit;
    private Instant loadedAt = Instant.MIN;

    Acknowledgements(int limit) {
        this.limit = limit;
    }

    /** Takes over those of an earlier process, and keeps from now on what changes. */
    void keepIn(DurableState state, Instant now) {
        standing.keepIn(state, AnswerForm::acknowledgement);
        loadedAt = now;
    }

    /** In the place of the one that the alert had. */
    void set(HeldAlert alert, Answer answer, Instant now) throws AnswerRefusedException {
        if (standing.get(alert.labels()) == null && standing.size() >= limit) {
            throw new AnswerRefusedException(
                    AnswerRefusedException.Reason.NO_ROOM,
                    "as many alerts as allowed are acknowledged already: " + limit);
        }
        standing.put(new Acknowledgement(alert.labels(), alert.episode(), now, answer));
    }

    /** @return what was taken back; null where nothing stood */
    @Nullable
    Acknowledgement remove(Labels alert, Instant now) {
        Acknowledgement removed = standing.remove(alert);
        return removed == null || !removed.holdsAt(now) ? null : removed;
    }

    /** The one that stands for an alert that fires now. */
    Optional<Acknowledgement> of(Labels alert, Instant now) {
        return Optional.ofNullable(standing.get(alert)).filter(it -> it.holdsAt(now));
    }

    boolean isAcknowledged(Labels alert, Instant now) {
        return of(alert, now).isPresent();
    }

    /** Something was said of an alert; its acknowledgement ends with its episode. */
    void heard(HeldAlert alert, Instant now) {
        Acknowledgement acknowledgement = standing.get(alert.labels());
        if (acknowledgement != null
                && (alert.isResolvedAt(now) || !acknowledgement.episode().equals(alert.episode()))) {
            standing.remove(alert.labels());
        }
    }

    /** Ends those that have expired, whose alert has run out, or whose alert did not come back. */
    List<Acknowledgement> sweep(AlertBook book, Instant now) {
        List<Acknowledgement> expired = new ArrayList<>();
        boolean claimed = now.isAfter(loadedAt.plus(UNCLAIMED_RETENTION));
        for (Acknowledgement each : standing.all().values()) {
            Optional<HeldAlert> alert = book.get(each.alert());
            alert.ifPresent(held -> heard(held, now));
            if (!each.holdsAt(now) && standing.remove(each.alert()) != null) {
                expired.add(each);
            } else if (alert.isEmpty() && claimed) {
                standing.remove(each.alert());
            }
        }
        return expired;
    }

    /** Those that have expired and were not swept among them. */
    Map<Labels, Acknowledgement> all() {
        return standing.all();
    }
}
