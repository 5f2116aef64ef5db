package dev.tocsin.journal;

/**
 * Bounds of the journal.
 *
 * @param hotMillis how far back ticks are kept for a restart
 * @param maxBytes what all files may take; past it the oldest go, sent or not
 * @param recentBytes ticks kept in memory for those who follow closely
 * @param queueBytes ticks that wait for the disk; past it they are lost to the journal
 */
public record JournalSettings(long hotMillis, long maxBytes, long recentBytes, long queueBytes) {
    public JournalSettings {
        if (hotMillis < 1 || maxBytes < 1 || recentBytes < 1 || queueBytes < 1) {
            throw new IllegalArgumentException("all must be 1 or more");
        }
    }

    public static JournalSettings of(long hotMillis, long maxBytes) {
        return new JournalSettings(hotMillis, maxBytes, 64 << 20, 128 << 20);
    }

    /** A segment goes as a whole, so that there should be some. */
    public long segmentBytes() {
        return Math.clamp(maxBytes / 8, 1 << 16, 256 << 20);
    }
}
