package dev.tocsin.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/** The forms in which answers leave. Safe from any thread; answers to a client that has gone are dropped. */
final class Replies {
    static final String JSON = "application/json";
    static final String TEXT = "text/plain; charset=utf-8";

    private Replies() {}

    /** @param data a JSON value: JsonObject, JsonArray, String, number or boolean */
    static void success(RoutingContext ctx, Object data) {
        json(ctx, 200, new JsonObject().put("status", "success").put("data", data));
    }

    static void json(RoutingContext ctx, int status, JsonObject body) {
        send(ctx, status, JSON, body.toBuffer());
    }

    static void error(RoutingContext ctx, ApiError.Type type, String message) {
        if (type == ApiError.Type.UNAVAILABLE) {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
        }
        json(
                ctx,
                type.status(),
                new JsonObject()
                        .put("status", "error")
                        .put("errorType", type.word())
                        .put("error", message));
    }

    static void error(RoutingContext ctx, ApiError e) {
        error(ctx, e.type(), e.text());
    }

    static void text(RoutingContext ctx, int status, String body) {
        send(ctx, status, TEXT, Buffer.buffer(body));
    }

    static void send(RoutingContext ctx, int status, String contentType, Buffer body) {
        onLoop(ctx, () -> {
            HttpServerResponse response = ctx.response();
            if (response.ended() || response.closed()) {
                return;
            }
            response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, contentType);
            // A HEAD request is told the length alone.
            response.end(body).onFailure(gone -> {});
        });
    }

    /** An answer without a body. */
    static void empty(RoutingContext ctx, int status) {
        onLoop(ctx, () -> {
            HttpServerResponse response = ctx.response();
            if (!response.ended() && !response.closed()) {
                response.setStatusCode(status).end().onFailure(gone -> {});
            }
        });
    }

    /** Connections are written to by their event loop alone ({@link HttpVerticle} says why). */
    private static void onLoop(RoutingContext ctx, Runnable write) {
        ((ConnectionBase) ctx.request().connection()).context().execute(write);
    }
}
