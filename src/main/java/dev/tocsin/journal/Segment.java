package dev.tocsin.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One file of the journal and what is in it.
 *
 * @param firstPosition as its name says
 * @param lastPosition of its last good tick; one less than the first where it has none
 * @param bytes its length
 * @param tickMillis the ends of its ticks, in the order of their positions
 */
record Segment(Path file, long firstPosition, long lastPosition, long bytes, long[] tickMillis) {
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
        long first = firstPositionOf(file);
        long last = first - 1;
        long[] ticks = new long[128];
        int count = 0;
        try (RecordScanner scanner = new RecordScanner(file, 1 << 12)) {
            while (scanner.next(type -> type == RecordFormat.STATE)) {
                if (scanner.type == RecordFormat.STATE) {
                    states.read(scanner.payload, scanner.from, scanner.to);
                } else if (scanner.type == RecordFormat.COLUMNS) {
                    last = Math.max(last, scanner.position);
                    ticks = count == ticks.length ? Arrays.copyOf(ticks, count * 2) : ticks;
                    ticks[count++] = scanner.tickMillis;
                }
            }
        }
        return new Segment(file, first, last, Files.size(file), Arrays.copyOf(ticks, count));
    }

    /** The end of its last tick; the smallest number where it has none. */
    long newestMillis() {
        return tickMillis.length == 0 ? Long.MIN_VALUE : tickMillis[tickMillis.length - 1];
    }
}
