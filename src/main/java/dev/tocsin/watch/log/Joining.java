package dev.tocsin.watch.log;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Whether a line belongs to the event before it. By the source's own expression, where there is one; else these do: a line
 * that begins with a blank or tab; {@code Caused by:}, {@code Suppressed:} and {@code ...} of Java; the first line of a
 * stack trace, which is the name of an exception ({@code java.io.IOException: …}) or {@code Traceback (most recent call
 * last):}; after that the name of an exception without dots, and the sentences with which Python chains tracebacks. A line
 * that begins with a brace never does, since it is JSON. Confined to one thread.
 */
final class Joining {
    private static final String TRACEBACK = "Traceback (most recent call last):";
    private static final String[] STARTS = {
        "Caused by:",
        "Suppressed:",
        "... ",
        "During handling of the above exception",
        "The above exception was the direct cause",
        "goroutine ",
        TRACEBACK
    };
    private static final String[] EXCEPTION_ENDS = {"Exception", "Error", "Throwable", "Exit", "Interrupt", "Warning"};

    private final @Nullable Pattern eventStart;
    private boolean inTraceback;

    Joining(@Nullable Pattern eventStart) {
        this.eventStart = eventStart;
    }

    /** An event begins with this line. */
    void begin(byte[] bytes, int from, int to) {
        inTraceback = startsWith(bytes, from, to, TRACEBACK);
    }

    /** Whether the line, which is not empty, belongs to the event that was begun. */
    boolean continues(byte[] bytes, int from, int to) {
        if (eventStart != null) {
            return !eventStart
                    .matcher(new String(bytes, from, to - from, StandardCharsets.UTF_8))
                    .find();
        }
        byte first = bytes[from];
        if (first == ' ' || first == '\t') {
            return true;
        }
        if (first == '{') {
            return false;
        }
        for (String start : STARTS) {
            if (first == start.charAt(0) && startsWith(bytes, from, to, start)) {
                inTraceback |= start.equals(TRACEBACK);
                return true;
            }
        }
        return isException(bytes, from, to);
    }

    /** A class name that sounds like an exception, with dots in it unless in a traceback, and a colon or nothing after it. */
    private boolean isException(byte[] bytes, int from, int to) {
        int end = from;
        boolean dotted = false;
        while (end < to && isName(bytes[end])) {
            dotted |= bytes[end] == '.';
            end++;
        }
        if (end == from || end < to && bytes[end] != ':' || !dotted && !inTraceback) {
            return false;
        }
        for (String name : EXCEPTION_ENDS) {
            if (end - from >= name.length() && startsWith(bytes, end - name.length(), end, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isName(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '.' || b == '_' || b == '$';
    }

    private static boolean startsWith(byte[] bytes, int from, int to, String start) {
        if (to - from < start.length()) {
            return false;
        }
        for (int i = 0; i < start.length(); i++) {
            if (bytes[from + i] != start.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
