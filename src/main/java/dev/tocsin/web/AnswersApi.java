package dev.tocsin.web;

import dev.tocsin.alert.AlertRecord;
import dev.tocsin.alert.AlertVerticle;
import dev.tocsin.alert.Answer;
import dev.tocsin.alert.AnswerRefusedException;
import dev.tocsin.alert.HeldAlert;
import dev.tocsin.core.AlertArchive;
import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.Clock;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What people say to an alert: {@code POST /api/v1/alerts/FINGERPRINT/ack}, {@code /unack}, {@code /resolve}, with a body
 * as {@link AnswerTexts#read} takes it; and what happened to it, {@code GET /api/v1/alerts/FINGERPRINT/history}. Answers
 * 404 where no such alert is known, 409 where it is over or not acknowledged, 503 where there is no room. Safe from any
 * thread.
 */
public final class AnswersApi {
    private static final long MAX_BODY_BYTES = 16 << 10;

    private static final int MOST_OLDER_EVENTS = 1_000;

    private final AlertVerticle alerts;
    private final AlertArchive archive;
    private final QueryPool pool;
    private final Clock clock;

    /**
     * @param archive asked for what memory no longer has
     * @param pool where long answers are written, off the event loops
     */
    public AnswersApi(AlertVerticle alerts, AlertArchive archive, QueryPool pool, Clock clock) {
        this.alerts = alerts;
        this.archive = archive;
        this.pool = pool;
        this.clock = clock;
    }

    public void mount(Router router) {
        route(router, "ack", alerts::acknowledge);
        route(router, "unack", alerts::unacknowledge);
        route(router, "resolve", alerts::resolve);
        router.get("/api/v1/alerts/:fingerprint/history").handler(this::history);
    }

    private void history(RoutingContext ctx) {
        try {
            long fingerprint = fingerprint(ctx);
            alerts.record(fingerprint)
                    .onSuccess(known -> pool.answer(
                            ctx, "alert_history", pool.bounds().defaultTimeout(), claim -> history(fingerprint, known)))
                    .onFailure(ctx::fail);
        } catch (ApiError e) {
            Replies.error(ctx, e);
        }
    }

    private byte[] history(long fingerprint, Optional<AlertRecord> known) {
        Instant now = Instant.ofEpochMilli(clock.wallMillis());
        List<AlertEvent> recent = known.map(AlertRecord::events).orElse(List.of());
        List<AlertEvent> older = List.of();
        List<String> warnings = List.of();
        try {
            Instant before = recent.isEmpty() ? now : recent.getFirst().at();
            older = archive.events(fingerprint, before, MOST_OLDER_EVENTS).reversed();
        } catch (AlertArchive.AwayException e) {
            warnings = List.of("what happened before could not be read, and is missing: " + e.getMessage());
        }
        if (known.isEmpty() && older.isEmpty()) {
            throw new ApiError(ApiError.Type.NOT_FOUND, "no alert has this fingerprint");
        }
        List<AlertEvent> before = older;
        AlertRecord record = known.map(each -> each.after(before)).orElseGet(() -> AlertRecord.ofThePast(now, before));
        return AnswerJson.success(
                pool.bounds().maxAnswerBytes(), json -> AlertRecordJson.write(json, record), warnings, List.of());
    }

    private void route(Router router, String word, BiFunction<Long, Answer, Future<HeldAlert>> say) {
        router.post("/api/v1/alerts/:fingerprint/" + word)
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
                .handler(ctx -> {
                    try {
                        long fingerprint = fingerprint(ctx);
                        Answer answer = AnswerTexts.read(ctx.body().buffer(), Instant.ofEpochMilli(clock.wallMillis()));
                        say.apply(fingerprint, answer)
                                .onSuccess(alert -> Replies.success(ctx, told(alert)))
                                .onFailure(e -> failed(ctx, e));
                    } catch (ApiError e) {
                        Replies.error(ctx, e);
                    }
                });
    }

    /** @throws ApiError where what stands in the path can be no fingerprint */
    static long fingerprint(RoutingContext ctx) {
        String text = ctx.pathParam("fingerprint");
        try {
            if (text != null && text.length() == 16) {
                return HexFormat.fromHexDigitsToLong(text);
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new ApiError(ApiError.Type.NOT_FOUND, "a fingerprint has 16 hexadecimal digits, not \"" + text + "\"");
    }

    private static JsonObject told(HeldAlert alert) {
        JsonObject labels = new JsonObject();
        alert.labels().forEach(labels::put);
        return new JsonObject()
                .put("fingerprint", alert.labels().fingerprintHex())
                .put("labels", labels);
    }

    static void failed(RoutingContext ctx, Throwable failure) {
        if (failure instanceof AnswerRefusedException refused) {
            ApiError.Type type = switch (refused.reason()) {
                case UNKNOWN -> ApiError.Type.NOT_FOUND;
                case OVER -> ApiError.Type.CONFLICT;
                case NO_ROOM -> ApiError.Type.UNAVAILABLE;
            };
            Replies.error(ctx, type, String.valueOf(refused.getMessage()));
        } else {
            ctx.fail(failure);
        }
    }
}
