package dev.tocsin.journal;

import dev.tocsin.core.tick.StoredTicks;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What earlier processes left in the journal, oldest first, damaged records passed over and counted. Files that nobody
 * needed any more, and that are gone since, are passed over too. Confined to one thread.
 */
public final class OldTicks implements StoredTicks {
    private static final System.Logger LOG = System.getLogger(OldTicks.class.getName());
    private static final int WINDOW_BYTES = 1 << 22;

    private final List<Segment> segments;
    private final JournalMeters meters;
    private int nextSegment;
    private @Nullable RecordScanner file;

    OldTicks(List<Segment> segments, JournalMeters meters) {
        this.segments = segments;
        this.meters = meters;
    }

    @Override
    public long[] tickMillis() {
        return segments.stream()
                .flatMapToLong(segment -> java.util.Arrays.stream(segment.tickMillis()))
                .toArray();
    }

    @Override
    public long[] positions() {
        return segments.stream()
                .flatMapToLong(segment -> java.util.Arrays.stream(segment.positions()))
                .toArray();
    }

    @Override
    public boolean next(Taker taker) throws IOException {
        while (opened()) {
            RecordScanner from = Objects.requireNonNull(file);
            while (from.next()) {
                if (from.type == RecordFormat.NAMES) {
                    taker.names(from.position, from.tickMillis, from.payload, from.from, from.to);
                } else if (from.type == RecordFormat.COLUMNS) {
                    taker.columns(from.position, from.tickMillis, from.payload, from.from, from.to);
                    return true;
                }
            }
            meters.damagedRecords.increment(from.damaged());
            close();
        }
        return false;
    }

    /** Opens the next file where none is; whether there is one. */
    private boolean opened() throws IOException {
        while (file == null && nextSegment < segments.size()) {
            Path next = segments.get(nextSegment++).file();
            try {
                file = new RecordScanner(next, WINDOW_BYTES);
            } catch (NoSuchFileException e) {
                // It has grown older than the hot window, or gone beyond the bound, since reading began.
                LOG.log(Level.DEBUG, "is not read back any more: {0}", next);
            }
        }
        return file != null;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
