package dev.tocsin.core;

/** Wall and monotonic time on one interface. Nothing else in the project reads a clock; tests drive it by hand. */
public interface Clock {
    /** Milliseconds since the Unix epoch. May step back or forward when the machine's clock is set. */
    long wallMillis();

    /** Nanoseconds since an arbitrary origin; never goes back. Only differences mean anything. */
    long monotonicNanos();

    /** The machine's own clocks. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
