package dev.tocsin.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntPredicate;

/**
 * Reads the records of one segment file in order, and passes over what is damaged. The record's fields hold until the
 * next call. Confined to one thread.
 */
final class RecordScanner implements AutoCloseable {
    private final FileChannel channel;
    private long limit;
    /** Bytes [windowAt, windowAt + windowSize) of the file. */
    private byte[] window;

    private long windowAt;
    private int windowSize;
    private long at;
    private long goodEnd;
    private long damaged;

    int type;
    long position;
    long tickMillis;
    byte[] payload = {};
    int from;
    int to;

    /** @param windowBytes read at once */
    RecordScanner(Path file, int windowBytes) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        window = new byte[Math.max(windowBytes, RecordFormat.HEADER_BYTES)];
        limit = channel.size();
    }

    /** Reads no further than this, where somebody still appends. */
    void limitTo(long bytes) {
        limit = bytes;
    }

    /** Records that were damaged so far. */
    long damaged() {
        return damaged;
    }

    /** Where the last good record ended. */
    long goodEnd() {
        return goodEnd;
    }

    /** @return whether there was another good record */
    boolean next() throws IOException {
        return next(type -> true);
    }

    /** The same, but only payloads of some types are read; others are passed over, and taken for good. */
    boolean next(IntPredicate withPayload) throws IOException {
        boolean searching = false;
        while (fill(RecordFormat.HEADER_BYTES)) {
            int start = (int) (at - windowAt);
            long length = RecordFormat.isHeader(window, start)
                    ? (int) RecordFormat.INT.get(window, start + RecordFormat.LENGTH_AT)
                    : -1;
            if (length < 0 || at + RecordFormat.HEADER_BYTES + length > limit) {
                damaged += searching ? 0 : 1;
                searching = true;
                at++;
                continue;
            }
            searching = false;
            if (read(start, (int) length, withPayload)) {
                at += RecordFormat.HEADER_BYTES + length;
                goodEnd = at;
                return true;
            }
            damaged++;
            at += RecordFormat.HEADER_BYTES + length;
        }
        damaged += at < limit && !searching ? 1 : 0;
        return false;
    }

    private boolean read(int headerStart, int length, IntPredicate withPayload) throws IOException {
        type = (int) RecordFormat.INT.get(window, headerStart + RecordFormat.TYPE_AT);
        position = (long) RecordFormat.LONG.get(window, headerStart + RecordFormat.POSITION_AT);
        tickMillis = (long) RecordFormat.LONG.get(window, headerStart + RecordFormat.TICK_AT);
        if (!withPayload.test(type)) {
            return true;
        }
        fill(RecordFormat.HEADER_BYTES + length);
        int start = (int) (at - windowAt);
        payload = window;
        from = start + RecordFormat.HEADER_BYTES;
        to = from + length;
        return RecordFormat.crc(window, from, length)
                == (int) RecordFormat.INT.get(window, start + RecordFormat.PAYLOAD_CRC_AT);
    }

    /** @return whether so many bytes from {@link #at} on are in the window now */
    private boolean fill(int bytes) throws IOException {
        if (at + bytes > limit) {
            return false;
        }
        if (at >= windowAt && at + bytes <= windowAt + windowSize) {
            return true;
        }
        if (bytes > window.length) {
            window = new byte[bytes + (bytes >> 2)];
        }
        int wanted = (int) Math.min(window.length, limit - at);
        ByteBuffer into = ByteBuffer.wrap(window, 0, wanted);
        windowAt = at;
        windowSize = 0;
        while (into.hasRemaining()) {
            int n = channel.read(into, at + into.position());
            if (n < 0) {
                break;
            }
        }
        windowSize = into.position();
        return windowSize >= bytes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
