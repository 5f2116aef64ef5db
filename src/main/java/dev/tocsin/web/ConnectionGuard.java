package dev.tocsin.web;

import dev.tocsin.core.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that hold a place and do not use it: those whose header or body comes in byte by byte, and those
 * over the limit. (An idle time-out does not see a client that sends one byte every few seconds.) Confined to the event
 * loop of one {@link HttpVerticle}.
 */
final class ConnectionGuard {
    private final Map<HttpConnection, Held> connections = new HashMap<>();
    private final Clock clock;
    private final long headerNanos;
    private final long bodyNanos;
    private final int limit;
    private final Counter closedSlow;
    private final Counter closedOver;
    private final AtomicInteger openEverywhere;

    private static final class Held {
        long sinceNanos;

        @Nullable
        HttpServerRequest request;

        Held(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }

    /**
     * @param limit most connections of this event loop
     * @param openEverywhere counts the connections of all event loops
     */
    ConnectionGuard(HttpSettings settings, int limit, AtomicInteger openEverywhere, Clock clock, MeterRegistry meters) {
        this.openEverywhere = openEverywhere;
        this.clock = clock;
        this.headerNanos = settings.headerTimeout().toNanos();
        this.bodyNanos = settings.bodyTimeout().toNanos();
        this.limit = limit;
        this.closedSlow = closed(meters, "too_slow");
        this.closedOver = closed(meters, "too_many");
    }

    private static Counter closed(MeterRegistry meters, String reason) {
        return Counter.builder("tocsin.http.connections.closed")
                .description("HTTP connections closed by the server, by reason")
                .tag("reason", reason)
                .register(meters);
    }

    void opened(HttpConnection connection) {
        if (connections.size() >= limit) {
            closedOver.increment();
            connection.close().onFailure(gone -> {});
            return;
        }
        connections.put(connection, new Held(clock.monotonicNanos()));
        openEverywhere.incrementAndGet();
        connection.closeHandler(v -> {
            connections.remove(connection);
            openEverywhere.decrementAndGet();
        });
    }

    void requested(HttpServerRequest request) {
        Held held = connections.get(request.connection());
        if (held != null) {
            held.request = request;
            held.sinceNanos = clock.monotonicNanos();
        }
    }

    /** The request was answered: its connection waits for the next. */
    void answered(HttpServerRequest request) {
        Held held = connections.get(request.connection());
        if (held != null && Objects.equals(held.request, request)) {
            held.request = null;
            held.sinceNanos = clock.monotonicNanos();
        }
    }

    /** To be called every second or so. */
    void sweep() {
        long now = clock.monotonicNanos();
        List<HttpConnection> slow = new ArrayList<>();
        connections.forEach((connection, held) -> {
            boolean bodyPending = held.request != null && !held.request.isEnded();
            long allowed = held.request == null ? headerNanos : bodyPending ? bodyNanos : Long.MAX_VALUE;
            if (now - held.sinceNanos > allowed) {
                slow.add(connection);
            }
        });
        for (HttpConnection connection : slow) {
            closedSlow.increment();
            connection.close().onFailure(gone -> {});
        }
    }
}
