package dev.tocsin.core;

/**
 * Takes samples that come with their time and full labels, from a producer that says itself when a series ends:
 * recording rules, {@code ALERTS}, scraped targets. Confined to that producer's thread; what was appended is readable
 * through {@link SeriesSource} at once.
 */
public interface SampleRecorder {
    /** @param timeMillis not before the newest sample of the series; an older one is dropped and counted */
    void append(Labels labels, long timeMillis, double value);

    void append(Labels labels, long timeMillis, Distribution value);

    /** Ends the series: it has no value from {@code timeMillis} on, until the next sample. */
    void markStale(Labels labels, long timeMillis);
}
