package dev.tocsin.web;

import dev.tocsin.core.SeriesSource;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events: {@code /api/v1/stream?query=…&query=…}, which further queries join by {@code POST
 * /api/v1/stream/CONNECTION?query=…}, {@code /api/v1/stream/dashboards/NAME} and {@code /api/v1/stream/alerts}. Safe from
 * any thread; what it mounts belongs to the event loop that mounted it.
 */
public final class StreamApi {
    private final StreamHub hub;
    private final Supplier<List<Dashboard>> dashboards;
    private final SeriesSource source;

    /**
     * @param hub deployed before the first request comes
     * @param dashboards those in force, asked at each request
     * @param source of what is in memory, whose kinds decide what a statistic of a metric means
     */
    public StreamApi(StreamHub hub, Supplier<List<Dashboard>> dashboards, SeriesSource source) {
        this.hub = hub;
        this.dashboards = dashboards;
        this.source = source;
    }

    /** On the event loop that will serve the router. */
    public void mount(Router router) {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("the stream is mounted on an event loop");
        }
        StreamLoop loop = new StreamLoop(context, hub.settings(), hub.meters);
        router.get("/api/v1/stream").handler(ctx -> stream(ctx, loop, ctx.queryParam("query")));
        router.get("/api/v1/stream/dashboards/:name").handler(ctx -> dashboard(ctx, loop));
        router.get("/api/v1/stream/alerts").handler(ctx -> alerts(ctx, loop));
        router.post("/api/v1/stream/:connection").handler(this::add);
    }

    private void dashboard(RoutingContext ctx, StreamLoop loop) {
        Optional<Dashboard> found = dashboards.get().stream()
                .filter(each -> each.name().equals(ctx.pathParam("name")))
                .findFirst();
        if (found.isEmpty()) {
            Replies.error(ctx, ApiError.Type.NOT_FOUND, "there is no dashboard \"" + ctx.pathParam("name") + "\"");
            return;
        }
        ctx.vertx()
                .executeBlocking(
                        () -> DashboardQueries.of(
                                found.get(),
                                new MetricKinds(source),
                                name -> ctx.request().getParam(name)),
                        false)
                .onSuccess(queries -> stream(ctx, loop, queries))
                .onFailure(ctx::fail);
    }

    private void stream(RoutingContext ctx, StreamLoop loop, List<String> queries) {
        if (!isAcceptable(ctx, queries, 0) || !admitted(ctx)) {
            return;
        }
        boolean gzip = PageHandler.accepts(ctx.request().getHeader(HttpHeaders.ACCEPT_ENCODING), "gzip");
        SseConnection sse = new SseConnection(ctx.request(), gzip, hub.meters.unsentBytes, () -> {});
        LiveConnection connection = new LiveConnection(StreamHub.newName(), loop, sse);
        ctx.addEndHandler(end -> {
            loop.ended(connection);
            hub.leave(connection);
            hub.meters.subscribers.decrementAndGet();
        });
        hub.opened(connection);
        hub.join(
                connection,
                connection.subscribe(queries),
                lastEventMillis(ctx.request()),
                () -> tooManySubscriptions(ctx),
                () -> loop.opened(connection));
    }

    private boolean isAcceptable(RoutingContext ctx, List<String> queries, int had) {
        int most = hub.settings().maxQueries();
        if (!queries.isEmpty() && had + queries.size() <= most) {
            return true;
        }
        Replies.error(
                ctx,
                ApiError.Type.BAD_DATA,
                "one connection takes 1 to " + most + " queries (?query=…&query=…), not " + (had + queries.size()));
        return false;
    }

    /** Queries that join an open connection: they are its own subscription, told under its own number. */
    private void add(RoutingContext ctx) {
        LiveConnection connection = hub.connection(String.valueOf(ctx.pathParam("connection")));
        if (connection == null) {
            notOpen(ctx);
            return;
        }
        Context answering = ctx.vertx().getOrCreateContext();
        List<String> queries = ctx.queryParam("query");
        connection.loop.run(() -> {
            int had = connection.queries();
            if (connection.sse.isClosed()) {
                answering.runOnContext(v -> notOpen(ctx));
                return;
            }
            if (queries.isEmpty() || had + queries.size() > hub.settings().maxQueries()) {
                answering.runOnContext(v -> isAcceptable(ctx, queries, had));
                return;
            }
            hub.join(
                    connection,
                    connection.subscribe(queries),
                    0,
                    () -> answering.runOnContext(v -> tooManySubscriptions(ctx)),
                    () -> answering.runOnContext(v -> Replies.success(ctx, new JsonObject())));
        });
    }

    private static void notOpen(RoutingContext ctx) {
        Replies.error(ctx, ApiError.Type.NOT_FOUND, "this connection is not open: open one at /api/v1/stream");
    }

    private void alerts(RoutingContext ctx, StreamLoop loop) {
        if (!admitted(ctx)) {
            return;
        }
        StreamLoop.AlertSubscriber subscriber =
                new StreamLoop.AlertSubscriber(ctx.request(), hub.meters.unsentBytes, loop::sendAlerts);
        ctx.addEndHandler(end -> {
            loop.ended(subscriber);
            hub.leaveAlerts();
            hub.meters.subscribers.decrementAndGet();
        });
        hub.joinAlerts(loop, subscriber);
    }

    /** Takes a place, which the end of the response gives back. */
    private boolean admitted(RoutingContext ctx) {
        if (hub.meters.subscribers.incrementAndGet() <= hub.settings().maxSubscribers()) {
            return true;
        }
        hub.meters.subscribers.decrementAndGet();
        hub.meters.refused();
        refuse(ctx, "too many live connections");
        return false;
    }

    private static void tooManySubscriptions(RoutingContext ctx) {
        refuse(ctx, "too many different live queries");
    }

    private static void refuse(RoutingContext ctx, String why) {
        Replies.error(ctx, ApiError.Type.UNAVAILABLE, why);
    }

    private static long lastEventMillis(HttpServerRequest request) {
        String header = request.getHeader("Last-Event-ID");
        return lastEventMillis(header == null ? request.getParam("lastEventId") : header);
    }

    private static long lastEventMillis(@Nullable String text) {
        try {
            return text == null ? 0 : Math.max(0, Long.parseLong(text.trim()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
