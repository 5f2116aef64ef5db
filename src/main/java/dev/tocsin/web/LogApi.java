package dev.tocsin.web;

import dev.tocsin.core.log.LogAnalysis;
import dev.tocsin.core.log.LogBook;
import dev.tocsin.core.log.LogLine;
import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of log events. {@code GET /api/v1/logs/recent?category=&source=&limit=}: the last of them, the newest
 * first. {@code GET /api/v1/logs/analysis?hours=&limit=}: how many there were, by category and source, and what they said
 * most, beside the same hours of the day before. Safe from any thread.
 */
public final class LogApi {
    private static final int DEFAULT_LINES = 100;
    private static final int DEFAULT_SHAPES = 20;
    private static final int MAX_LIMIT = 1_000;
    private static final int MAX_HOURS = 24;
    private static final long MAX_WAIT_SECONDS = 10;

    private final LogBook book;

    public LogApi(LogBook book) {
        this.book = book;
    }

    public void mount(Router router) {
        router.get("/api/v1/logs/recent").handler(ctx -> answer(ctx, this::recent));
        router.get("/api/v1/logs/analysis").handler(ctx -> answer(ctx, this::analysis));
    }

    private void answer(RoutingContext ctx, Function<QueryParameters, CompletionStage<?>> asked) {
        CompletionStage<?> stage;
        try {
            stage = asked.apply(new QueryParameters(ctx.queryParams()::getAll));
        } catch (ApiError e) {
            Replies.error(ctx, e);
            return;
        }
        Context loop = ctx.vertx().getOrCreateContext();
        CompletableFuture<?> ignored = stage.toCompletableFuture()
                .orTimeout(MAX_WAIT_SECONDS, TimeUnit.SECONDS)
                .whenComplete((data, failure) -> loop.runOnContext(go -> {
                    if (failure == null) {
                        Replies.success(ctx, data);
                    } else {
                        Replies.error(ctx, error(failure));
                    }
                }));
    }

    private static ApiError error(Throwable failure) {
        return failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException
                ? new ApiError(
                        ApiError.Type.UNAVAILABLE,
                        "the thread that reads logs has not answered within " + MAX_WAIT_SECONDS
                                + " s: a file system may hang")
                : new ApiError(ApiError.Type.INTERNAL, "internal error; the log says more");
    }

    private CompletionStage<JsonArray> recent(QueryParameters in) {
        int limit = whole(in, "limit", DEFAULT_LINES, MAX_LIMIT);
        return book.recent(given(in, "category"), given(in, "source"), limit).thenApply(LogApi::lines);
    }

    private static JsonArray lines(List<LogLine> lines) {
        JsonArray array = new JsonArray();
        lines.forEach(line -> array.add(new JsonObject()
                .put("time", time(line.timeMillis()))
                .put("category", line.category())
                .put("source", line.source())
                .put("file", line.file())
                .put("text", line.text())));
        return array;
    }

    private CompletionStage<JsonObject> analysis(QueryParameters in) {
        int hours = whole(in, "hours", MAX_HOURS, MAX_HOURS);
        int limit = whole(in, "limit", DEFAULT_SHAPES, MAX_LIMIT);
        return book.analysis(hours, limit).thenApply(analysis -> json(hours, analysis));
    }

    private static JsonObject json(int hours, LogAnalysis analysis) {
        JsonArray totals = new JsonArray();
        analysis.totals()
                .forEach(total -> totals.add(new JsonObject()
                        .put("category", total.category())
                        .put("source", total.source())
                        .put("count", total.count())
                        .put("day_before", total.dayBefore())
                        .put("trend", total.count() - total.dayBefore())));
        JsonArray shapes = new JsonArray();
        analysis.shapes()
                .forEach(shape -> shapes.add(new JsonObject()
                        .put("category", shape.category())
                        .put("source", shape.source())
                        .put("shape", shape.text())
                        .put("count", shape.count())
                        .put("day_before", shape.dayBefore())
                        .put("trend", shape.count() - shape.dayBefore())
                        .put("first_time", time(shape.firstMillis()))
                        .put("last_time", time(shape.lastMillis()))
                        .put("example", shape.example())));
        return new JsonObject()
                .put("hours", hours)
                .put("from", time(analysis.fromMillis()))
                .put("to", time(analysis.toMillis()))
                .put("counted_since", time(analysis.completeSinceMillis()))
                .put("totals", totals)
                .put("shapes", shapes)
                .put("evicted_shapes", analysis.evictedShapes());
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static @Nullable String given(QueryParameters in, String name) {
        String text = in.text(name);
        return text.isEmpty() ? null : text;
    }

    private static int whole(QueryParameters in, String name, int otherwise, int most) {
        String text = in.text(name);
        try {
            int value = text.isEmpty() ? otherwise : Integer.parseInt(text);
            if (value >= 1 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, with the range
        }
        throw ApiError.badParameter(name, "expected 1 to " + most + ", found \"" + text + "\"");
    }
}
