package dev.tocsin.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Appends records to one file, through one buffer. What was appended is safe once {@link #sync} returned. Confined to one thread. */
final class SegmentWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 18;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] header = new byte[RecordFormat.HEADER_BYTES];
    private long length;
    private long synced;

    SegmentWriter(Path file) throws IOException {
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    void append(int type, long position, long tickMillis, byte[] payload) throws IOException {
        RecordFormat.header(header, type, position, tickMillis, payload);
        put(header);
        put(payload);
        length += header.length + payload.length;
    }

    private void put(byte[] bytes) throws IOException {
        int from = 0;
        while (from < bytes.length) {
            int count = Math.min(buffer.remaining(), bytes.length - from);
            buffer.put(bytes, from, count);
            from += count;
            if (!buffer.hasRemaining()) {
                drain();
            }
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    void sync() throws IOException {
        drain();
        channel.force(false);
        synced = length;
    }

    /** What is safe, in bytes from the beginning. */
    long synced() {
        return synced;
    }

    /** Cuts off what was not synced. */
    void cut() throws IOException {
        buffer.clear();
        channel.truncate(synced);
        length = synced;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
