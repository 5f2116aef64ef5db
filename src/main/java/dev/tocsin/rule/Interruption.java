package dev.tocsin.rule;

/**
 * What happened to time between the last tick of one process and the first of the next. The time in which nobody judged
 * counts towards nothing; where the clock was set back meanwhile, what was noted by it is set back as far. Immutable.
 *
 * @param lastMillis the last tick of the process before; {@link ActiveAlert#NEVER} where that is not known
 * @param nowMillis the first of this one
 */
record Interruption(long lastMillis, long nowMillis) {
    /** A moment that something happened at. */
    long moment(long noted) {
        return noted == ActiveAlert.NEVER ? noted : noted + Math.min(0, elapsedMillis());
    }

    /** A moment that something is counted from. */
    long count(long noted) {
        return noted == ActiveAlert.NEVER ? noted : noted + elapsedMillis();
    }

    private long elapsedMillis() {
        return lastMillis == ActiveAlert.NEVER ? 0 : nowMillis - lastMillis;
    }
}
