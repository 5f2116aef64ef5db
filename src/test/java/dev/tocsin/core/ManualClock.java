package dev.tocsin.core;

import java.time.Duration;

/** A clock that a test moves by hand. */
public final class ManualClock implements Clock {
    private volatile long wallMillis;
    private volatile long monotonicNanos;

    public ManualClock(long wallMillis) {
        this.wallMillis = wallMillis;
    }

    @Override
    public long wallMillis() {
        return wallMillis;
    }

    @Override
    public long monotonicNanos() {
        return monotonicNanos;
    }

    public void advance(Duration step) {
        wallMillis += step.toMillis();
        monotonicNanos += step.toNanos();
    }
}
