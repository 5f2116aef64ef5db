package dev.tocsin.core;

/**
 * One series as a query sees it. A counter or distribution is cumulative: its points are running totals. Pushed series
 * have a point at every tick while they live (a counter keeps its total, a gauge its last value, until stale), though
 * only changes are stored. Readable from any thread while its writer goes on; what one call returns is consistent, and
 * never newer than the last closed tick.
 */
public interface Series {
    /** With the metric name. */
    Labels labels();

    /**
     * Appends the newest point in (afterMillis, atMillis], unless that is a stale marker.
     *
     * @return whether there was one
     */
    boolean newest(long afterMillis, long atMillis, Points into);

    /** Appends all points in (afterMillis, toMillis], ascending, without stale markers. */
    void read(long afterMillis, long toMillis, Points into);

    /** The ends of the points in (afterMillis, toMillis]; series that know their growth answer without walking it. */
    default RangeEnds ends(long afterMillis, long toMillis) {
        Points points = new Points();
        read(afterMillis, toMillis, points);
        return RangeEnds.of(points);
    }
}
