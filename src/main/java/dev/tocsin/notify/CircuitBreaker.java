package dev.tocsin.notify;

/**
 * Whether a destination is worth an attempt. After {@link #FAILURES} failures in a row it is left alone for a while, then
 * tried by one attempt alone: that decides whether all go again, or it is left alone for twice as long. Times are
 * milliseconds on any clock that never goes back. Confined to one thread.
 */
final class CircuitBreaker {
    static final int FAILURES = 5;
    static final long FIRST_MILLIS = 1_000;
    static final long MOST_MILLIS = 30_000;

    /** The ordinal is the value of the metric. */
    enum State {
        /** All attempts go. */
        CLOSED,
        /** One attempt is on its way to find out. */
        HALF_OPEN,
        /** None goes. */
        OPEN
    }

    private State state = State.CLOSED;
    private int failures;
    private long openMillis = FIRST_MILLIS;
    private long opensUntilMillis;

    State state() {
        return state;
    }

    /** Failures since the last success. */
    int failures() {
        return failures;
    }

    /** When the next attempt may go; meaningful while it is open. */
    long probeAtMillis() {
        return opensUntilMillis;
    }

    /** Whether an attempt may go now. Where it is the one that finds out, no other may until it has ended. */
    boolean admits(long nowMillis) {
        if (state == State.OPEN && nowMillis >= opensUntilMillis) {
            state = State.HALF_OPEN;
            return true;
        }
        return state == State.CLOSED;
    }

    /** The destination answered, whatever it said. */
    void answered() {
        state = State.CLOSED;
        failures = 0;
        openMillis = FIRST_MILLIS;
    }

    /** No answer, or that it has a fault. One that began before it opened changes nothing. */
    void failed(long nowMillis) {
        failures++;
        if (state == State.HALF_OPEN) {
            openMillis = Math.min(MOST_MILLIS, openMillis * 2);
            open(nowMillis);
        } else if (state == State.CLOSED && failures >= FAILURES) {
            open(nowMillis);
        }
    }

    private void open(long nowMillis) {
        state = State.OPEN;
        opensUntilMillis = nowMillis + openMillis;
    }
}
