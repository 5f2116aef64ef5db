package dev.tocsin.core.log;

/**
 * An event of a log that is in a category.
 *
 * @param timeMillis when it was read
 * @param text with its stack trace, cut where it is long
 */
public record LogLine(long timeMillis, String category, String source, String file, String text) {}
