package dev.tocsin.notify;

import dev.tocsin.core.Clock;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Notifier;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Delivers notifications, on one event loop: one outbox per integration, so that a slow or dead one delays no other. The
 * public methods may be called from any thread; each enters by a message.
 */
public final class DeliveryVerticle extends VerticleBase implements Notifier {
    private static final long DRAIN_CHECK_MILLIS = 20;

    private final Clock clock;
    private final MeterRegistry meters;
    private final String externalUrl;
    private final DeliveryLimits limits;
    private final RandomGenerator random;
    private final Map<Integration, ChannelSettings> initial;
    private final Map<Integration, Outbox> outboxes = new HashMap<>();
    private final Map<Integration, IntegrationMetrics> metrics = new HashMap<>();
    private Context owner;

    /**
     * @param externalUrl how people reach Tocsin, without a slash at the end
     * @param random for the jitter of retries
     */
    @SuppressWarnings("NullAway.Init") // owner is set before anything can be called
    public DeliveryVerticle(
            Map<Integration, ChannelSettings> channels,
            Clock clock,
            MeterRegistry meters,
            String externalUrl,
            DeliveryLimits limits,
            RandomGenerator random) {
        this.initial = Map.copyOf(channels);
        this.clock = clock;
        this.meters = meters;
        this.externalUrl = externalUrl;
        this.limits = limits;
        this.random = random;
    }

    @Override
    public Future<?> start() {
        owner = context;
        use(initial);
        return Future.succeededFuture();
    }

    /** Drains for as long as the limits allow, then gives up what is left. */
    @Override
    public Future<?> stop() {
        return drain(limits.drain()).onComplete(drained -> {
            outboxes.values().forEach(Outbox::stop);
            outboxes.clear();
        });
    }

    @Override
    public void deliver(Notification notification, Consumer<DeliveryOutcome> settled) {
        owner.runOnContext(v -> {
            Outbox outbox = outboxes.get(notification.integration());
            if (outbox == null) {
                settled.accept(new DeliveryOutcome(DeliveryOutcome.Result.REFUSED, 0, "there is no such integration"));
            } else {
                outbox.add(notification, settled);
            }
        });
    }

    /**
     * Uses these channels from now on. An integration whose settings are the same goes on undisturbed; of one that was
     * changed or removed, what is not in the wire is given up as superseded.
     */
    public Future<Void> replace(Map<Integration, ChannelSettings> channels) {
        Promise<Void> done = Promise.promise();
        owner.runOnContext(v -> {
            use(channels);
            done.complete();
        });
        return done.future();
    }

    /**
     * Tries everything once more without delay, and ends when all is settled or the time is over. What arrives meanwhile
     * is tried once, too.
     */
    public Future<Void> drain(Duration atMost) {
        Promise<Void> done = Promise.promise();
        owner.runOnContext(v -> {
            outboxes.values().forEach(Outbox::drain);
            long end = clock.monotonicNanos() + atMost.toNanos();
            // The first look comes after what was handed over before this call.
            vertx.setPeriodic(1, DRAIN_CHECK_MILLIS, id -> {
                boolean empty = outboxes.values().stream().allMatch(Outbox::isEmpty);
                if (empty || clock.monotonicNanos() - end >= 0) {
                    vertx.cancelTimer(id);
                    done.complete();
                }
            });
        });
        return done.future();
    }

    private void use(Map<Integration, ChannelSettings> channels) {
        outboxes.entrySet().removeIf(entry -> {
            boolean kept = entry.getValue().settings().equals(channels.get(entry.getKey()));
            if (!kept) {
                entry.getValue().supersede();
            }
            return !kept;
        });
        channels.forEach((integration, settings) -> outboxes.computeIfAbsent(
                integration,
                added -> new Outbox(
                        vertx,
                        clock,
                        random,
                        added,
                        settings,
                        open(settings),
                        metrics.computeIfAbsent(added, i -> new IntegrationMetrics(meters, i)),
                        limits.queue())));
    }

    private Channel open(ChannelSettings settings) {
        return switch (settings) {
            case WebhookSettings webhook -> new WebhookChannel(vertx, clock, webhook, externalUrl);
        };
    }
}
