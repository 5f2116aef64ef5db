package dev.tocsin.web;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/** {@code POST|PUT /-/reload}, with Prometheus' answers. Safe from any thread. */
public final class ReloadApi {
    private final Supplier<Future<Void>> reload;

    /** @param reload fails, with a message that names file and line, where the configuration in force stays */
    public ReloadApi(Supplier<Future<Void>> reload) {
        this.reload = reload;
    }

    public void mount(Router router) {
        router.route("/-/reload").method(HttpMethod.POST).method(HttpMethod.PUT).handler(this::reload);
    }

    private void reload(RoutingContext ctx) {
        reload.get()
                .onSuccess(v -> Replies.text(ctx, 200, ""))
                .onFailure(e -> Replies.text(ctx, 500, "failed to reload config: " + e.getMessage() + "\n"));
    }
}
