package dev.tocsin.web;

import dev.tocsin.promql.QueryMemory;
import java.io.ByteArrayOutputStream;

/** Bytes of an answer, up to a limit. Confined to one thread. */
final class AnswerBuffer extends ByteArrayOutputStream {
    private static final int FIRST_BYTES = 4_096;

    private final int limit;
    private final QueryMemory.Source memory;

    AnswerBuffer(int limit, QueryMemory.Source memory) {
        super(FIRST_BYTES);
        this.limit = limit;
        this.memory = memory;
        memory.take(FIRST_BYTES);
    }

    @Override
    public synchronized void write(int b) {
        check(1);
        super.write(b);
    }

    /** @throws ApiError of type execution where the answer becomes too long */
    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        check(length);
        super.write(bytes, offset, length);
    }

    private void check(int more) {
        if (count + more > limit) {
            throw new ApiError(
                    ApiError.Type.EXECUTION,
                    "the answer would be longer than " + limit + " bytes; ask for fewer series or a larger step");
        }
        if (count + more > buf.length) {
            // It grows to twice its size or to what is needed, and both are there while it does.
            memory.take(Math.max(2L * buf.length, (long) count + more));
        }
    }
}
