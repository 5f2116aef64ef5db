package dev.tocsin.alert;

import dev.tocsin.core.Clock;
import java.time.Instant;

/**
 * Wall time that never goes back: where the machine's clock is set back, it runs on by the monotonic clock, so that no
 * group waits an hour longer because of it; where it is set forward, it follows. Confined to one thread.
 */
final class SteadyTime {
    private final Clock clock;
    private long lastMillis;
    private long lastNanos;

    SteadyTime(Clock clock) {
        this.clock = clock;
        this.lastMillis = clock.wallMillis();
        this.lastNanos = clock.monotonicNanos();
    }

    Instant now() {
        long nanos = clock.monotonicNanos();
        long elapsedMillis = (nanos - lastNanos) / 1_000_000;
        lastMillis = Math.max(clock.wallMillis(), lastMillis + elapsedMillis);
        // What is less than a millisecond stays for the next time.
        lastNanos += elapsedMillis * 1_000_000;
        return Instant.ofEpochMilli(lastMillis);
    }
}
