package dev.tocsin.web;

import java.io.ByteArrayOutputStream;

/** Bytes of an answer, up to a limit. Confined to one thread. */
final class AnswerBuffer extends ByteArrayOutputStream {
    private final int limit;

    AnswerBuffer(int limit) {
        super(4_096);
        this.limit = limit;
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
    }
}
