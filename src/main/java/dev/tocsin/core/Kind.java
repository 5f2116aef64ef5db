package dev.tocsin.core;

/** What a pushed metric measures. A metric name has one kind: the first that was seen. */
public enum Kind {
    /** Deltas, kept as a cumulative total that is never reset. */
    COUNTER,
    /** The last value. */
    GAUGE,
    /** Observations, kept as mergeable histograms. */
    DISTRIBUTION,
    /** Distinct members. */
    SET
}
