package dev.tocsin.web;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events: {@code /api/v1/stream?query=…&query=…} and {@code /api/v1/stream/alerts}. Safe from any thread;
 * what it mounts belongs to the event loop that mounted it.
 */
public final class StreamApi {
    private final StreamHub hub;

    /** @param hub deployed before the first request comes */
    public StreamApi(StreamHub hub) {
        this.hub = hub;
    }

    /** On the event loop that will serve the router. */
    public void mount(Router router) {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("the stream is mounted on an event loop");
        }
        StreamLoop loop = new StreamLoop(context, hub.settings(), hub.meters);
        router.get("/api/v1/stream").handler(ctx -> stream(ctx, loop));
        router.get("/api/v1/stream/alerts").handler(ctx -> alerts(ctx, loop));
    }

    private void stream(RoutingContext ctx, StreamLoop loop) {
        List<String> queries = ctx.queryParam("query");
        int most = hub.settings().maxQueries();
        if (queries.isEmpty() || queries.size() > most) {
            Replies.error(
                    ctx,
                    ApiError.Type.BAD_DATA,
                    "one connection takes 1 to " + most + " queries (?query=…&query=…), not " + queries.size());
            return;
        }
        if (!admitted(ctx)) {
            return;
        }
        SseConnection connection = new SseConnection(ctx.request(), hub.meters.unsentBytes, () -> {});
        StreamLoop.Subscriber subscriber = new StreamLoop.Subscriber(SubscriptionKey.of(queries), connection);
        ctx.addEndHandler(end -> {
            loop.ended(subscriber);
            hub.leave(subscriber);
            hub.meters.subscribers.decrementAndGet();
        });
        hub.join(
                loop, subscriber, lastEventMillis(ctx.request()), () -> refuse(ctx, "too many different live queries"));
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
