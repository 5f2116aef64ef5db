package dev.tocsin.journal;

import dev.tocsin.core.tick.StoredTicks;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What earlier processes left in the journal, oldest first, damaged records passed over and counted. Confined to one thread. */
public final class OldTicks implements StoredTicks {
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
        while (file != null || nextSegment < segments.size()) {
            RecordScanner from = file;
            if (from == null) {
                from = new RecordScanner(segments.get(nextSegment++).file(), WINDOW_BYTES);
                file = from;
            }
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

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
