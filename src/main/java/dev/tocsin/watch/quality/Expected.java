package dev.tocsin.watch.quality;

/** How much should be there. Immutable. */
public sealed interface Expected {
    /** The source says it itself: it answers a share of 0 to 1, or what is there and, beside it, what should be. */
    record Told() implements Expected {}

    /** @param count above 0 */
    record Count(double count) implements Expected {}

    record Asked(Source source) implements Expected {}
}
