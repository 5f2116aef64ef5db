package dev.tocsin.web;

import dev.tocsin.core.Event;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;

/**
 * {@code GET /api/v1/annotations?start=&end=}: the events and service checks that clients sent, oldest first, with
 * Prometheus' forms of time. Safe from any thread.
 */
public final class AnnotationApi {
    private final AnnotationLog log;

    public AnnotationApi(AnnotationLog log) {
        this.log = log;
    }

    public void mount(Router router) {
        router.get("/api/v1/annotations").handler(this::list);
    }

    private void list(RoutingContext ctx) {
        QueryParameters in = new QueryParameters(ctx.queryParams()::getAll);
        long from;
        long to;
        try {
            from = in.timeMillis("start", 0);
            to = in.timeMillis("end", QueryParameters.MAX_TIME_MILLIS);
        } catch (ApiError e) {
            Replies.error(ctx, e);
            return;
        }
        JsonArray list = new JsonArray();
        for (Event.Annotation each : log.between(from, to)) {
            JsonObject labels = new JsonObject();
            each.labels().forEach(labels::put);
            list.add(new JsonObject()
                    .put("time", Instant.ofEpochMilli(each.timeMillis()).toString())
                    .put("title", each.title())
                    .put("text", each.text())
                    .put("level", each.level())
                    .put("labels", labels));
        }
        Replies.success(ctx, list);
    }
}
