package dev.tocsin.web;

import dev.tocsin.alert.AlertSnapshot;
import dev.tocsin.alert.AlertVerticle;
import dev.tocsin.alert.Silence;
import dev.tocsin.alert.SilenceRefusedException;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Matcher;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Alertmanager's API v2, for {@code amtool}, a Prometheus that posts its alerts, Grafana and the like:
 * {@code /api/v2/alerts}, {@code alerts/groups}, {@code silences}, {@code silence/ID}, {@code receivers},
 * {@code status}. Answers and errors have Alertmanager's JSON and status codes, those of {@link #VERSION}; but the end
 * of a silence that nobody knows is answered 404, as since 0.27. Safe from any thread.
 */
public final class AlertmanagerApi {
    /** Clients decide by it what the API can do, and {@code amtool} complains where it is not its own. */
    private static final String VERSION = "0.25.0";

    private static final long MAX_ALERTS_BYTES = 8 << 20;
    /** So many silences are held. */
    private static final long MAX_SILENCE_BYTES = 64 << 10;

    private final AlertVerticle alerts;
    private final Supplier<String> configuration;
    private final String version;
    private final QueryPool pool;
    private final Clock clock;
    private final Instant start;

    /**
     * @param configuration that is in force, without secrets
     * @param version of Tocsin
     * @param pool where long answers are written, off the event loops
     */
    public AlertmanagerApi(
            AlertVerticle alerts,
            Supplier<String> configuration,
            String version,
            QueryPool pool,
            Clock clock,
            Instant start) {
        this.alerts = alerts;
        this.configuration = configuration;
        this.version = version;
        this.pool = pool;
        this.clock = clock;
        this.start = start;
    }

    public void mount(Router router) {
        route(router, HttpMethod.GET, "/api/v2/alerts", this::alerts);
        post(router, "/api/v2/alerts", MAX_ALERTS_BYTES, this::postAlerts);
        route(router, HttpMethod.GET, "/api/v2/alerts/groups", this::groups);
        route(router, HttpMethod.GET, "/api/v2/silences", this::silences);
        post(router, "/api/v2/silences", MAX_SILENCE_BYTES, this::postSilence);
        route(router, HttpMethod.GET, "/api/v2/silence/:id", this::silence);
        route(router, HttpMethod.DELETE, "/api/v2/silence/:id", this::deleteSilence);
        route(router, HttpMethod.GET, "/api/v2/receivers", this::receivers);
        route(router, HttpMethod.GET, "/api/v2/status", this::status);
    }

    private static void route(Router router, HttpMethod method, String path, Handler<RoutingContext> handler) {
        router.route(method, path).handler(refusing(handler));
    }

    private static void post(Router router, String path, long maxBytes, Handler<RoutingContext> handler) {
        router.post(path)
                .handler(BodyHandler.create(false).setBodyLimit(maxBytes))
                .handler(refusing(ctx -> {
                    checkContentType(ctx);
                    handler.handle(ctx);
                }));
    }

    private static Handler<RoutingContext> refusing(Handler<RoutingContext> handler) {
        return ctx -> {
            try {
                handler.handle(ctx);
            } catch (AlertmanagerRefusal e) {
                e.answer(ctx);
            }
        };
    }

    private static void failed(RoutingContext ctx, Throwable failure) {
        if (failure instanceof AlertmanagerRefusal refusal) {
            refusal.answer(ctx);
        } else {
            ctx.fail(failure);
        }
    }

