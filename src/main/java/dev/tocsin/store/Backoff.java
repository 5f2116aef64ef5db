package dev.tocsin.store;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try of what failed: twice as long each time up to a bound, less a random part of up
 * to a half, so that many who lost the same server do not come back together. Confined to one thread.
 */
public final class Backoff {
    private final long firstMillis;
    private final long longestMillis;
    private final RandomGenerator random;
    private long nextMillis;

    /** @param longestMillis {@code firstMillis} or more */
    public Backoff(long firstMillis, long longestMillis, RandomGenerator random) {
        this.firstMillis = firstMillis;
        this.longestMillis = longestMillis;
        this.random = random;
        this.nextMillis = firstMillis;
    }

    /** Milliseconds until the next try, 1 or more. */
    public long next() {
        long upTo = nextMillis;
        nextMillis = Math.min(longestMillis, nextMillis * 2);
        return Math.max(1, upTo - (long) (random.nextDouble() * upTo / 2));
    }

    /** It went well: the next failure waits as long as the first did. */
    public void reset() {
        nextMillis = firstMillis;
    }
}
