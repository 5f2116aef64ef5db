package dev.tocsin.web;

import dev.tocsin.core.Clock;
import dev.tocsin.core.check.CheckStatus;
import dev.tocsin.web.ComponentHealth.Status;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whether the process lives, is ready, and is well. Tells what is known and checks nothing, so that asking often costs
 * nothing. Safe from any thread, as far as its suppliers are.
 */
public final class HealthApi {
    private final String version;
    private final Map<String, Supplier<ComponentHealth>> components;
    private final Supplier<? extends Collection<CheckStatus>> checks;
    private final BooleanSupplier ready;
    private final Clock clock;

    /**
     * @param components by name; each supplier answers at once, from any event loop
     * @param checks active checks, told one by one by {@code /health/detailed}
     * @param ready whether samples are taken and rules judged
     */
    public HealthApi(
            String version,
            Map<String, Supplier<ComponentHealth>> components,
            Supplier<? extends Collection<CheckStatus>> checks,
            BooleanSupplier ready,
            Clock clock) {
        this.version = version;
        this.components = new TreeMap<>(components);
        this.checks = checks;
        this.ready = ready;
        this.clock = clock;
    }

    public void mount(Router router) {
        route(router, "/livez", ctx -> Replies.text(ctx, 200, "ok\n"));
        route(router, "/readyz", ctx -> readiness(ctx, "ok\n", "not ready\n"));
        route(router, "/-/healthy", ctx -> Replies.text(ctx, 200, "Tocsin is Healthy.\n"));
        route(router, "/-/ready", ctx -> readiness(ctx, "Tocsin is Ready.\n", "Service Unavailable\n"));
        route(router, "/health", ctx -> health(ctx, false));
        route(router, "/health/detailed", ctx -> health(ctx, true));
        route(router, "/api/v1/health", ctx -> health(ctx, false));
    }

    private static void route(Router router, String path, Handler<RoutingContext> handler) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    }

    private void readiness(RoutingContext ctx, String yes, String no) {
        boolean isReady = ready.getAsBoolean();
        Replies.text(ctx, isReady ? 200 : 503, isReady ? yes : no);
    }

    private void health(RoutingContext ctx, boolean detailed) {
        Status worst = ready.getAsBoolean() ? Status.HEALTHY : Status.DEGRADED;
        JsonObject told = new JsonObject();
        for (Map.Entry<String, Supplier<ComponentHealth>> each : components.entrySet()) {
            ComponentHealth component = each.getValue().get();
            worst = component.status().compareTo(worst) > 0 ? component.status() : worst;
            told.put(each.getKey(), json(component));
        }
        JsonObject body = new JsonObject()
                .put("status", worst.word())
                .put("timestamp", Instant.ofEpochMilli(clock.wallMillis()).toString())
                .put("version", version)
                .put("components", told);
        if (detailed) {
            JsonObject each = new JsonObject();
            checks.get().forEach(check -> each.put(check.name(), json(check)));
            body.put("checks", each);
        }
        Replies.json(ctx, worst == Status.UNHEALTHY ? 503 : 200, body);
    }

    private static JsonObject json(CheckStatus check) {
        Status status = switch (check.state()) {
            case UP -> check.failuresInARow() == 0 ? Status.HEALTHY : Status.DEGRADED;
            case UNKNOWN, MAINTENANCE -> Status.HEALTHY;
            case UNREACHABLE -> Status.DEGRADED;
            case DOWN -> Status.UNHEALTHY;
        };
        CheckStatus.Result last = check.last();
        return new JsonObject()
                .put("status", status.word())
                .put("state", check.state().word())
                .put("response_time_ms", last == null ? null : last.tookMillis())
                .put(
                        "last_check",
                        last == null
                                ? null
                                : Instant.ofEpochMilli(last.atMillis()).toString())
                .put("error", last == null || last.ok() ? null : last.message());
    }

    private static JsonObject json(ComponentHealth component) {
        JsonObject json = new JsonObject().put("status", component.status().word());
        if (component.responseMillis() != null) {
            json.put("response_time_ms", component.responseMillis());
        }
        return json.put(
                        "last_check",
                        Instant.ofEpochMilli(component.lastCheckMillis()).toString())
                .put("error", component.error());
    }
}