    private static void checkContentType(RoutingContext ctx) {
        String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!media.equals(Replies.JSON)) {
            throw AlertmanagerRefusal.inForm(
                    415, 415, "unsupported media type \"" + media + "\", only [application/json] are allowed");
        }
    }

    private static Buffer body(RoutingContext ctx) {
        @Nullable Buffer body = ctx.body().buffer();
        return body == null ? Buffer.buffer() : body;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.wallMillis());
    }

    private void answer(RoutingContext ctx, String handler, AnswerJson.Body body) {
        pool.answer(
                ctx,
                handler,
                pool.bounds().defaultTimeout(),
                claim -> AnswerJson.bare(pool.bounds().maxAnswerBytes(), body));
    }

    private void alerts(RoutingContext ctx) {
        AlertQuery query = AlertQuery.of(ctx.queryParams());
        alerts.snapshot()
                .onSuccess((AlertSnapshot snapshot) ->
                        answer(ctx, "alertmanager_alerts", json -> AlertmanagerJson.writeAlerts(json, snapshot, query)))
                .onFailure(ctx::fail);
    }

    private void groups(RoutingContext ctx) {
        AlertQuery query = AlertQuery.of(ctx.queryParams());
        alerts.snapshot()
                .onSuccess((AlertSnapshot snapshot) ->
                        answer(ctx, "alertmanager_groups", json -> AlertmanagerJson.writeGroups(json, snapshot, query)))
                .onFailure(ctx::fail);
    }

    private void postAlerts(RoutingContext ctx) {
        Buffer body = body(ctx);
        // A Prometheus posts a few dozen at a time; whoever posts thousands must not hold up the event loop.
        ctx.vertx()
                .executeBlocking(() -> AlertmanagerRequests.alerts(body), false)
                .compose(posted -> alerts.post(posted.valid()).map(refused -> {
                    if (refused > 0) {
                        throw AlertmanagerRefusal.of(
                                503, refused + " alerts were refused: as many as allowed are held already");
                    }
                    if (!posted.errors().isEmpty()) {
                        throw AlertmanagerRefusal.of(400, String.join("; ", posted.errors()));
                    }
                    return null;
                }))
                .onSuccess(done -> Replies.empty(ctx, 200))
                .onFailure(e -> failed(ctx, e));
    }

    private void silences(RoutingContext ctx) {
        List<Matcher> filter = AlertQuery.matchers(ctx.queryParams());
        alerts.silences()
                .onSuccess((List<Silence> all) -> answer(
                        ctx, "alertmanager_silences", json -> AlertmanagerJson.writeSilences(json, all, filter, now())))
                .onFailure(ctx::fail);
    }

    private void postSilence(RoutingContext ctx) {
        alerts.silence(AlertmanagerRequests.silence(body(ctx), now()))
                .onSuccess(id -> Replies.json(ctx, 200, new JsonObject().put("silenceID", id)))
                .onFailure(e -> failed(ctx, e instanceof SilenceRefusedException refused ? refusal(refused) : e));
    }

    private static AlertmanagerRefusal refusal(SilenceRefusedException e) {
        return AlertmanagerRefusal.of(e.isUnknown() ? 404 : 400, String.valueOf(e.getMessage()));
    }

    private static String silenceId(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        try {
            if (id != null && id.length() == 36) {
                return UUID.fromString(id).toString();
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw AlertmanagerRefusal.invalid(
                AlertmanagerRefusal.WRONG_TYPE, "silenceID in path must be of type uuid: \"" + id + "\"");
    }

    private void silence(RoutingContext ctx) {
        String id = silenceId(ctx);
        alerts.silences()
                .onSuccess(all -> all.stream()
                        .filter(silence -> silence.id().equals(id))
                        .findFirst()
                        .ifPresentOrElse(
                                found -> answer(
                                        ctx,
                                        "alertmanager_silence",
                                        json -> AlertmanagerJson.writeSilence(json, found, now())),
                                () -> Replies.empty(ctx, 404)))
                .onFailure(ctx::fail);
    }

    private void deleteSilence(RoutingContext ctx) {
        alerts.expireSilence(silenceId(ctx))
                .onSuccess(done -> Replies.empty(ctx, 200))
                .onFailure(e -> {
                    if (e instanceof SilenceRefusedException refused && refused.isUnknown()) {
                        Replies.empty(ctx, 404);
                    } else {
                        ctx.fail(e);
                    }
                });
    }

    private void receivers(RoutingContext ctx) {
        alerts.routing()
                .onSuccess(routing -> answer(
                        ctx,
                        "alertmanager_receivers",
                        json -> AlertmanagerJson.writeNames(
                                json, routing.receivers().keySet())))
                .onFailure(ctx::fail);
    }

    private void status(RoutingContext ctx) {
        JsonObject build = new JsonObject();
        for (String unknown : List.of("branch", "buildDate", "buildUser", "goVersion")) {
            build.put(unknown, "");
        }
        Replies.json(
                ctx,
                200,
                new JsonObject()
                        .put(
                                "cluster",
                                new JsonObject().put("peers", new JsonArray()).put("status", "disabled"))
                        .put("config", new JsonObject().put("original", configuration.get()))
                        .put("uptime", AlertmanagerJson.time(start))
                        .put(
                                "versionInfo",
                                build.put("revision", "tocsin-" + version).put("version", VERSION)));
    }
}
