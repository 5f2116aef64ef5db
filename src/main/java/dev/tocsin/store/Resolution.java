package dev.tocsin.store;

/**
 * How finely history is kept, and how it is cut: intervals are packed in slots (one row per series), and slots in
 * partitions, which are dropped whole. A slot is told by the minute since 1970 that it begins with.
 *
 * @param table of its chunks
 * @param millis length of an interval; divides the slot
 */
public record Resolution(String table, long millis, int slotMinutes, int partitionMinutes) {
    static final long MINUTE_MILLIS = 60_000;

    long slotMillis() {
        return slotMinutes * MINUTE_MILLIS;
    }

    /** How many intervals a slot has. */
    int intervals() {
        return intervalsIn(slotMinutes);
    }

    /** How many intervals there are in so many minutes, which are whole ones. */
    int intervalsIn(int minutes) {
        return Math.toIntExact(minutes * MINUTE_MILLIS / millis);
    }

    /** How many of its intervals make one of a coarser resolution. */
    int partsOf(Resolution coarser) {
        return Math.toIntExact(coarser.millis / millis);
    }

    /** The slot that what happened in an interval ending at this time is in: intervals are open at their begin. */
    int slotOf(long endMillis) {
        return Math.toIntExact(Math.floorDiv(endMillis - 1, slotMillis()) * slotMinutes);
    }

    /** The number of the interval, within its slot, that a time lies in. */
    int intervalOf(long endMillis) {
        return (int) (Math.floorMod(endMillis - 1, slotMillis()) / millis);
    }

    /** The end of an interval. */
    long endMillis(int slot, int interval) {
        return slot * MINUTE_MILLIS + (interval + 1) * millis;
    }

    int partitionOf(int slot) {
        return Math.floorDiv(slot, partitionMinutes) * partitionMinutes;
    }
}
