package dev.tocsin.core.quality;

/**
 * What one assertion came to.
 *
 * @param share 0 to 1; NaN where it is unknown
 * @param reason why it is unknown, else empty
 */
public record AssertionStatus(String name, double weight, double share, String reason) {}
