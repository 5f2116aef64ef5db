package dev.tocsin.promql;

import org.jspecify.annotations.Nullable;

/**
 * What {@code offset} and {@code @} do to the time at which a selector or subquery looks.
 *
 * @param offsetMillis how far back; negative looks ahead
 * @param at the fixed time, or null for the time of evaluation
 */
public record Shift(long offsetMillis, @Nullable At at) {
    /** No modifier. */
    public static final Shift NONE = new Shift(0, null);

    /** The time that {@code @} names. */
    public sealed interface At {
        record Time(long timeMillis) implements At {}

        /** {@code @ start()} of the whole query. */
        record Start() implements At {}

        /** {@code @ end()} of the whole query. */
        record End() implements At {}
    }

    /** Whether the same time is looked at in every step. */
    boolean isFixed() {
        return at != null;
    }
}
