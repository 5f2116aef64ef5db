package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import java.time.Instant;

/**
 * Somebody has ended an episode of an alert whose source may go on saying that it fires. Such sayings are not heard until
 * the source has been false once, says an alert that began later, or the answer has expired: then it fires anew.
 * Immutable.
 *
 * @param at when it was resolved
 * @param source what the alert's source says: the alert as it would be held otherwise
 */
public record HandResolution(HeldAlert source, Instant at, Answer answer) {
    /** What becomes of a saying. */
    sealed interface Heard {
        /** The source goes on. */
        record Still(HandResolution next) implements Heard {}

        /** The source says that it is over, too. */
        record Over() implements Heard {}

        /** A new episode, which its source tells from the one before. */
        record Anew() implements Heard {}

        /** A new episode, which its source takes for the one before. */
        record Expired() implements Heard {}
    }

    Heard hear(Alert said, boolean timesOut, Instant now) {
        // Whoever posts an alert without its end mostly leaves out its beginning as well, which is then the posting.
        boolean beganLater = !timesOut && said.startsAt().isAfter(at);
        HeldAlert next = source.followedBy(said, timesOut, now);
        if (next.isResolvedAt(now)) {
            return new Heard.Over();
        }
        if (source.isResolvedAt(now) || beganLater) {
            return new Heard.Anew();
        }
        return answer.holdsAt(now) ? new Heard.Still(new HandResolution(next, at, answer)) : new Heard.Expired();
    }
}
