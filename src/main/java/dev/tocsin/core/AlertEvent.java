package dev.tocsin.core;

import java.time.Instant;
import java.util.Locale;

/**
 * Something that happened to an alert, or was decided about it. Immutable.
 *
 * @param id the same each time the event is written: whoever stores it twice keeps the later {@code count} and
 *     {@code lastAt}, and nothing else has changed
 * @param alert the alert's labels; their fingerprint is its identity
 * @param episode when this firing of the alert began; tells one from the next
 * @param at when it happened first
 * @param actor who did or was told it: a person, a rule, a receiver, an integration; empty for Tocsin itself
 * @param detail what else there is to say, for people
 * @param notification the key of the notification that it is about; empty for none
 * @param count how often it happened without anything else in between, at least 1
 * @param lastAt when it happened last
 */
public record AlertEvent(
        String id,
        Labels alert,
        Instant episode,
        Instant at,
        Kind kind,
        String actor,
        String detail,
        String notification,
        int count,
        Instant lastAt) {
    /** What happened. The lower-case name stands in answers and tables. */
    public enum Kind {
        /** The rule, or whoever posts the alert, said that it fires. */
        FIRED,
        /** It is over; the detail says why. */
        RESOLVED,
        /** A bound was reached; the detail says which. */
        REFUSED,
        /** A route took it: the actor is the receiver, the detail names route and group. */
        ROUTED,
        /** Waits for its group; the detail says until when. */
        WAITING,
        /** Held back by another alert that fires. */
        INHIBITED,
        /** Held back by a silence. */
        SILENCED,
        /** Held back by a mute time, or for lack of an active one. */
        MUTED,
        /** Nothing to tell: the actor knows all there is. */
        DEDUPLICATED,
        /** Not repeated, since it is acknowledged. */
        NOT_REPEATED,
        /** A notification was handed over for delivery; the detail says why it leaves. */
        HANDED_OVER,
        /** A delivery was tried and failed; the detail is the answer. */
        ATTEMPT_FAILED,
        /** The channel took it; the detail is its answer. */
        ACCEPTED,
        /** Delivery was given up; the detail is the last answer. */
        GIVEN_UP,
        /** Somebody took it on. */
        ACKNOWLEDGED,
        /** Somebody gave it back. */
        UNACKNOWLEDGED,
        /** The time of an acknowledgement ran out. */
        ACKNOWLEDGEMENT_EXPIRED,
        /** An escalation level was reached; the actor is the receiver. */
        ESCALATED,
        /** Told another receiver because the first failed. */
        FELL_BACK,
        /** Changes too often: single changes are no longer told. */
        FLAPPING,
        /** Calm again after flapping. */
        CALM;

        private final String label = name().toLowerCase(Locale.ROOT);

        public String label() {
            return label;
        }
    }

    public AlertEvent {
        if (count < 1 || lastAt.isBefore(at)) {
            throw new IllegalArgumentException(
                    kind + " of " + alert + ": " + count + " times, " + at + " to " + lastAt);
        }
    }

    /** This event once more. */
    public AlertEvent again(Instant when) {
        return new AlertEvent(id, alert, episode, at, kind, actor, detail, notification, count + 1, when);
    }
}
