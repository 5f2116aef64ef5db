package dev.tocsin.journal;

import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.TickColumns;
import dev.tocsin.core.tick.TickFeed;
import dev.tocsin.core.tick.TickReader;
import dev.tocsin.core.tick.TickSink;
import org.jspecify.annotations.Nullable;

/** Keeps the newest ticks for those who follow. {@link #take} is for the series thread; cursors are for any thread, each for one. */
public final class TickJournal implements TickSink, TickFeed {
    private static final long RECENT_BYTES = 64 << 20;

    private final RecentTicks recent = new RecentTicks(RECENT_BYTES);

    @Override
    public void take(EncodedTick tick) {
        recent.add(tick);
    }

    @Override
    public Cursor follow(String consumer) {
        return new RecentCursor();
    }

    private final class RecentCursor implements Cursor {
        private final TickReader reader = new TickReader();
        private long position;

        @Override
        public @Nullable TickColumns next() {
            EncodedTick tick = recent.after(position);
            if (tick == null) {
                return null;
            }
            position = tick.position();
            if (tick.names().length > 0) {
                reader.names(position, tick.tickMillis(), tick.names(), 0, tick.names().length);
            }
            return reader.columns(position, tick.tickMillis(), tick.columns(), 0, tick.columns().length);
        }

        @Override
        public void acknowledge(long upTo) {}

        @Override
        public void close() {}
    }
}
