package dev.tocsin.series;

import java.util.Arrays;

/**
 * By how much the ticks of earlier processes are moved into the past, so that time only goes on: not at all, unless the
 * clock was set back between two of them, or since. Then all before that moment is moved as a whole. Immutable.
 */
final class Retiming {
    private final long[] positions;
    private final long[] tickMillis;
    private final long[] shifts;

    /**
     * @param positions ascending
     * @param tickMillis the time of each
     * @param latestMillis no tick may be later
     * @param tickLength in milliseconds: shifts are whole ticks
     */
    Retiming(long[] positions, long[] tickMillis, long latestMillis, long tickLength) {
        this.positions = positions;
        this.tickMillis = tickMillis;
        shifts = new long[positions.length];
        long bound = latestMillis;
        long shift = 0;
        for (int i = positions.length - 1; i >= 0; i--) {
            long over = tickMillis[i] - shift - bound;
            if (over > 0) {
                shift += Math.ceilDiv(over, tickLength) * tickLength;
            }
            shifts[i] = shift;
            bound = tickMillis[i] - shift - 1;
        }
    }

    /** Milliseconds, 0 or more. */
    long shiftAt(long position) {
        int found = Arrays.binarySearch(positions, position);
        return found >= 0 ? shifts[found] : 0;
    }

    /** Whether the tick after this one belongs to the same tick of the timeline, whose ticks are longer then. */
    boolean sharesTickWithNext(long position, TickScale scale) {
        int found = Arrays.binarySearch(positions, position);
        return found >= 0
                && found + 1 < positions.length
                && scale.ceil(tickMillis[found] - shifts[found])
                        >= scale.ceil(tickMillis[found + 1] - shifts[found + 1]);
    }

    /** The newest tick, where it was moved to; {@link Horizon#NONE} where there is none. */
    int newestTick(TickScale scale) {
        return tickMillis.length == 0 ? Horizon.NONE : scale.ceil(tickMillis[tickMillis.length - 1] - newestShift());
    }

    /** That of the newest tick: what is to be taken off any time that the last process noted. */
    long newestShift() {
        return shifts.length == 0 ? 0 : shifts[shifts.length - 1];
    }
}
