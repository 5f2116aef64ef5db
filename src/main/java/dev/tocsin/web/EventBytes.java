package dev.tocsin.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events as bytes, plain and compressed, each made once however many get them. The compressed form is a
 * piece of a deflate stream that ends at a byte, refers to nothing before it and is not the last, so that any such pieces
 * follow each other in one gzip stream (RFC 1951, 3.2.4; RFC 1952): a connection has no compressor of its own. Safe from
 * any thread.
 */
final class EventBytes {
    static final EventBytes NONE = new EventBytes(new byte[0]);

    /** What a gzip stream begins with: deflate, no flags, no time, any system. */
    static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final byte[] plain;
    private byte @Nullable [] compressed;

    private EventBytes(byte[] plain) {
        this.plain = plain;
    }

    static EventBytes of(CharSequence text) {
        return text.isEmpty() ? NONE : new EventBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    boolean isEmpty() {
        return plain.length == 0;
    }

    /** Bytes of the plain form. */
    int length() {
        return plain.length;
    }

    byte[] bytes(boolean gzip) {
        return gzip && plain.length > 0 ? compressed() : plain;
    }

    private synchronized byte[] compressed() {
        if (compressed == null) {
            compressed = deflate(plain);
        }
        return compressed;
    }

    private static byte[] deflate(byte[] plain) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(plain);
            ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 2 + 16);
            byte[] buffer = new byte[4_096];
            int n;
            do {
                n = deflater.deflate(buffer, 0, buffer.length, Deflater.FULL_FLUSH);
                out.write(buffer, 0, n);
            } while (n == buffer.length);
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    @Override
    public String toString() {
        return new String(plain, StandardCharsets.UTF_8);
    }
}
