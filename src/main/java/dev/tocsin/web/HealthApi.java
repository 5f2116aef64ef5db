package dev.tocsin.web;

import dev.tocsin.core.Clock;
import dev.tocsin.core.check.CheckStatus;
import dev.tocsin.core.check.ComponentHealth;
import dev.tocsin.core.check.ComponentHealth.Status;
import dev.tocsin.core.check.HostFigures;
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
    private final Supplier<Map<String, ComponentHealth>> components;
    private final Supplier<? extends Collection<CheckStatus>> checks;
    private final Supplier<HostFigures> host;
    private final BooleanSupplier ready;
    private final Clock clock;

    /**
     * @param components by name; the supplier answers at once, from any event loop
     * @param checks active checks, told one by one by {@code /health/detailed} and {@code /api/v1/health}
     * @param host what is known of the machine, told by the same
     * @param ready whether samples are taken and rules judged
     */
    public HealthApi(
            String version,
            Supplier<Map<String, ComponentHealth>> components,
            Supplier<? extends Collection<CheckStatus>> checks,
            Supplier<HostFigures> host,
            BooleanSupplier ready,
            Clock clock) {
        this.version = version;
        this.components = components;
        this.checks = checks;
        this.host = host;
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
        route(router, "/api/v1/health", ctx -> health(ctx, true));
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
        for (Map.Entry<String, ComponentHealth> each : new TreeMap<>(components.get()).entrySet()) {
            ComponentHealth component = each.getValue();
            worst = component.status().compareTo(worst) > 0 ? component.status() : worst;
            told.put(each.getKey(), json(component));
        }
        JsonObject body = new JsonObject()
                .put("status", worst.word())
                .put("timestamp", time(clock.wallMillis()))
                .put("version", version)
                .put("components", told);
        if (detailed) {
            JsonObject each = new JsonObject();
            checks.get().forEach(check -> each.put(check.name(), json(check)));
            body.put("checks", each).put("host", json(host.get()));
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
                .put("last_check", last == null ? null : time(last.atMillis()))
                .put("error", last == null || last.ok() ? null : last.message());
    }

    private static JsonObject json(ComponentHealth component) {
        return new JsonObject()
                .put("status", component.status().word())
                .put("response_time_ms", component.responseMillis())
                .put("last_check", time(component.lastCheckMillis()))
                .put("error", component.error());
    }

    private static JsonObject json(HostFigures host) {
        JsonObject json = new JsonObject().put("last_check", host.readMillis() == 0 ? null : time(host.readMillis()));
        host.figures().forEach(json::put);
        return json;
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
