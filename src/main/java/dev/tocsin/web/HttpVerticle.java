package dev.tocsin.web;

import dev.tocsin.core.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One event loop of the HTTP server. What it serves is mounted by others; here are the bounds. Confined to its event
 * loop, but for {@link #deploy}.
 */
public final class HttpVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(HttpVerticle.class.getName());

    private static final int MAX_REQUEST_LINE_BYTES = 64 << 10;
    private static final int MAX_HEADER_BYTES = 32 << 10;
    /** As much as one read of the socket brings: large bodies then come in few pieces. */
    private static final int MAX_CHUNK_BYTES = 64 << 10;

    private static final int MAX_FORM_BYTES = 1 << 20;
    /** A reader that is slower than this fills up is told from one that is only far away. */
    private static final int SEND_BUFFER_BYTES = 128 << 10;

    private static final int LEAST_WORTH_COMPRESSING = 1_024;
    private static final long SWEEP_MILLIS = 1_000;

    private final HttpSettings settings;
    private final List<? extends Consumer<Router>> routes;
    private final PageHandler page;
    private final Clock clock;
    private final MeterRegistry meters;
    private final AtomicInteger openConnections;
    private final AtomicInteger boundPort;

    private HttpVerticle(
            HttpSettings settings,
            List<? extends Consumer<Router>> routes,
            PageFiles page,
            Clock clock,
            MeterRegistry meters,
            AtomicInteger openConnections,
            AtomicInteger boundPort) {
        this.settings = settings;
        this.routes = routes;
        this.page = new PageHandler(page);
        this.clock = clock;
        this.meters = meters;
        this.openConnections = openConnections;
        this.boundPort = boundPort;
    }

    /** @param port the one that was bound, where 0 was asked for */
    public record Listening(String deploymentId, int port) {}

    /**
     * Binds and serves. Every consumer in {@code routes} is called once for each instance, with that instance's router,
     * on its event loop.
     *
     * @return fails where the address cannot be bound
     */
    public static Future<Listening> deploy(
            Vertx vertx,
            HttpSettings settings,
            List<? extends Consumer<Router>> routes,
            PageFiles page,
            Clock clock,
            MeterRegistry meters) {
        AtomicInteger openConnections = new AtomicInteger();
        AtomicInteger boundPort = new AtomicInteger();
        Gauge.builder("tocsin.http.connections", openConnections, AtomicInteger::get)
                .description("Open HTTP connections")
                .register(meters);
        return vertx.deployVerticle(
                        () -> new HttpVerticle(settings, routes, page, clock, meters, openConnections, boundPort),
                        new DeploymentOptions().setInstances(settings.instances()))
                .map(id -> new Listening(id, boundPort.get()));
    }

    @Override
    public Future<?> start() {
        ConnectionGuard connections = new ConnectionGuard(
                settings,
                Math.ceilDiv(settings.maxConnections(), settings.instances()),
                openConnections,
                clock,
                meters);
        Router router = router(connections);
        HttpServer server = vertx.createHttpServer(options())
                .connectionHandler(connections::opened)
                .exceptionHandler(e -> LOG.log(Level.DEBUG, "connection failed", e))
                .requestHandler(router);
        vertx.setPeriodic(SWEEP_MILLIS, timer -> connections.sweep());
        return server.listen().onSuccess(listening -> boundPort.set(listening.actualPort()));
    }

    private Router router(ConnectionGuard connections) {
        Router router = Router.router(vertx);
        Meter.MeterProvider<Counter> answered = Counter.builder("tocsin.http.requests")
                .description("HTTP requests answered, by status code")
                .withRegistry(meters);
        router.route().handler(ctx -> {
            connections.requested(ctx.request());
            ctx.addEndHandler(end -> {
                connections.answered(ctx.request());
                answered.withTag("code", Integer.toString(ctx.response().getStatusCode()))
                        .increment();
            });
            ctx.next();
        });
        router.route().handler(new RequestGuard(settings.auth(), settings.maxBodyBytes()));
        new ErrorReplies(page, settings.maxBodyBytes()).mount(router);
        for (Consumer<Router> each : routes) {
            each.accept(router);
        }
        return router;
    }

    private HttpServerOptions options() {
        // A negative port is Vert.x's way to let several instances share one free port.
        int port = settings.port() == 0 ? -1 : settings.port();
        return new HttpServerOptions()
                .setHost(settings.host())
                .setPort(port)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                // A query may be as long as a form's body, which has a limit of its own.
                .setMaxFormAttributeSize(MAX_FORM_BYTES)
                .setMaxFormBufferedBytes(MAX_FORM_BYTES)
                .setMaxFormFields(1_024)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(Math.toIntExact(settings.idleTimeout().toMillis()))
                .setSendBufferSize(SEND_BUFFER_BYTES)
                .setTcpNoDelay(true)
                // Every connection would have a queue of 9 KiB for writes from other threads; there are none.
                .setStrictThreadMode(true)
                .setAcceptBacklog(4_096)
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(true)
                .setCompressionLevel(1)
                .setCompressionContentSizeThreshold(LEAST_WORTH_COMPRESSING);
    }
}
