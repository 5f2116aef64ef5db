package dev.tocsin.web;

import dev.tocsin.core.postgres.ServerPicture;
import dev.tocsin.core.postgres.ServerPicture.Part;
import dev.tocsin.core.postgres.ServerPictures;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL servers. {@code GET /api/v1/postgres}: which there are, and whether they answer. {@code GET
 * /api/v1/postgres/NAME}: all that is known of one, each part with its time. Answered from what is known. Safe from any
 * thread.
 */
public final class PostgresApi {
    private final ServerPictures pictures;

    public PostgresApi(ServerPictures pictures) {
        this.pictures = pictures;
    }

    public void mount(Router router) {
        QueryApi.route(router, "/api/v1/postgres", this::list);
        QueryApi.route(router, "/api/v1/postgres/:name", this::one);
    }

    private void list(RoutingContext ctx) {
        JsonArray servers = new JsonArray();
        pictures.all().forEach(picture -> servers.add(head(picture)));
        Replies.success(ctx, new JsonObject().put("servers", servers));
    }

    private void one(RoutingContext ctx) {
        String name = String.valueOf(ctx.pathParam("name"));
        for (ServerPicture picture : pictures.all()) {
            if (picture.name().equals(name)) {
                JsonObject parts = new JsonObject();
                picture.parts().forEach(part -> parts.put(part.name(), json(part)));
                Replies.success(ctx, head(picture).put("parts", parts));
                return;
            }
        }
        List<String> known = pictures.all().stream().map(ServerPicture::name).toList();
        Replies.error(
                ctx,
                ApiError.Type.NOT_FOUND,
                "there is no PostgreSQL server \"" + name + "\" in postgres.yaml; there is "
                        + (known.isEmpty() ? "none" : String.join(", ", known)));
    }

    private static JsonObject head(ServerPicture picture) {
        return new JsonObject()
                .put("name", picture.name())
                .put("address", picture.place())
                .put("up", picture.checkedMillis() == 0 ? null : picture.isUp())
                .put("last_check", time(picture.checkedMillis()))
                .put("response_time_ms", picture.responseMillis())
                .put("error", picture.problem())
                .put("warnings", new JsonArray(picture.warnings()));
    }

    private static JsonObject json(Part part) {
        JsonArray rows = new JsonArray();
        part.rows().forEach(row -> {
            JsonObject columns = new JsonObject();
            row.forEach(columns::put);
            rows.add(columns);
        });
        return new JsonObject()
                .put("time", time(part.readMillis()))
                .put("took_ms", part.tookMillis())
                .put("error", part.problem())
                .put("rows", rows);
    }

    private static @Nullable String time(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }
}
