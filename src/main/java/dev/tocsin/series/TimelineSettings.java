package dev.tocsin.series;

import dev.tocsin.core.BucketLayout;
import java.util.Map;

/**
 * How long the timeline remembers, and how finely. Durations that are no whole number of ticks are taken up to the next.
 *
 * @param tickMillis length of one interval; a divisor of {@link #MEDIUM_STEP_MILLIS}, 100 to 10,000
 * @param fineMillis how far back every tick can be read; also how old a client's timestamp may be
 * @param mediumMillis how far back every 10 s can be read
 * @param coarseMillis how far back every minute can be read; older history is dropped
 * @param gaugeStaleMillis a gauge has no value once this long without a sample
 * @param forgetMillis a series of any kind ends, and frees its place, once this long without a sample
 * @param percentileWindowMillis what the derived percentile series and the value of a set look back over
 * @param precisionDigits significant decimal digits of distributions, 1 to 4
 * @param precisionByMetric the same by metric name (as normalised), where it differs
 * @param historyBytes what the history of pushed series may take; past it, all three reaches are halved, again and
 *     again, until it fits, and doubled again when there is room
 */
public record TimelineSettings(
        long tickMillis,
        long fineMillis,
        long mediumMillis,
        long coarseMillis,
        long gaugeStaleMillis,
        long forgetMillis,
        long percentileWindowMillis,
        int precisionDigits,
        Map<String, Integer> precisionByMetric,
        long historyBytes) {
    /** Resolution of history older than {@link #fineMillis}. */
    public static final long MEDIUM_STEP_MILLIS = 10_000;

    /** Resolution of history older than {@link #mediumMillis}. */
    public static final long COARSE_STEP_MILLIS = 60_000;

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;

    public TimelineSettings {
        require(
                tickMillis >= 100 && tickMillis <= MEDIUM_STEP_MILLIS && MEDIUM_STEP_MILLIS % tickMillis == 0,
                "tick must divide 10 s and be 100 ms to 10 s, not " + tickMillis + " ms");
        require(fineMillis >= MINUTE, "fine history must reach back a minute or more, not " + fineMillis + " ms");
        require(mediumMillis >= fineMillis, "10 s history must reach back at least as far as fine history");
        require(coarseMillis >= mediumMillis, "1 min history must reach back at least as far as 10 s history");
        require(coarseMillis <= 31 * 24 * HOUR, "history in memory may reach back 31 days at most");
        require(gaugeStaleMillis >= tickMillis, "a gauge must live for a tick at least");
        require(forgetMillis >= gaugeStaleMillis, "a series can't be forgotten before it is stale");
        require(
                percentileWindowMillis >= tickMillis && percentileWindowMillis <= fineMillis,
                "the percentile window must lie between one tick and the reach of fine history");
        require(historyBytes > 0, "history needs some memory");
        BucketLayout.ofDigits(precisionDigits);
        precisionByMetric.values().forEach(BucketLayout::ofDigits);
        precisionByMetric = Map.copyOf(precisionByMetric);
    }

    /** One second for 15 min, 10 s for 2 h, 1 min for 24 h, in a quarter of the heap at most. */
    public static TimelineSettings defaults() {
        return new TimelineSettings(
                1_000,
                15 * MINUTE,
                2 * HOUR,
                24 * HOUR,
                5 * MINUTE,
                HOUR,
                10_000,
                2,
                Map.of(),
                Runtime.getRuntime().maxMemory() / 4);
    }

    BucketLayout layoutOf(String metricName) {
        return BucketLayout.ofDigits(precisionByMetric.getOrDefault(metricName, precisionDigits));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
