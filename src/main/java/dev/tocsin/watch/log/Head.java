package dev.tocsin.watch.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The first bytes of a file, by which it is known again: a number that belonged to another file before begins
 * differently, and so does a file that was emptied and written anew. Immutable.
 */
record Head(byte[] bytes) {
    static final int MAX_BYTES = 256;
    /** Fewer are no proof that a file is the copy of another. */
    private static final int LEAST_TELLING_BYTES = 32;

    static final Head EMPTY = new Head(new byte[0]);

    /** What there is of it now. */
    static Head of(FileChannel channel) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(MAX_BYTES);
        while (into.hasRemaining() && channel.read(into, into.position()) > 0) {
            // on to the next part
        }
        return new Head(Arrays.copyOf(into.array(), into.position()));
    }

    int length() {
        return bytes.length;
    }

    long checksum(int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return checksum.getValue();
    }

    /** Whether this one begins as {@code earlier} did: it may have grown since. */
    boolean continues(Head earlier) {
        return length() >= earlier.length()
                && Arrays.equals(bytes, 0, earlier.length(), earlier.bytes, 0, earlier.length());
    }

    boolean isCopyOf(Head other) {
        return other.length() >= LEAST_TELLING_BYTES && continues(other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Head head && Arrays.equals(bytes, head.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
