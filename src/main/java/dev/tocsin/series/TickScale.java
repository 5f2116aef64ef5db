package dev.tocsin.series;

/**
 * Wall milliseconds as small whole ticks: tick n is the end of the interval (n - 1, n]. Tick 0 lies on a whole minute,
 * so that "every 10 s" and "every minute" are multiples.
 */
record TickScale(long originMillis, long tickMillis) {
    private static final long FARTHEST_MILLIS = 1L << 60;

    static TickScale around(long nowMillis, long tickMillis) {
        return new TickScale(nowMillis - Math.floorMod(nowMillis, TimelineSettings.COARSE_STEP_MILLIS), tickMillis);
    }

    /** The last tick at or before a time. */
    int floor(long millis) {
        long bounded = Math.clamp(millis, -FARTHEST_MILLIS, FARTHEST_MILLIS);
        return Math.clamp(Math.floorDiv(bounded - originMillis, tickMillis), -(1 << 30), 1 << 30);
    }

    /** The first tick at or after a time: the end of the interval it falls into. */
    int ceil(long millis) {
        return -floor(-millis + 2 * originMillis);
    }

    long millis(int tick) {
        return originMillis + tick * tickMillis;
    }

    /** How many ticks cover a duration. */
    int ticks(long durationMillis) {
        return Math.toIntExact(Math.ceilDiv(durationMillis, tickMillis));
    }
}
