package dev.tocsin.web;

import dev.tocsin.core.SeriesSource;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The dashboards of the configuration, for the page. Safe from any thread. */
public final class DashboardApi {
    private final Supplier<List<Dashboard>> dashboards;
    private final SeriesSource source;

    /**
     * @param dashboards those in force, asked at each request
     * @param source of what is in memory, whose kinds decide what a statistic of a metric means
     */
    public DashboardApi(Supplier<List<Dashboard>> dashboards, SeriesSource source) {
        this.dashboards = dashboards;
        this.source = source;
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
            ctx.vertx()
                    .executeBlocking(
                            () -> DashboardJson.of(found.get(), new MetricKinds(source))
                                    .toBuffer(),
                            false)
                    .onSuccess(body -> Replies.send(ctx, 200, Replies.JSON, body))
                    .onFailure(ctx::fail);
        } else {
            List<String> known = dashboards.get().stream().map(Dashboard::name).toList();
            Replies.error(
                    ctx,
                    ApiError.Type.NOT_FOUND,
                    "there is no dashboard \"" + name + "\"; there is " + String.join(", ", known));
        }
    }
}
