package dev.tocsin.notify;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When a notification that failed is tried again: exponential backoff with jitter, with Alertmanager's figures (half a
 * second at first, then half as much again each time up to a minute, each ± half). Times are milliseconds on any clock
 * that never goes back. Confined to one thread.
 */
final class RetrySchedule {
    static final long FIRST_MILLIS = 500;
    static final double GROWTH = 1.5;
    static final long MOST_MILLIS = 60_000;
    static final double JITTER = 0.5;

    private final long deadlineMillis;
    private final RandomGenerator random;
    private double intervalMillis = FIRST_MILLIS;

    RetrySchedule(long deadlineMillis, RandomGenerator random) {
        this.deadlineMillis = deadlineMillis;
        this.random = random;
    }

    long deadlineMillis() {
        return deadlineMillis;
    }

    /**
     * The moment of the next attempt, after one failed at {@code nowMillis}; empty where the deadline comes first.
     *
     * @param retryAfter what the receiver asked for; backoff may be longer
     */
    OptionalLong next(long nowMillis, @Nullable Duration retryAfter) {
        double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
        long wait = Math.round(intervalMillis * factor);
        intervalMillis = Math.min(MOST_MILLIS, intervalMillis * GROWTH);
        if (retryAfter != null) {
            wait = Math.max(wait, retryAfter.toMillis());
        }
        long at = nowMillis + wait;
        return at < deadlineMillis ? OptionalLong.of(at) : OptionalLong.empty();
    }
}
