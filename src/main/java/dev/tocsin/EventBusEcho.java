package dev.tocsin;

import dev.tocsin.core.Clock;
import dev.tocsin.core.check.ComponentHealth;
import dev.tocsin.core.check.ComponentHealth.Status;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.TimeUnit;

/**
 * Sends a message over the event bus to another event loop once a second, and looks when the answer comes: how the bus is
 * is known before anybody asks. {@link #health} may be called from any thread.
 */
final class EventBusEcho extends VerticleBase {
    private static final String ADDRESS = "tocsin.echo";
    private static final long EVERY_MILLIS = 1_000;
    /** Without an answer for so long the bus is told as not well; shorter pauses are those of a busy machine. */
    private static final long PATIENCE_MILLIS = 5_000;

    /** And so long as dead. */
    private static final long DEAD_MILLIS = 30_000;

    private final Clock clock;
    private volatile Answer last;

    /** @param atMillis wall time at which it came */
    private record Answer(long atMillis, double tookMillis) {}

    EventBusEcho(Clock clock) {
        this.clock = clock;
        last = new Answer(clock.wallMillis(), 0);
    }

    @Override
    public Future<?> start() {
        ((VertxInternal) vertx)
                .createEventLoopContext()
                .runOnContext(elsewhere -> vertx.eventBus().consumer(ADDRESS, asked -> asked.reply(null)));
        vertx.setPeriodic(EVERY_MILLIS, timer -> ask());
        return Future.succeededFuture();
    }

    private void ask() {
        long askedNanos = clock.monotonicNanos();
        vertx.eventBus()
                .request(ADDRESS, null, new DeliveryOptions().setSendTimeout(PATIENCE_MILLIS))
                .onSuccess(answer -> last = new Answer(
                        clock.wallMillis(),
                        (double) (clock.monotonicNanos() - askedNanos) / TimeUnit.MILLISECONDS.toNanos(1)));
    }

    ComponentHealth health() {
        Answer known = last;
        long silentMillis = clock.wallMillis() - known.atMillis;
        if (silentMillis < EVERY_MILLIS + PATIENCE_MILLIS) {
            return new ComponentHealth(Status.HEALTHY, known.atMillis, known.tookMillis, null);
        }
        return new ComponentHealth(
                silentMillis < DEAD_MILLIS ? Status.DEGRADED : Status.UNHEALTHY,
                known.atMillis,
                null,
                "no answer for " + silentMillis + " ms");
    }
}
