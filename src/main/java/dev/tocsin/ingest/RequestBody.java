package dev.tocsin.ingest;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Takes one request's body in, within bounds. Confined to the request's event loop. Memory grows with what has arrived,
 * never with what a header promised; whatever the {@link BodySink} holds is released where the body is refused or the
 * connection breaks.
 */
final class RequestBody {
    /** Why a body is not taken, as the status code of the answer. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;

        RefusedException(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** After the refusal so much more is read and thrown away, so that the sender gets to see the answer. */
    private static final long MAX_DISCARDED_BYTES = 1 << 20;

    private final HttpServerRequest request;
    private final int maxBytes;
    private final BodySink sink;
    private final Promise<Void> whole = Promise.promise();
    private boolean refused;
    private long taken;
    private long discarded;

    private RequestBody(HttpServerRequest request, int maxBytes, BodySink sink) {
        this.request = request;
        this.maxBytes = maxBytes;
        this.sink = sink;
    }

    /**
     * Begins at once. The request must not have been read yet.
     *
     * @return succeeds once the sink has the whole body; fails with a {@link RefusedException}, or with what broke the
     *     connection, and then the sink is released
     */
    static Future<Void> take(HttpServerRequest request, int maxBytes, BodySink sink) {
        RequestBody body = new RequestBody(request, maxBytes, sink);
        if (body.promisedBytes() > maxBytes) {
            body.refuse(413, "the body is larger than " + maxBytes + " bytes");
        } else if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        request.exceptionHandler(body::broken).handler(body::take).endHandler(v -> body.whole.tryComplete());
        return body.whole.future();
    }

    private long promisedBytes() {
        @Nullable String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void take(Buffer chunk) {
        if (refused) {
            discarded += chunk.length();
            if (discarded > MAX_DISCARDED_BYTES) {
                request.connection().close();
            }
            return;
        }
        taken += chunk.length();
        if (taken > maxBytes) {
            refuse(413, "the body is larger than " + maxBytes + " bytes");
        } else if (!sink.take(chunk)) {
            refuse(503, "too many bodies are being received at once; try again");
        }
    }

    private void broken(Throwable cause) {
        sink.release();
        whole.tryFail(cause);
    }

    private void refuse(int status, String message) {
        refused = true;
        sink.release();
        whole.tryFail(new RefusedException(status, message));
    }
}
