package dev.tocsin.core.tick;

/**
 * One closed tick in bytes, as {@link TickWriter} wrote it; nothing in it changes any more. Safe from any thread.
 *
 * @param position 1 for the first tick of a data folder; each has the next
 * @param beginsSegment whether every series with a row from here on is told here or later: whoever reads may begin here
 * @param tickMillis the end of the interval, wall time
 * @param names the series told at this tick; empty where there are none. To be read before the columns
 */
public record EncodedTick(long position, boolean beginsSegment, long tickMillis, byte[] names, byte[] columns) {
    public long size() {
        return (long) names.length + columns.length;
    }
}
