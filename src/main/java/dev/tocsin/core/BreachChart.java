package dev.tocsin.core;

import java.util.Optional;

/** Draws what an alert's rule looks at, around the time at which it began to fire. Any thread. */
public interface BreachChart {
    /** Draws nothing. */
    BreachChart NONE = alert -> Optional.empty();

    /**
     * Computes for some tens of milliseconds, and reads history: not for an event loop.
     *
     * @return a PNG; empty where the alert's expression is not known here, or has no values
     */
    Optional<byte[]> png(Alert alert);
}
