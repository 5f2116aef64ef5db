package dev.tocsin.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** The dashboards of the configuration, for the page. Safe from any thread. */
public final class DashboardApi {
    private final Supplier<List<Dashboard>> dashboards;

    /** @param dashboards those in force, asked at each request */
    public DashboardApi(Supplier<List<Dashboard>> dashboards) {
        this.dashboards = dashboards;
    }

    public void mount(Router router) {
        router.get("/api/v1/dashboards").handler(this::list);
        router.get("/api/v1/dashboards/:name").handler(this::one);
    }

    private void list(RoutingContext ctx) {
        JsonArray list = new JsonArray();
        for (Dashboard each : dashboards.get()) {
            list.add(new JsonObject().put("name", each.name()).put("title", each.title()));
        }
        Replies.send(ctx, 200, Replies.JSON, list.toBuffer());
    }

    private void one(RoutingContext ctx) {
        String name = ctx.pathParam("name");
        Optional<Dashboard> found = dashboards.get().stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
        if (found.isPresent()) {
            Buffer body = json(found.get()).toBuffer();
            Replies.send(ctx, 200, Replies.JSON, body);
        } else {
            List<String> known = dashboards.get().stream().map(Dashboard::name).toList();
            Replies.error(
                    ctx,
                    ApiError.Type.NOT_FOUND,
                    "there is no dashboard \"" + name + "\"; there is " + String.join(", ", known));
        }
    }

    static JsonObject json(Dashboard dashboard) {
        JsonArray panels = new JsonArray();
        dashboard.panels().forEach(panel -> panels.add(json(panel)));
        return new JsonObject()
                .put("name", dashboard.name())
                .put("title", dashboard.title())
                .put("panels", panels);
    }

    private static JsonObject json(Panel panel) {
        JsonArray queries = new JsonArray();
        panel.queries()
                .forEach(query ->
                        queries.add(new JsonObject().put("expr", query.expr()).put("legend", query.legend())));
        JsonArray thresholds = new JsonArray();
        panel.thresholds()
                .forEach(threshold -> thresholds.add(
                        new JsonObject().put("value", threshold.value()).put("severity", word(threshold.severity()))));
        return new JsonObject()
                .put("title", panel.title())
                .put("kind", word(panel.kind()))
                .put("unit", word(panel.unit()))
                .put("queries", queries)
                .put("x", panel.x())
                .put("y", panel.y())
                .put("width", panel.width())
                .put("height", panel.height())
                .put("thresholds", thresholds)
                .put("text", panel.text());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
