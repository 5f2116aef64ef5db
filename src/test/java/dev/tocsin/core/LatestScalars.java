package dev.tocsin.core;

import java.util.Map;

/** Holds the last value of each series that has not ended. As safe for threads as its map. */
public final class LatestScalars implements SampleRecorder {
    private final Map<Labels, Double> latest;

    /** @param latest is written to */
    public LatestScalars(Map<Labels, Double> latest) {
        this.latest = latest;
    }

    @Override
    public void append(Labels labels, long timeMillis, double value) {
        latest.put(labels, value);
    }

    @Override
    public void append(Labels labels, long timeMillis, Distribution value) {
        throw new AssertionError("no distribution is recorded");
    }

    @Override
    public void markStale(Labels labels, long timeMillis) {
        latest.remove(labels);
    }
}
