package dev.tocsin.watch.quality;

/** A source has no answer; the message says why, for people. */
public final class SourceException extends Exception {
    public SourceException(String message) {
        super(message);
    }
}
