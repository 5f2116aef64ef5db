package dev.tocsin.core.scrape;

import dev.tocsin.core.Labels;

/**
 * One target that is scraped, as of its last scrape. Immutable.
 *
 * @param discovered its labels before relabelling
 * @param labels those that its series bear
 * @param url what is asked for
 * @param lastError why the last scrape failed; empty where it did not
 * @param lastScrapeMillis wall time at which the last scrape began; {@link #NEVER} before the first
 * @param lastDurationNanos how long it took
 */
public record TargetStatus(
        Labels discovered,
        Labels labels,
        String url,
        Health health,
        String lastError,
        long lastScrapeMillis,
        long lastDurationNanos,
        long intervalMillis,
        long timeoutMillis) {
    public static final long NEVER = Long.MIN_VALUE;

    /** As Prometheus tells it, in lower case. */
    public enum Health {
        UNKNOWN,
        UP,
        DOWN
    }
}
