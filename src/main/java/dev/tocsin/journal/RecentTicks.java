package dev.tocsin.journal;

import dev.tocsin.core.tick.EncodedTick;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The newest ticks in memory, so that whoever follows closely reads no file, and follows on though the disk is full.
 * Bounded by bytes; the newest one is always there. Any thread.
 */
final class RecentTicks {
    private final long maxBytes;
    private final ArrayDeque<EncodedTick> ticks = new ArrayDeque<>();
    private long bytes;

    RecentTicks(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized void add(EncodedTick tick) {
        ticks.add(tick);
        bytes += tick.size();
        while (bytes > maxBytes && ticks.size() > 1) {
            bytes -= ticks.remove().size();
        }
    }

    /** The first tick after a position, or null. */
    synchronized @Nullable EncodedTick after(long position) {
        EncodedTick oldest = ticks.peekFirst();
        if (oldest == null || ticks.getLast().position() <= position) {
            return null;
        }
        if (oldest.position() > position) {
            return oldest;
        }
        for (EncodedTick tick : ticks) {
            if (tick.position() > position) {
                return tick;
            }
        }
        return null;
    }
}
