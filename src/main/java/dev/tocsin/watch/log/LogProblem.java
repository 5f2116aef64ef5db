package dev.tocsin.watch.log;

import java.util.Locale;

/** What was found wrong with a file or line. The lower-case name is the {@code reason} label of the metric. */
enum LogProblem {
    /** A line, or an event of several lines, is longer than the source's bound; the rest of it was left out. */
    CUT("is cut in a line that is too long"),
    /** A line holds a NUL; it was left out. */
    BINARY("has a line that is binary"),
    /** Nobody may read the file, or reading it failed. */
    UNREADABLE("can't be read"),
    /** What is kept for the next process could not be written. */
    UNWRITTEN("can't be written"),
    /** The path is a FIFO, socket or device, which is never opened. */
    NO_FILE("is refused"),
    /** So many files are followed that this one is not. */
    TOO_MANY("is not followed: too many files are"),
    /** The file was emptied, or written anew, and is read from its start. */
    EMPTIED("was emptied"),
    /** A sample made of a field was not taken by the series table. */
    REJECTED("made a sample that was rejected"),
    /** A field that should be a number is none. */
    NO_NUMBER("has a field that is no number");

    private final String label = name().toLowerCase(Locale.ROOT);
    private final String said;

    LogProblem(String said) {
        this.said = said;
    }

    /** The value of the {@code reason} label. */
    String label() {
        return label;
    }

    /** After the file's name, a sentence. */
    String said() {
        return said;
    }
}
