package dev.tocsin.core;

import org.jspecify.annotations.Nullable;

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

    /**
     * Whether {@link #newest} looks at the same point at both times, where both look back far enough; false where that is
     * not known without looking.
     */
    default boolean hasSameNewest(long earlierMillis, long laterMillis) {
        return false;
    }

    /** Appends all points in (afterMillis, toMillis], ascending, without stale markers. */
    void read(long afterMillis, long toMillis, Points into);

    /** The ends of the points in (afterMillis, toMillis]; series that know their growth answer without walking it. */
    default RangeEnds ends(long afterMillis, long toMillis) {
        Points points = new Points();
        read(afterMillis, toMillis, points);
        return RangeEnds.of(points);
    }

    /**
     * The same, in a walk through ranges.
     *
     * @param previous what this said of the range before, within one query; returned where the ends are at the same points
     */
    default RangeEnds ends(long afterMillis, long toMillis, RangeEnds previous) {
        return ends(afterMillis, toMillis);
    }

    /**
     * What a cumulative distribution has at the later time that it did not have at the earlier one, in whole intervals as
     * they are kept: ranges that follow each other leave none out, and count none twice.
     *
     * @return null where there was nothing, or is no such distribution
     */
    default @Nullable Distribution observed(long afterMillis, long toMillis) {
        Points ends = new Points();
        boolean known = newest(Long.MIN_VALUE / 2, afterMillis, ends) && newest(Long.MIN_VALUE / 2, toMillis, ends);
        Distribution first = known ? ends.distribution[0] : null;
        Distribution last = known ? ends.distribution[1] : null;
        if (first == null || last == null || !first.layout().mergesWith(last.layout())) {
            return null;
        }
        return last.count() < first.count() ? last : last.minus(first);
    }
}
