package dev.tocsin.core;

/**
 * When the samples of one closed interval came in, wall time by the clock read once per batch (a few datagrams). Which of
 * them made a rule hold is not kept, since that would cost a write per sample; but it came between the two. Immutable.
 *
 * @param firstMillis of the first sample pushed, by whatever way
 * @param lastMillis of the last; not before {@code firstMillis}, nor after the interval's end
 */
public record Arrivals(long firstMillis, long lastMillis) {
    /** Of an interval that nothing was pushed in, or whose samples are not known. */
    public static final Arrivals NONE = new Arrivals(Long.MAX_VALUE, Long.MIN_VALUE);

    /** With those of another part of the same interval. */
    public Arrivals and(Arrivals other) {
        return new Arrivals(Math.min(firstMillis, other.firstMillis), Math.max(lastMillis, other.lastMillis));
    }

    /** An interval takes in what comes in the few milliseconds until it is closed: that counts as come at its end. */
    public Arrivals notAfter(long tickMillis) {
        return isKnown() ? new Arrivals(Math.min(firstMillis, tickMillis), Math.min(lastMillis, tickMillis)) : NONE;
    }

    public boolean isKnown() {
        return firstMillis <= lastMillis;
    }
}
