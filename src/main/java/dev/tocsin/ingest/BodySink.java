package dev.tocsin.ingest;

import io.vertx.core.buffer.Buffer;

/** Where a request's body goes as it arrives. Confined to the request's event loop. */
interface BodySink {
    /** @return false, and nothing taken, where the memory for it is not to be had now */
    boolean take(Buffer chunk);

    /** Gives the memory back. May be called more than once, and before the body has ended. */
    void release();
}
