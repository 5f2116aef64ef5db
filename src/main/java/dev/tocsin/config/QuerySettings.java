package dev.tocsin.config;

import java.time.Duration;

/**
 * What one PromQL query may cost: {@code query.*}. Past a bound it is refused with the reason.
 *
 * @param maxSeries read by one query
 * @param maxSamples held by one query at once
 * @param concurrency queries evaluated at once; more wait
 */
public record QuerySettings(int maxSeries, long maxSamples, Duration timeout, int concurrency) {
    private static final int MOST_SERIES = 50_000_000;
    private static final long MOST_SAMPLES = 10_000_000_000L;
    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);
    private static final int MOST_AT_ONCE = 1_000;

    public static final QuerySettings DEFAULTS = new QuerySettings(100_000, 50_000_000, Duration.ofSeconds(30), 8);

    public QuerySettings {
        Allowed.range("query.max-series", maxSeries, 1, MOST_SERIES);
        Allowed.range("query.max-samples", maxSamples, 1, MOST_SAMPLES);
        Allowed.range("query.timeout", timeout, LEAST_TIMEOUT, LONGEST_TIMEOUT);
        Allowed.range("query.concurrency", concurrency, 1, MOST_AT_ONCE);
    }

    static QuerySettings read(Layers in) throws ConfigException {
        return new QuerySettings(
                in.read("query.max-series", DEFAULTS.maxSeries, Allowed.integer(1, MOST_SERIES)),
                in.read("query.max-samples", DEFAULTS.maxSamples, node -> node.asLong(1, MOST_SAMPLES)),
                in.read("query.timeout", DEFAULTS.timeout, Allowed.duration(LEAST_TIMEOUT, LONGEST_TIMEOUT)),
                in.read("query.concurrency", DEFAULTS.concurrency, Allowed.integer(1, MOST_AT_ONCE)));
    }
}
