package dev.tocsin.web;

import dev.tocsin.core.log.LogQueries;
import dev.tocsin.core.log.LogQueries.Answer;
import dev.tocsin.core.log.LogQueries.Asked;
import dev.tocsin.core.log.LogQueries.Progress;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/logs/query}: a query over the files of the configured sources. The body is the query as text, with
 * {@code start}, {@code end}, {@code source} (repeatable), {@code timeout} and {@code max_bytes} in the URL, or JSON with
 * these and {@code query}. To a client that accepts {@code text/event-stream} come events {@code progress}, then one
 * {@code result} or {@code error}; to one that accepts {@code application/x-ndjson} the same as lines, each an object with
 * one of these keys; to others the result alone. A client that goes ends its query. Safe from any thread.
 */
public final class LogQueryApi {
    private static final long MAX_BODY_BYTES = 64 << 10;
    /** Each reads as fast as a core can. */
    private static final int MAX_RUNNING = 2;

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final long DEFAULT_BYTES = 4L << 30;
    private static final long MAX_BYTES = 64L << 30;

    private final LogQueries queries;
    private final QueryPool pool;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong unsentBytes = new AtomicLong();

    /** @param pool where queries run, with its longest time-out */
    public LogQueryApi(LogQueries queries, QueryPool pool) {
        this.queries = queries;
        this.pool = pool;
    }

    public void mount(Router router) {
        router.post("/api/v1/logs/query")
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
                .handler(this::query);
    }

    /** How the answer leaves. */
    private interface Form {
        /** @param kind progress, result or error */
        void send(String kind, String json);
    }

