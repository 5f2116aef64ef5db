package dev.tocsin.core.log;

import java.util.List;

/**
 * What the logs of some hours were about, beside the same hours of the day before.
 *
 * @param fromMillis of the hours, {@code toMillis} is now
 * @param completeSinceMillis since when events are counted; what is before that is missing, not absent
 * @param evictedShapes how many shapes made room for others since they were first seen
 */
public record LogAnalysis(
        long fromMillis,
        long toMillis,
        long completeSinceMillis,
        List<Total> totals,
        List<Shape> shapes,
        long evictedShapes) {
    /** Events of one category and source. */
    public record Total(String category, String source, long count, long dayBefore) {}

    /**
     * Events that say the same but for numbers and identifiers.
     *
     * @param text what they have in common, masked
     * @param example the last of them
     * @param firstMillis of those that are still counted, by the time that they say themselves
     */
    public record Shape(
            String category,
            String source,
            String text,
            String example,
            long count,
            long dayBefore,
            long firstMillis,
            long lastMillis) {}
}
