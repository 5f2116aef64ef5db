package dev.tocsin.watch.check;

/** When a check is not to be run. Safe from any thread. */
@FunctionalInterface
public interface Maintenance {
    /** No maintenance, ever. */
    Maintenance NEVER = wallMillis -> false;

    /** Whether a window is open at this wall time, in epoch milliseconds. */
    boolean covers(long wallMillis);
}
