package dev.tocsin.promql;

/**
 * What one query may cost. A query that would cost more fails, with a message that says which bound it was.
 *
 * @param maxSeries most series that one selector may match
 * @param maxSamples most samples read and values computed in all
 * @param timeoutNanos longest run, of monotonic time
 */
public record QueryLimits(int maxSeries, long maxSamples, long timeoutNanos) {
    /** 100,000 series, 10 million samples (some 200 MB at the worst), 2 minutes. */
    public static final QueryLimits DEFAULT = new QueryLimits(100_000, 10_000_000L, 120_000_000_000L);

    public QueryLimits {
        if (maxSeries < 1 || maxSamples < 1 || timeoutNanos < 1) {
            throw new IllegalArgumentException("query limits must be positive, not " + maxSeries + " series, "
                    + maxSamples + " samples, " + timeoutNanos + " ns");
        }
    }
}
