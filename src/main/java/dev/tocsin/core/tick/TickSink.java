package dev.tocsin.core.tick;

/** Who keeps closed ticks. */
@FunctionalInterface
public interface TickSink {
    /** Takes the next tick; never waits. On the series thread, after those who wait for the tick have heard of it. */
    void take(EncodedTick tick);
}
