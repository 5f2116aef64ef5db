package dev.tocsin;

/**
 * When the next tick is due, and which time it bears: the end of a wall-clock interval, always later than the one
 * before. Where the machine's clock is set forward, the times in between are skipped; where it is set back, ticks bear
 * times ahead of the clock and come at half the pace until it has caught up, since time in the timeline never goes back.
 * Confined to one thread.
 */
final class TickSchedule {
    private final long tickMillis;
    private long lastTickMillis = Long.MIN_VALUE / 2;

    /** @param tickMillis length of an interval; a whole number of them fits into the epoch */
    TickSchedule(long tickMillis) {
        this.tickMillis = tickMillis;
    }

    /** A tick of this time was closed by others: all that are closed here are later. */
    void goOnAfter(long closedTickMillis) {
        lastTickMillis = Math.max(lastTickMillis, closedTickMillis);
    }

    /** Milliseconds to wait, from {@code wallMillis}, until the interval in progress is to be closed. */
    long delayMillis(long wallMillis) {
        long toBoundary = tickMillis - Math.floorMod(wallMillis, tickMillis);
        boolean ahead = lastTickMillis >= wallMillis + toBoundary;
        return ahead ? toBoundary + tickMillis : toBoundary;
    }

    /** The time that the interval in progress at {@code wallMillis} will bear, unless the clock is set meanwhile. */
    long next(long wallMillis) {
        long boundary = wallMillis + tickMillis - Math.floorMod(wallMillis, tickMillis);
        return Math.max(boundary, lastTickMillis + tickMillis);
    }

    /**
     * The time that a tick closed at {@code wallMillis} bears: the boundary just passed. A timer may fire a little
     * before its boundary, as wall and monotonic time drift, so up to a tenth of an interval early counts as on time.
     */
    long close(long wallMillis) {
        long boundary = Math.floorDiv(wallMillis + tickMillis / 10, tickMillis) * tickMillis;
        lastTickMillis = Math.max(boundary, lastTickMillis + tickMillis);
        return lastTickMillis;
    }
}
