package dev.tocsin.series;

/**
 * How closed ticks are written for those who keep them elsewhere.
 *
 * @param firstPosition of the first tick, 1 or more; see {@link dev.tocsin.core.tick.EncodedTick}
 * @param segmentMillis after which a new segment begins, with every series told anew
 * @param segmentBytes after which one begins in any case
 */
public record RecordingSettings(long firstPosition, long segmentMillis, long segmentBytes) {
    public RecordingSettings {
        if (firstPosition < 1 || segmentMillis < 1 || segmentBytes < 1) {
            throw new IllegalArgumentException("all must be 1 or more");
        }
    }

    /** Segments of two minutes: telling everything anew is some hundredths of their bytes. */
    public static RecordingSettings from(long firstPosition, long segmentBytes) {
        return new RecordingSettings(firstPosition, 120_000, segmentBytes);
    }
}
