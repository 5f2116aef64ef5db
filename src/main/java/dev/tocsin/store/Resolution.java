package dev.tocsin.store;

/**
 * How finely history is kept, and how it is cut: intervals are packed in slots (one row per series), and slots in
 * partitions, which are dropped whole. A slot is told by the minute since 1970 that it begins with.
 */
public enum Resolution {
    TEN_SECONDS("chunk_10s", 10_000, 5, 120),
    MINUTE("chunk_1m", 60_000, 120, 1_440),
    HOUR("chunk_1h", 3_600_000, 1_440, 14_400);

    static final long MINUTE_MILLIS = 60_000;

    private final String table;
    private final long millis;
    private final int slotMinutes;
    private final int partitionMinutes;

    Resolution(String table, long millis, int slotMinutes, int partitionMinutes) {
        this.table = table;
        this.millis = millis;
        this.slotMinutes = slotMinutes;
        this.partitionMinutes = partitionMinutes;
    }

    String table() {
        return table;
    }

    /** Length of an interval. */
    public long millis() {
        return millis;
    }

    int slotMinutes() {
        return slotMinutes;
    }

    long slotMillis() {
        return slotMinutes * MINUTE_MILLIS;
    }

    int partitionMinutes() {
        return partitionMinutes;
    }

    /** How many intervals a slot has. */
    int intervals() {
        return (int) (slotMillis() / millis);
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
