package dev.tocsin.alert;

import java.time.Duration;

/**
 * How often an alert may begin and end before it counts as flapping. Immutable.
 *
 * @param changes the most that are told one by one, at least 1
 * @param within in how long; an alert that has not changed for so long is calm; at least 1 ms
 */
public record FlapLimit(int changes, Duration within) {
    public FlapLimit {
        if (changes < 1 || within.toMillis() < 1) {
            throw new IllegalArgumentException("flapping needs at least 1 change within more than zero");
        }
    }
}
