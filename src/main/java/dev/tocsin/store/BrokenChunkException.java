package dev.tocsin.store;

/** The bytes of a chunk are not what was written. */
final class BrokenChunkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenChunkException(String message) {
        super("a chunk of history can't be read: " + message);
    }
}
