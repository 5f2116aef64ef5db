package dev.tocsin.ingest;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails once more than so many bytes were read: a small compressed body can hold a very large one. One thread. */
final class BoundedInputStream extends FilterInputStream {
    /** There were more bytes than allowed. */
    static final class TooLargeException extends IOException {
        TooLargeException(long maxBytes) {
            super("more than " + maxBytes + " bytes after decompression");
        }
    }

    private final long maxBytes;
    private long bytesRead;

    BoundedInputStream(InputStream in, long maxBytes) {
        super(in);
        this.maxBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = super.read(bytes, offset, length);
        count(Math.max(n, 0));
        return n;
    }

    private void count(int more) throws IOException {
        bytesRead += more;
        if (bytesRead > maxBytes) {
            throw new TooLargeException(maxBytes);
        }
    }
}
