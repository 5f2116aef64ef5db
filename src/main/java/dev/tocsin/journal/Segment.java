package dev.tocsin.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One file of the journal and what is in it.
 *
 * @param firstPosition as its name says
 * @param bytes its length
 * @param positions of its ticks, ascending
 * @param tickMillis the ends of those ticks
 */
record Segment(Path file, long firstPosition, long bytes, long[] positions, long[] tickMillis) {
    private static final String SUFFIX = ".journal";

    /** Positions with leading zeros: sorted by name is sorted by position. */
    static Path fileOf(Path folder, long firstPosition) {
        return folder.resolve(String.format("%019d", firstPosition) + SUFFIX);
    }

    static boolean isSegment(Path file) {
        return file.getFileName().toString().matches("\\d{19}\\" + SUFFIX);
    }

    static long firstPositionOf(Path file) {
        return Long.parseLong(file.getFileName().toString().substring(0, 19));
    }

    /**
     * What the headers of a file say; it was closed, or its process was.
     *
     * @param states takes in those that it holds
     */
    static Segment read(Path file, StateBook states) throws IOException {
        long[] positions = new long[128];
        long[] ticks = new long[128];
        int count = 0;
        try (RecordScanner scanner = new RecordScanner(file, 1 << 12)) {
            while (scanner.next(type -> type == RecordFormat.STATE)) {
                if (scanner.type == RecordFormat.STATE) {
                    states.read(scanner.payload, scanner.from, scanner.to);
                } else if (scanner.type == RecordFormat.COLUMNS) {
                    if (count == ticks.length) {
                        positions = Arrays.copyOf(positions, count * 2);
                        ticks = Arrays.copyOf(ticks, count * 2);
                    }
                    positions[count] = scanner.position;
                    ticks[count++] = scanner.tickMillis;
                }
            }
        }
        return new Segment(
                file,
                firstPositionOf(file),
                Files.size(file),
                Arrays.copyOf(positions, count),
                Arrays.copyOf(ticks, count));
    }

    /** Of its last tick; one less than the first where it has none. */
    long lastPosition() {
        return positions.length == 0 ? firstPosition - 1 : positions[positions.length - 1];
    }

    /** The end of its last tick; the smallest number where it has none. */
    long newestMillis() {
        return tickMillis.length == 0 ? Long.MIN_VALUE : tickMillis[tickMillis.length - 1];
    }
}
