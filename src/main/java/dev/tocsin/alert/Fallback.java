package dev.tocsin.alert;

import java.time.Duration;

/**
 * Who is told in a receiver's place when one of its integrations fails: {@code on_failure}. Immutable.
 *
 * @param receiver by name
 * @param after how long an integration has failed; zero where the time does not count
 * @param attempts how often it has failed in a row; 0 where the number does not count
 */
public record Fallback(String receiver, Duration after, int attempts) {
    /** What counts where a configuration says nothing, whichever comes first. */
    public static final Duration DEFAULT_AFTER = Duration.ofMinutes(5);

    public static final int DEFAULT_ATTEMPTS = 3;

    public Fallback {
        if (after.isNegative() || attempts < 0 || (after.isZero() && attempts == 0)) {
            throw new IllegalArgumentException("a fallback needs a time or a number of attempts of more than zero");
        }
    }

    public static Fallback to(String receiver) {
        return new Fallback(receiver, DEFAULT_AFTER, DEFAULT_ATTEMPTS);
    }

    /** Whether failures that began that long ago, and were that many, are enough. */
    boolean isDue(Duration failing, int failedAttempts) {
        return (attempts > 0 && failedAttempts >= attempts) || (!after.isZero() && failing.compareTo(after) >= 0);
    }
}
