package dev.tocsin.watch.log;

import java.util.Arrays;

/**
 * From the bytes of one file to its events: parts lines, joins those that belong together, and cuts what is too long.
 * Holds at most the event that may go on and one line, each up to the source's bound. Confined to one thread.
 *
 * <pre>
 *   buffer   event that may go on │ line in progress │ free
 *            0                 eventEnd         lineEnd
 * </pre>
 *
 * A line with a NUL in it is binary and is left out; NULs at its start are those of a hole that {@code copytruncate} left
 * in a file whose writer does not append, and are dropped.
 */
final class EventReader {
    private static final int FIRST_BYTES = 512;

    /** Takes an event; the bytes are only valid during the call. */
    interface Events {
        /**
         * @param lines of the event
         */
        void event(byte[] bytes, int from, int to, int lines);
    }

    private final Joining joining;
    private final int maxBytes;
    private final Events events;
    private byte[] buffer = new byte[0];

    private int eventEnd;
    private int eventLines;
    private boolean eventCut;
    private int lineEnd;
    private boolean lineCut;
    private boolean lineBinary;

    /** Offset in the file of the first byte that was not fed yet. */
    private long offset;

    private long eventOffset;
    private long lineOffset;
    private long cutEvents;
    private long binaryLines;

    /** @param offset in the file of the first byte that will be fed */
    EventReader(LogSource source, long offset, Events events) {
        this.joining = new Joining(source.eventStart());
        this.maxBytes = source.maxEventBytes();
        this.events = events;
        this.offset = offset;
        this.lineOffset = offset;
    }

    /** Where to read on. */
    long offset() {
        return offset;
    }

    /** Everything before this was handed on: where another process would have to read on. */
    long handedOn() {
        return eventLines > 0 ? eventOffset : lineOffset;
    }

    /** Events of which a part was left out, since the last call. */
    long takeCutEvents() {
        long count = cutEvents;
        cutEvents = 0;
        return count;
    }

    /** Lines left out because they are no text, since the last call. */
    long takeBinaryLines() {
        long count = binaryLines;
        binaryLines = 0;
        return count;
    }

    void feed(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int end = at;
            while (end < to && bytes[end] != '\n') {
                end++;
            }
            append(bytes, at, end);
            offset += end - at;
            if (end < to) {
                offset++;
                endLine();
            }
            at = end + 1;
        }
    }

    private void append(byte[] bytes, int from, int to) {
        int start = from;
        while (lineEnd == eventEnd && start < to && bytes[start] == 0) {
            start++;
        }
        int room = maxBytes - (lineEnd - eventEnd);
        int taken = Math.min(room, to - start);
        lineCut |= taken < to - start;
        if (taken <= 0) {
            return;
        }
        if (lineEnd + taken > buffer.length) {
            int wanted = Math.max(lineEnd + taken, Math.min(2 * buffer.length, 2 * maxBytes));
            buffer = Arrays.copyOf(buffer, Math.max(FIRST_BYTES, wanted));
        }
        System.arraycopy(bytes, start, buffer, lineEnd, taken);
        for (int i = start; i < start + taken; i++) {
            lineBinary |= bytes[i] == 0;
        }
        lineEnd += taken;
    }

    private void endLine() {
        if (lineEnd > eventEnd && buffer[lineEnd - 1] == '\r') {
            lineEnd--;
        }
        if (lineBinary) {
            binaryLines++;
            lineEnd = eventEnd;
        }
        if (lineEnd > eventEnd) {
            if (eventLines > 0 && joining.continues(buffer, eventEnd, lineEnd)) {
                join();
            } else {
                flush();
                begin();
            }
        }
        lineEnd = eventEnd;
        lineOffset = offset;
        lineCut = false;
        lineBinary = false;
    }

    /** Makes the line the event, which has been handed on. */
    private void begin() {
        joining.begin(buffer, 0, lineEnd);
        eventEnd = lineEnd;
        eventOffset = lineOffset;
        eventLines = 1;
        eventCut = lineCut;
    }

    private void join() {
        int length = lineEnd - eventEnd;
        eventLines++;
        if (eventEnd + 1 + length > maxBytes) {
            eventCut = true;
            return;
        }
        if (lineEnd + 1 > buffer.length) {
            buffer = Arrays.copyOf(buffer, lineEnd + 1);
        }
        System.arraycopy(buffer, eventEnd, buffer, eventEnd + 1, length);
        buffer[eventEnd] = '\n';
        eventEnd += 1 + length;
        eventCut |= lineCut;
    }

    /** Hands on the event that might still have gone on. The line in progress stays. */
    void flush() {
        if (eventLines == 0) {
            return;
        }
        cutEvents += eventCut ? 1 : 0;
        int end = eventEnd;
        int lines = eventLines;
        eventEnd = 0;
        eventLines = 0;
        events.event(buffer, 0, end, lines);
        System.arraycopy(buffer, end, buffer, 0, lineEnd - end);
        lineEnd -= end;
        if (lineEnd == 0) {
            release();
        }
    }

    /** Hands on everything, a last line without an end too. */
    void end() {
        endLine();
        flush();
    }

    /** What a long event made large does not stay so. */
    private void release() {
        if (buffer.length > 16 * FIRST_BYTES) {
            buffer = new byte[FIRST_BYTES];
        }
    }
}
