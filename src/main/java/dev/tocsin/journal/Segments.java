package dev.tocsin.journal;

import dev.tocsin.core.tick.EncodedTick;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of the journal: those closed, oldest first, and the one being written. The journal's thread changes it, any
 * thread looks.
 */
final class Segments {
    private static final System.Logger LOG = System.getLogger(Segments.class.getName());

    private final Path folder;
    private final ArrayDeque<Segment> closed = new ArrayDeque<>();
    /** Those that an earlier process left, until they go. */
    private final List<Segment> left;

    private @Nullable Open open;

    /** The file being written: as a closed one it would have {@link Segment#tickMillis}. */
    private static final class Open {
        final Path file;
        final long firstPosition;
        long synced;
        long[] positions = new long[128];
        long[] ticks = new long[128];
        int count;

        Open(Path file, long firstPosition) {
            this.file = file;
            this.firstPosition = firstPosition;
        }

        Segment asClosed() {
            return new Segment(
                    file, firstPosition, synced, Arrays.copyOf(positions, count), Arrays.copyOf(ticks, count));
        }
    }

    /**
     * Finds what an earlier process left.
     *
     * @param states takes in those that it left
     * @throws IOException naming the folder or file that can't be made or read
     */
    Segments(Path folder, StateBook states) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(Segment::isSegment).sorted().toList();
        }
        for (Path file : files) {
            Segment segment = Segment.read(file, states);
            if (segment.bytes() == 0) {
                Files.delete(file);
            } else {
                closed.add(segment);
            }
        }
        left = List.copyOf(closed);
    }

    /** What was there before this process. */
    List<Segment> left() {
        return left;
    }

    /** Cuts what an earlier process was killed in writing off the end of its last file; the number of bytes. */
    long cutTail() throws IOException {
        if (left.isEmpty()) {
            return 0;
        }
        Segment last = left.getLast();
        long goodEnd;
        try (RecordScanner scanner = new RecordScanner(last.file(), 1 << 20)) {
            boolean more = scanner.next();
            while (more) {
                more = scanner.next();
            }
            goodEnd = scanner.goodEnd();
        }
        long torn = last.bytes() - goodEnd;
        if (torn > 0) {
            try (FileChannel channel = FileChannel.open(last.file(), StandardOpenOption.WRITE)) {
                channel.truncate(goodEnd);
            }
        }
        return torn;
    }

    synchronized SegmentWriter begin(long firstPosition) throws IOException {
        Path file = Segment.fileOf(folder, firstPosition);
        SegmentWriter writer = new SegmentWriter(file);
        open = new Open(file, firstPosition);
        syncFolder();
        return writer;
    }

    /** So that the new name outlives a power failure too. */
    private void syncFolder() {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a folder can't be synced here", e);
        }
    }

    /** The open file is safe up to here, these ticks among it. */
    synchronized void synced(long bytes, List<EncodedTick> ticks) {
        Open o = open;
        if (o == null) {
            return;
        }
        o.synced = bytes;
        for (EncodedTick tick : ticks) {
            if (o.count == o.ticks.length) {
                o.positions = Arrays.copyOf(o.positions, o.count * 2);
                o.ticks = Arrays.copyOf(o.ticks, o.count * 2);
            }
            o.positions[o.count] = tick.position();
            o.ticks[o.count++] = tick.tickMillis();
        }
    }

    /** The open file is written no more. */
    synchronized void end() {
        if (open != null) {
            closed.add(open.asClosed());
            open = null;
        }
    }

    /** Closed ones and what is safe of the open one, oldest first. */
    synchronized List<Segment> all() {
        List<Segment> all = new ArrayList<>(closed);
        if (open != null && open.synced > 0) {
            all.add(open.asClosed());
        }
        return all;
    }

    synchronized @Nullable Segment oldestClosed() {
        return closed.peekFirst();
    }

    /** Deletes the oldest closed one. */
    synchronized void deleteOldest() throws IOException {
        Segment oldest = closed.peekFirst();
        if (oldest != null) {
            Files.deleteIfExists(oldest.file());
            closed.remove();
        }
    }

    synchronized long bytes() {
        long bytes = open == null ? 0 : open.synced;
        for (Segment segment : closed) {
            bytes += segment.bytes();
        }
        return bytes;
    }
}
