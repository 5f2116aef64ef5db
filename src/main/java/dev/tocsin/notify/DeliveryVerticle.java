package dev.tocsin.notify;

import dev.tocsin.core.BreachChart;
import dev.tocsin.core.Clock;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DurableState;
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
    private BreachChart charts = BreachChart.NONE;
    private PostedMessages posted = new PostedMessages(DurableState.NONE);
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

    /** Channels that can show charts do so. To be called before the verticle is deployed. */
    public void drawWith(BreachChart drawing) {
        charts = drawing;
    }

    /** Takes over what an earlier process told, and keeps it from now on. To be called before the verticle is deployed. */
    public void keepIn(DurableState state) {
        posted = new PostedMessages(state);
    }

    @Override
    public Future<?> start() {
        owner = context;
        replace(new Prepared(initial, new HashMap<>()));
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
     * Opens the channels that are new or changed, and uses none of them yet.
     *
     * @return what {@link #use} puts in force; fails, with all of them closed again, where one can't be opened
     */
    public Future<Prepared> prepare(Map<Integration, ChannelSettings> channels) {
        Promise<Prepared> done = Promise.promise();
        owner.runOnContext(v -> {
            Map<Integration, Channel> opened = new HashMap<>();
            try {
                channels.forEach((integration, settings) -> {
                    if (!isInUse(integration, settings)) {
                        opened.put(integration, open(integration, settings));
                    }
                });
                done.complete(new Prepared(Map.copyOf(channels), opened));
            } catch (RuntimeException e) {
                opened.values().forEach(Channel::close);
                done.fail(e);
            }
        });
        return done.future();
    }

    /**
     * Uses these channels for every notification that is handed over after this call. An integration whose settings are
     * the same goes on undisturbed; of one that was changed or removed, what is not in the wire is given up as
     * superseded.
     */
    public void use(Prepared prepared) {
        owner.runOnContext(v -> replace(prepared));
    }

    /** Closes channels that will not be used after all. */
    public void discard(Prepared prepared) {
        owner.runOnContext(v -> prepared.close());
    }

    /** Channels that are open, and not in use. Once in force, or discarded, it is done with. */
    public static final class Prepared {
        private final Map<Integration, ChannelSettings> settings;
        private final Map<Integration, Channel> opened;

        private Prepared(Map<Integration, ChannelSettings> settings, Map<Integration, Channel> opened) {
            this.settings = settings;
            this.opened = opened;
        }

        private void close() {
            opened.values().forEach(Channel::close);
            opened.clear();
        }
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

    private boolean isInUse(Integration integration, ChannelSettings settings) {
        Outbox outbox = outboxes.get(integration);
        return outbox != null && outbox.settings().equals(settings);
    }

    private void replace(Prepared prepared) {
        outboxes.entrySet().removeIf(entry -> {
            boolean kept = entry.getValue().settings().equals(prepared.settings.get(entry.getKey()));
            if (!kept) {
                entry.getValue().supersede();
            }
            return !kept;
        });
        prepared.settings.forEach((integration, settings) -> {
            if (!isInUse(integration, settings)) {
                Channel channel = prepared.opened.remove(integration);
                outboxes.put(
                        integration,
                        outbox(integration, settings, channel == null ? open(integration, settings) : channel));
            }
        });
        // Opened for an integration that another reload has put in force meanwhile.
        prepared.close();
    }

    private Outbox outbox(Integration integration, ChannelSettings settings, Channel channel) {
        return new Outbox(vertx, clock, random, integration, settings, channel, metrics(integration), limits.queue());
    }

    private Channel open(Integration integration, ChannelSettings settings) {
        IntegrationMetrics counted = metrics(integration);
        return Channels.open(
                new ChannelContext(vertx, clock, externalUrl, charts, posted, counted::templateFailed), settings);
    }

    private IntegrationMetrics metrics(Integration integration) {
        return metrics.computeIfAbsent(integration, added -> new IntegrationMetrics(meters, added));
    }
}
