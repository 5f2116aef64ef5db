package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import java.time.Instant;

/**
 * Somebody has taken an alert on: it is not repeated and not escalated while this stands. Immutable.
 *
 * @param episode of the alert that it belongs to ({@link HeldAlert#episode}), and ends with
 * @param at when it was given
 */
public record Acknowledgement(Labels alert, Instant episode, Instant at, Answer answer) {
    boolean holdsAt(Instant now) {
        return answer.holdsAt(now);
    }
}
