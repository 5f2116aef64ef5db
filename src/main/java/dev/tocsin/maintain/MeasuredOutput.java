package dev.tocsin.maintain;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Counts and hashes what goes through. Closing does not close what is behind it. */
final class MeasuredOutput extends FilterOutputStream {
    private final MessageDigest digest;
    private long bytes;

    MeasuredOutput(OutputStream behind) {
        super(behind);
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
        digest.update((byte) b);
        bytes++;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        out.write(from, offset, length);
        digest.update(from, offset, length);
        bytes += length;
    }

    @Override
    public void close() throws IOException {
        flush();
    }

    /** Of all so far; nothing may be written after it. */
    BackupManifest.Content content() {
        return new BackupManifest.Content(bytes, HexFormat.of().formatHex(digest.digest()));
    }
}
