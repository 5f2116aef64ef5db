package dev.tocsin.web;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** One frame as it leaves for all readers of a loop that had the one before. Confined to that loop. */
final class FrameChunks {
    private final Frame frame;
    private @Nullable ByteBuf plain;
    private @Nullable ByteBuf compressed;

    FrameChunks(Frame frame) {
        this.frame = frame;
    }

    ByteBuf next(boolean gzip) {
        ByteBuf made = gzip ? compressed : plain;
        if (made == null) {
            made = SseConnection.chunk(
                    frame.announcements().bytes(gzip), frame.changes().bytes(gzip));
            if (gzip) {
                compressed = made;
            } else {
                plain = made;
            }
        }
        return made;
    }

    /** When the last reader has it. */
    void release() {
        if (plain != null) {
            plain.release();
        }
        if (compressed != null) {
            compressed.release();
        }
    }
}
