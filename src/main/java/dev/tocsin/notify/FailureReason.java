package dev.tocsin.notify;

import java.util.Locale;

/** Why an attempt, or a whole notification, failed. The lower-case name is the {@code reason} label of the metric. */
public enum FailureReason {
    /** No connection, or one that broke. */
    CONNECTION,
    /** No answer in time. */
    TIMEOUT,
    /** The receiver asks for fewer requests (429). */
    RATE_LIMITED,
    /** The receiver has a fault of its own (5xx). */
    SERVER_ERROR,
    /** The receiver does not take this request (4xx). */
    CLIENT_ERROR,
    /** The receiver points elsewhere in a way that a POST can't follow. */
    REDIRECT,
    /** The URL is none. */
    BAD_URL,
    /** A file with a secret can't be read. */
    SECRET,
    /** The destination failed too often to be tried before the deadline. */
    CIRCUIT_OPEN,
    /** More notifications wait for this integration than allowed. */
    QUEUE_FULL,
    /** The integration was changed or removed. */
    SUPERSEDED,
    /** The process stopped. */
    STOPPED,
    /** A fault of ours. */
    INTERNAL;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Whether it tells of a destination that is not well, and not of this message, or of us. */
    boolean isFaultOfDestination() {
        return this == CONNECTION || this == TIMEOUT || this == SERVER_ERROR;
    }

    /** Whether the attempt failed before anything was sent. */
    boolean isOurs() {
        return this == SECRET || this == INTERNAL;
    }

    public String label() {
        return label;
    }
}
