package dev.tocsin.web;

import java.time.Duration;

/**
 * What queries over HTTP may cost, beside what the evaluator bounds.
 *
 * @param concurrency queries evaluated at once
 * @param queueLength queries that wait for a place; further ones are answered 503 with {@code Retry-After}
 * @param defaultTimeout from arrival to answer, waiting included, where the request says nothing
 * @param maxTimeout the longest a request can ask for
 * @param maxSeries most series that {@code /series}, {@code /labels} and the like look at
 * @param maxAnswerBytes longest JSON, before compression; a longer answer is an error
 * @param maxMemoryBytes heap that queries and their answers may hold together, see {@link
 *     dev.tocsin.promql.QueryMemory}
 */
public record QueryBounds(
        int concurrency,
        int queueLength,
        Duration defaultTimeout,
        Duration maxTimeout,
        int maxSeries,
        int maxAnswerBytes,
        long maxMemoryBytes) {
    public static final QueryBounds DEFAULT = new QueryBounds(
            8, 200, Duration.ofSeconds(30), Duration.ofMinutes(2), 100_000, 128 << 20, quarterOfTheHeap());

    public QueryBounds {
        if (concurrency < 1 || queueLength < 0 || maxSeries < 1 || maxAnswerBytes < 1_024 || maxMemoryBytes < 1) {
            throw new IllegalArgumentException("query bounds must be positive: " + concurrency + " at once, "
                    + queueLength + " waiting, " + maxSeries + " series, " + maxAnswerBytes + " bytes, "
                    + maxMemoryBytes + " bytes together");
        }
        if (!defaultTimeout.isPositive() || maxTimeout.compareTo(defaultTimeout) < 0) {
            throw new IllegalArgumentException(
                    "the query timeout " + defaultTimeout + " is not within 0 to " + maxTimeout);
        }
    }

    private static long quarterOfTheHeap() {
        return Runtime.getRuntime().maxMemory() / 4;
    }
}
