package dev.tocsin.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One response that stays open for server-sent events, and knows how much of what was written is still on its way:
 * Vert.x' own {@code writeQueueFull} turns true only after megabytes. Confined to its event loop.
 */
final class SseConnection {
    private static final Buffer HEARTBEAT = Buffer.buffer(": hb\n\n");
    private static final Buffer RETRY = Buffer.buffer("retry: 1000\n\n");

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final AtomicLong unsentEverywhere;
    private final Runnable whenSent;
    private long unsentBytes;
    private int silentBeats;

    /**
     * @param unsentEverywhere counts the unsent bytes of all connections
     * @param whenSent run each time that everything written has been sent
     */
    SseConnection(HttpServerRequest request, AtomicLong unsentEverywhere, Runnable whenSent) {
        this.request = request;
        this.response = request.response();
        this.unsentEverywhere = unsentEverywhere;
        this.whenSent = whenSent;
    }

    void open() {
        if (!isClosed()) {
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform")
                    // Vert.x' word for: not to be compressed.
                    .putHeader(HttpHeaders.CONTENT_ENCODING, "identity")
                    // nginx passes events on as they come.
                    .putHeader("X-Accel-Buffering", "no");
            send(RETRY);
        }
    }

    void send(Buffer bytes) {
        if (isClosed() || bytes.length() == 0) {
            return;
        }
        silentBeats = 0;
        int length = bytes.length();
        unsentBytes += length;
        unsentEverywhere.addAndGet(length);
        response.write(bytes).onComplete(done -> {
            unsentBytes -= length;
            unsentEverywhere.addAndGet(-length);
            if (unsentBytes == 0 && done.succeeded()) {
                whenSent.run();
            }
        });
    }

    long unsentBytes() {
        return unsentBytes;
    }

    /** Called twice in the longest silence that is allowed. */
    void beat() {
        if (++silentBeats >= 2 && unsentBytes == 0) {
            send(HEARTBEAT);
        }
    }

    boolean isClosed() {
        return response.closed() || response.ended();
    }

    void close() {
        request.connection().close().onFailure(gone -> {});
    }
}
