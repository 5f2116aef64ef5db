package dev.tocsin.core.tick;

/** Who keeps closed ticks. */
public interface TickSink {
    /** Takes the next tick; never waits. On the series thread, after those who wait for the tick have heard of it. */
    void take(EncodedTick tick);

    /** Whether the next tick should begin a segment, as names told before were lost. */
    default boolean wantsNames() {
        return false;
    }
}