    private void query(RoutingContext ctx) {
        LogQueries.Prepared prepared;
        Duration timeout;
        try {
            QueryParameters in = parameters(ctx);
            timeout = timeout(in);
            prepared = queries.prepare(asked(in));
        } catch (LogQueries.RefusedException e) {
            Replies.error(ctx, ApiError.badParameter("query", e.text()));
            return;
        } catch (ApiError e) {
            Replies.error(ctx, e);
            return;
        }
        if (running.incrementAndGet() > MAX_RUNNING) {
            running.decrementAndGet();
            Replies.error(
                    ctx,
                    ApiError.Type.UNAVAILABLE,
                    MAX_RUNNING + " log queries run already; ask again when one is done");
            return;
        }
        String accept = ctx.request().getHeader(HttpHeaders.ACCEPT);
        if (accept != null && accept.contains("text/event-stream")) {
            SseConnection connection = new SseConnection(ctx.request(), false, unsentBytes, () -> {});
            connection.open();
            stream(
                    ctx,
                    prepared,
                    timeout,
                    (kind, json) -> connection.send(EventBytes.of("event: " + kind + "\ndata: " + json + "\n\n")));
        } else if (accept != null && accept.contains("application/x-ndjson")) {
            ctx.response().setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, "application/x-ndjson");
            stream(
                    ctx,
                    prepared,
                    timeout,
                    (kind, json) -> ctx.response()
                            .write("{\"" + kind + "\":" + json + "}\n")
                            .onFailure(gone -> {}));
        } else {
            run(ctx, prepared, timeout, progress -> {})
                    .onSuccess(json -> Replies.send(
                            ctx,
                            200,
                            Replies.JSON,
                            Buffer.buffer("{\"status\":\"success\",\"data\":")
                                    .appendBytes(json)
                                    .appendString("}")))
                    .onFailure(e -> Replies.error(ctx, error(e)));
        }
    }

    private void stream(RoutingContext ctx, LogQueries.Prepared prepared, Duration timeout, Form form) {
        Context loop = ctx.vertx().getOrCreateContext();
        run(
                        ctx,
                        prepared,
                        timeout,
                        progress -> loop.runOnContext(go -> {
                            if (!ctx.response().closed()) {
                                form.send("progress", json(progress).encode());
                            }
                        }))
                // In its turn, behind the progress that was told before.
                .onComplete(done -> loop.runOnContext(go -> end(ctx, form, done)));
    }

    private static void end(RoutingContext ctx, Form form, AsyncResult<byte[]> done) {
        if (ctx.response().closed()) {
            return;
        }
        if (done.succeeded()) {
            form.send("result", new String(done.result(), StandardCharsets.UTF_8));
        } else {
            ApiError error = error(done.cause());
            form.send(
                    "error",
                    new JsonObject()
                            .put("status", "error")
                            .put("errorType", error.type().word())
                            .put("error", error.text())
                            .encode());
        }
        ctx.response().end().onFailure(gone -> {});
    }

    private Future<byte[]> run(
            RoutingContext ctx, LogQueries.Prepared prepared, Duration timeout, Consumer<Progress> progress) {
        return pool.run(ctx, "logs", timeout, claim -> {
                    try {
                        return json(prepared.run(claim::isOver, progress))
                                .toBuffer()
                                .getBytes();
                    } catch (LogQueries.RefusedException e) {
                        throw new ApiError(ApiError.Type.EXECUTION, e.text());
                    }
                })
                .onComplete(done -> running.decrementAndGet());
    }

    private static ApiError error(Throwable thrown) {
        return thrown instanceof ApiError e ? e : new ApiError(ApiError.Type.INTERNAL, "internal error");
    }

    /** Of the URL, and of a JSON body, which goes before. */
    private static QueryParameters parameters(RoutingContext ctx) {
        @Nullable Buffer buffer = ctx.body().buffer();
        String body = buffer == null ? "" : buffer.toString().strip();
        if (!body.startsWith("{")) {
            return new QueryParameters(name -> name.equals("query") && !body.isEmpty()
                    ? List.of(body)
                    : ctx.queryParams().getAll(name));
        }
        JsonObject json;
        try {
            json = new JsonObject(body);
        } catch (DecodeException e) {
            throw ApiError.badData("the body is no JSON: " + e.getMessage());
        }
        for (String key : json.fieldNames()) {
            if (!List.of("query", "start", "end", "source", "timeout", "max_bytes")
                    .contains(key)) {
                throw ApiError.badData("unknown key \"" + key
                        + "\" in the body; known are query, start, end, source, timeout, max_bytes");
            }
        }
        return new QueryParameters(name -> json.containsKey(name)
                ? texts(json.getValue(name))
                : ctx.queryParams().getAll(name));
    }

    private static List<String> texts(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof JsonArray array) {
            array.forEach(each -> texts.add(String.valueOf(each)));
        } else if (value != null) {
            texts.add(value.toString());
        }
        return texts;
    }

    private static Asked asked(QueryParameters in) {
        if (in.text("query").isBlank()) {
            throw ApiError.badParameter(
                    "query", "expected a query, such as: filter level = \"error\" | stats count() by path");
        }
        return new Asked(
                in.text("query"),
                in.timeMillis("start", Long.MIN_VALUE),
                in.timeMillis("end", Long.MAX_VALUE),
                in.texts("source"),
                maxBytes(in.text("max_bytes")));
    }

    private static long maxBytes(String text) {
        try {
            long bytes = text.isEmpty() ? DEFAULT_BYTES : Long.parseLong(text);
            if (bytes > 0 && bytes <= MAX_BYTES) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            // told below, with the range
        }
        throw ApiError.badParameter("max_bytes", "expected 1 to " + MAX_BYTES + ", found \"" + text + "\"");
    }

    private Duration timeout(QueryParameters in) {
        Duration asked = Duration.ofMillis(in.durationMillis("timeout", DEFAULT_TIMEOUT.toMillis()));
        return asked.compareTo(pool.bounds().maxTimeout()) > 0 ? pool.bounds().maxTimeout() : asked;
    }

    private static JsonObject json(Answer answer) {
        JsonArray rows = new JsonArray();
        answer.rows().forEach(values -> {
            JsonArray row = new JsonArray();
            values.forEach(value -> row.add(json(value)));
            rows.add(row);
        });
        return new JsonObject()
                .put("columns", new JsonArray(answer.columns()))
                .put("rows", rows)
                .put("incomplete", answer.incomplete())
                .put("progress", json(answer.progress()));
    }

    /** Whole numbers without a fraction; times in ISO 8601. */
    private static @Nullable Object json(@Nullable Object value) {
        return switch (value) {
            case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 -> number.longValue();
            case Double number when Double.isInfinite(number) -> number.toString();
            case Double number -> number;
            case Boolean truth -> truth;
            case null -> null;
            default -> value.toString();
        };
    }

    private static JsonObject json(Progress progress) {
        return new JsonObject()
                .put("files", progress.files())
                .put("total_files", progress.totalFiles())
                .put("bytes", progress.bytes())
                .put("total_bytes", progress.totalBytes())
                .put("events", progress.events())
                .put("matched", progress.matched());
    }
}
