package dev.tocsin.web;

import java.time.Duration;

/**
 * Bounds of the live stream.
 *
 * @param frameInterval between two frames: of shorter ticks, only the first of each such interval makes a frame
 * @param maxSubscribers open connections; further ones are answered 503
 * @param maxSubscriptions distinct sets of queries; further ones are answered 503
 * @param maxQueries queries of one connection
 * @param maxSeries series that one query may give; a query that gives more is a problem, and sends nothing
 * @param ringFrames frames kept for those who come back
 * @param maxRingBytes bytes kept for them, of one subscription
 * @param maxUnsentBytes bytes that wait for one slow reader; what comes beyond is skipped, and told
 * @param linger how long a subscription that nobody has is kept
 * @param heartbeat longest silence; a reader that takes nothing for three of them is gone
 * @param evaluationTimeout for the queries of one subscription, per tick
 * @param evaluationThreads subscriptions evaluated at once
 */
public record StreamSettings(
        Duration frameInterval,
        int maxSubscribers,
        int maxSubscriptions,
        int maxQueries,
        int maxSeries,
        int ringFrames,
        int maxRingBytes,
        int maxUnsentBytes,
        Duration linger,
        Duration heartbeat,
        Duration evaluationTimeout,
        int evaluationThreads) {
    public static final StreamSettings DEFAULT = new StreamSettings(
            Duration.ofSeconds(1),
            20_000,
            500,
            64,
            2_000,
            120,
            2 << 20,
            256 << 10,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            2);

    public StreamSettings {
        if (maxSubscribers < 1
                || maxSubscriptions < 1
                || maxQueries < 1
                || maxSeries < 1
                || ringFrames < 1
                || maxRingBytes < 1
                || maxUnsentBytes < 1
                || evaluationThreads < 1) {
            throw new IllegalArgumentException("stream bounds must be positive");
        }
        if (frameInterval.toMillis() < 1
                || heartbeat.toMillis() < 2
                || linger.isNegative()
                || !evaluationTimeout.isPositive()) {
            throw new IllegalArgumentException("stream durations must be positive");
        }
    }

    /** For ticks of this length: a frame a second, which is as fast as people see, or one a tick where ticks are longer. */
    public StreamSettings forTicksOf(Duration tick) {
        return new StreamSettings(
                tick.compareTo(frameInterval) > 0 ? tick : frameInterval,
                maxSubscribers,
                maxSubscriptions,
                maxQueries,
                maxSeries,
                ringFrames,
                maxRingBytes,
                maxUnsentBytes,
                linger,
                heartbeat,
                evaluationTimeout,
                evaluationThreads);
    }
}
