package dev.tocsin.watch.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One file that is followed, whatever it is called, and how far it has been read. Notices that it was emptied: it is
 * shorter than what was read, or begins differently. Confined to the thread that reads.
 */
final class TailedFile implements AutoCloseable {
    final FileId id;
    final LogSource source;
    Path path;

    private final FileChannel channel;
    private final LogTail.Findings findings;
    private EventReader reader;
    private Head head;
    /** When this file was emptied: how it began before, and how far it had been read. */
    private @Nullable Head headBefore;

    private long readBefore;
    /** Whether it is the copy that is made of a file before that is emptied: then only what that was not read of counts. */
    private boolean copy;

    private int idlePasses;
    /** Since when no pattern matches it any more; {@link Long#MAX_VALUE} while one does. */
    private long unmatchedSinceMillis = Long.MAX_VALUE;

    private TailedFile(
            FileId id, LogSource source, Path path, FileChannel channel, Head head, LogTail.Findings findings) {
        this.id = id;
        this.source = source;
        this.path = path;
        this.channel = channel;
        this.head = head;
        this.findings = findings;
        this.reader = reader(0);
    }

    /**
     * @return null where the path does not stand for that file any more
     * @throws IOException where it can't be read
     */
    static @Nullable TailedFile open(FileId id, LogSource source, Path path, LogTail.Findings findings)
            throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            if (FileId.of(path).id().equals(id)) {
                return new TailedFile(id, source, path, channel, Head.of(channel), findings);
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return null;
    }

    private EventReader reader(long offset) {
        return new EventReader(
                source, offset, (bytes, from, to, lines) -> findings.event(this, bytes, from, to, lines));
    }

    Head head() {
        return head;
    }

    long size() throws IOException {
        return channel.size();
    }

    /** Reads on from there. */
    void readFrom(long offset) {
        reader = reader(offset);
        copy = false;
    }

    /** Everything that is in it now stands in another that is followed. */
    void beCopy() throws IOException {
        copy = true;
        reader = reader(channel.size());
    }

    boolean isCopy() {
        return copy;
    }

    /** Of the contents that it had before it was emptied, which a copy with that head may hold the rest of; -1 for none. */
    long readOfContents(Head copyHead) {
        return headBefore != null && copyHead.isCopyOf(headBefore) ? readBefore : -1;
    }

    Positions.Position position() {
        int known = head.length();
        return new Positions.Position(reader.handedOn(), known, head.checksum(known), source.name(), path.toString());
    }

    long takeCutEvents() {
        return reader.takeCutEvents();
    }

    long takeBinaryLines() {
        return reader.takeBinaryLines();
    }

    /** Bytes that are there and were not read. */
    long behind() throws IOException {
        return Math.max(0, channel.size() - reader.offset());
    }

    /** What a look at the file found. */
    enum Look {
        GROWN,
        SAME,
        EMPTIED
    }

    /** To be called before each {@link #read}. */
    Look look() throws IOException {
        long size = channel.size();
        if (copy || size == reader.offset()) {
            return Look.SAME;
        }
        Head now = Head.of(channel);
        if (size > reader.offset() && now.continues(head)) {
            head = now;
            return Look.GROWN;
        }
        reader.flush();
        headBefore = head;
        readBefore = reader.handedOn();
        head = now;
        reader = reader(0);
        return Look.EMPTIED;
    }

    /** @return bytes read, at most what the buffer takes; 0 at the end */
    int read(byte[] into) throws IOException {
        int count = channel.read(ByteBuffer.wrap(into), reader.offset());
        if (count <= 0) {
            return 0;
        }
        idlePasses = 0;
        reader.feed(into, 0, count);
        return count;
    }

    /** Nothing came: an event that might have gone on is taken for whole the second time. */
    void idle() {
        if (++idlePasses == 2) {
            reader.flush();
        }
    }

    void matched(Path newPath) {
        path = newPath;
        unmatchedSinceMillis = Long.MAX_VALUE;
    }

    void unmatched(long nowMillis) {
        unmatchedSinceMillis = Math.min(unmatchedSinceMillis, nowMillis);
    }

    /** Its writer may hold it for a moment after it was renamed or deleted. */
    boolean isDone(long nowMillis, long graceMillis) {
        return unmatchedSinceMillis <= nowMillis - graceMillis && idlePasses >= 2;
    }

    /** Hands on what is left, a line without an end too. */
    void end() {
        reader.end();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
