package dev.tocsin.ingest;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Collects one request's body within bounds. Confined to the request's event loop. Memory grows with what has arrived,
 * never with what a header promised; it belongs to a {@link BodyBudget} until {@link #release()}.
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
    private final BodyBudget budget;
    private final Promise<Buffer> whole = Promise.promise();
    private @Nullable Buffer collected = Buffer.buffer();
    private long taken;
    private long discarded;

    private RequestBody(HttpServerRequest request, int maxBytes, BodyBudget budget) {
        this.request = request;
        this.maxBytes = maxBytes;
        this.budget = budget;
    }

    /** Begins at once. The request must not have been read yet. */
    static RequestBody of(HttpServerRequest request, int maxBytes, BodyBudget budget) {
        RequestBody body = new RequestBody(request, maxBytes, budget);
        if (body.promisedBytes() > maxBytes) {
            body.refuse(413, "the body is larger than " + maxBytes + " bytes");
        } else if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        request.exceptionHandler(body::broken).handler(body::take).endHandler(v -> body.end());
        return body;
    }

    /** The body, or a {@link RefusedException}, or what broke the connection. */
    Future<Buffer> whole() {
        return whole.future();
    }

    /** Gives the memory back; to be called once the body is done with, however it ended. */
    void release() {
        collected = null;
        budget.giveBack(taken);
        taken = 0;
    }

    private long promisedBytes() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void take(Buffer chunk) {
        Buffer body = collected;
        if (body == null) {
            discarded += chunk.length();
            if (discarded > MAX_DISCARDED_BYTES) {
                request.connection().close();
            }
        } else if ((long) body.length() + chunk.length() > maxBytes) {
            refuse(413, "the body is larger than " + maxBytes + " bytes");
        } else if (!budget.take(chunk.length())) {
            refuse(503, "too many bodies are being received at once; try again");
        } else {
            taken += chunk.length();
            body.appendBuffer(chunk);
        }
    }

    private void end() {
        if (collected != null) {
            whole.tryComplete(collected);
        }
    }

    private void broken(Throwable cause) {
        release();
        whole.tryFail(cause);
    }

    private void refuse(int status, String message) {
        release();
        whole.tryFail(new RefusedException(status, message));
    }
}
