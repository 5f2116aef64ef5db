package dev.tocsin.journal;

import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.TickColumns;
import dev.tocsin.core.tick.TickFeed;
import dev.tocsin.core.tick.TickReader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * One who follows: from the files as long as memory does not have the next tick, then from memory. A segment is read from
 * its beginning, as names and totals stand there; what was taken before is passed over.
 */
final class JournalCursor implements TickFeed.Cursor {
    private static final System.Logger LOG = System.getLogger(JournalCursor.class.getName());
    private static final int WINDOW_BYTES = 1 << 20;

    /** Where it is noted how far one has come. */
    interface Place {
        void acknowledge(long upTo);

        void close();
    }

    private final Segments segments;
    private final RecentTicks recent;
    private final Place place;
    private final TickReader reader = new TickReader();
    /** Of the tick taken last. */
    private long position;
    /** Whether the reader knows everything told up to {@link #position} in its segment. */
    private boolean informed;

    private @Nullable RecordScanner file;
    private long fileLastPosition;

    JournalCursor(Segments segments, RecentTicks recent, long position, Place place) {
        this.segments = segments;
        this.recent = recent;
        this.position = position;
        this.place = place;
    }

    @Override
    public @Nullable TickColumns next() {
        EncodedTick live = recent.after(position);
        if (live != null && live.position() == position + 1 && (informed || live.beginsSegment())) {
            closeFile();
            return read(live);
        }
        try {
            TickColumns old = nextOfFiles();
            if (old != null) {
                return old;
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the journal can''t be read, those who follow go on with what is in memory: {0}", e);
            closeFile();
        }
        return live == null ? null : read(live);
    }

    private TickColumns read(EncodedTick tick) {
        position = tick.position();
        informed = true;
        if (tick.names().length > 0) {
            reader.names(position, tick.tickMillis(), tick.names(), 0, tick.names().length);
        }
        return reader.columns(position, tick.tickMillis(), tick.columns(), 0, tick.columns().length);
    }

    private @Nullable TickColumns nextOfFiles() throws IOException {
        while (file != null || openNext()) {
            TickColumns columns = nextOf(java.util.Objects.requireNonNull(file));
            if (columns != null) {
                return columns;
            }
            closeFile();
            // Whatever of it was damaged does not come any more.
            position = Math.max(position, fileLastPosition);
        }
        return null;
    }

    /** Opens the first file that holds a later tick. */
    private boolean openNext() throws IOException {
        for (Segment segment : segments.all()) {
            if (segment.lastPosition() > position) {
                RecordScanner opened = new RecordScanner(segment.file(), WINDOW_BYTES);
                opened.limitTo(segment.bytes());
                file = opened;
                reader.rewind();
                fileLastPosition = segment.lastPosition();

                return true;
            }
        }
        return false;
    }

    private @Nullable TickColumns nextOf(RecordScanner from) throws IOException {
        while (from.next()) {
            try {
                if (from.type == RecordFormat.NAMES) {
                    reader.names(from.position, from.tickMillis, from.payload, from.from, from.to);
                } else if (from.type == RecordFormat.COLUMNS) {
                    TickColumns columns =
                            reader.columns(from.position, from.tickMillis, from.payload, from.from, from.to);
                    if (from.position > position) {
                        position = from.position;
                        informed = true;
                        return columns;
                    }
                }
            } catch (ByteReader.UnreadableException e) {
                LOG.log(Level.WARNING, "tick {0} of the journal is unreadable: {1}", from.position, e.getMessage());
            }
        }
        return null;
    }

    private void closeFile() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a file of the journal can't be closed", e);
            }
            file = null;
        }
    }

    @Override
    public void acknowledge(long upTo) {
        place.acknowledge(upTo);
    }

    @Override
    public void close() {
        closeFile();
        place.close();
    }
}
