package dev.tocsin.ingest;

import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** A body that is read once it is whole. The chunks are kept as they came: nothing is copied. */
final class CollectedBody implements BodySink {
    private static final int INFLATE_BYTES = 8 << 10;
    /** What holding a chunk costs besides its bytes: a sender may make them as small as it likes. */
    private static final int CHUNK_BYTES = 256;

    private final BodyBudget budget;
    private final CompositeByteBuf chunks = Unpooled.compositeBuffer(Integer.MAX_VALUE);
    private long taken;

    CollectedBody(BodyBudget budget) {
        this.budget = budget;
    }

    @Override
    public boolean take(Buffer chunk) {
        int bytes = chunk.length() + CHUNK_BYTES;
        if (!budget.take(bytes)) {
            return false;
        }
        taken += bytes;
        chunks.addComponent(true, ((BufferInternal) chunk).getByteBuf());
        return true;
    }

    /** What was taken so far, inflated where it is gzip. @throws IOException where it is no gzip */
    InputStream read(boolean gzip, long maxInflatedBytes) throws IOException {
        InputStream in = new ByteBufInputStream(chunks);
        return gzip ? new BoundedInputStream(new GZIPInputStream(in, INFLATE_BYTES), maxInflatedBytes) : in;
    }

    @Override
    public void release() {
        chunks.clear().removeComponents(0, chunks.numComponents());
        budget.giveBack(taken);
        taken = 0;
    }
}
