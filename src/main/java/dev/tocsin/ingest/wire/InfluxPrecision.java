package dev.tocsin.ingest.wire;

/** What the time stamps of a body count. */
public enum InfluxPrecision {
    NANOSECONDS(1_000_000, 1),
    MICROSECONDS(1_000, 1),
    MILLISECONDS(1, 1),
    SECONDS(1, 1_000),
    MINUTES(1, 60_000),
    HOURS(1, 3_600_000);

    private final long perMilli;
    private final long millis;
    private final long most;

    InfluxPrecision(long perMilli, long millis) {
        this.perMilli = perMilli;
        this.millis = millis;
        this.most = Long.MAX_VALUE / millis;
    }

    /** Epoch milliseconds, rounded down; the farthest there are for a count beyond them. */
    long toMillis(long count) {
        return Math.floorDiv(Math.clamp(count, -most, most) * millis, perMilli);
    }
}
