package dev.tocsin.web;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Event;
import dev.tocsin.core.Niceness;
import dev.tocsin.promql.Evaluator;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The live stream's middle: keeps the subscriptions, has each evaluated once per frame, however many watch, and hands
 * the one frame to every event loop that has subscribers. Deploy once, as a virtual-thread verticle, before the HTTP
 * server; its state is confined to that thread, and the loops come in by messages. Evaluations run on platform threads
 * of their own, as {@link QueryPool}'s do; a subscription that falls behind leaves ticks out, and delays no other.
 */
public final class StreamHub extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(StreamHub.class.getName());
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Evaluator evaluator;
    private final StreamSettings settings;
    private final Supplier<String> alertsJson;
    private final Clock clock;
    final StreamMeters meters;

    private final Map<SubscriptionKey, Subscription> subscriptions = new HashMap<>();
    private final Set<StreamLoop> alertLoops = new HashSet<>();
    private final Map<String, LiveConnection> connections = new ConcurrentHashMap<>();
    private @Nullable WorkerExecutor evaluations;
    private int lastSubscription;
    private String alertsTold = "";
    private int alertSubscribers;
    /** The tick of the newest frame. */
    private long framedTickMillis;
    /** The tick up to which alerts were told. */
    private long alertsTickMillis;

    /** @param alertsJson the array that {@code /api/v1/alerts} has under {@code data.alerts}, on one line */
    public StreamHub(
            Evaluator evaluator,
            StreamSettings settings,
            Supplier<String> alertsJson,
            Clock clock,
            MeterRegistry meters) {
        this.evaluator = evaluator;
        this.settings = settings;
        this.alertsJson = alertsJson;
        this.clock = clock;
        this.meters = new StreamMeters(meters, settings);
    }

    @Override
    public Future<?> start() {
        evaluations = vertx.createSharedWorkerExecutor(
                "tocsin-stream",
                settings.evaluationThreads(),
                settings.evaluationTimeout().plusSeconds(30).toMillis(),
                TimeUnit.MILLISECONDS);
        vertx.eventBus()
                .<Event.TickClosed>localConsumer(
                        Event.TickClosed.ADDRESS, message -> tick(message.body().tickMillis()));
        vertx.eventBus()
                .<Event.AlertsJudged>localConsumer(Event.AlertsJudged.ADDRESS, message -> judged(message.body()));
        return Future.succeededFuture();
    }

    StreamSettings settings() {
        return settings;
    }

    /** On the hub's thread, in the order of the calls. */
    private void run(Runnable task) {
        try {
            context.runOnContext(v -> task.run());
        } catch (RejectedExecutionException e) {
            // The hub has stopped, and its state is gone: subscribers that leave after it change nothing.
            LOG.log(Level.TRACE, "after the end", e);
        }
    }

    /** A connection's name, which those who have it open are told. */
    static String newName() {
        byte[] random = new byte[12];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** @return the open connection of that name; null where there is none any more */
    @Nullable
    LiveConnection connection(String name) {
        return connections.get(name);
    }

    /** From the connection's event loop, before its first join. */
    void opened(LiveConnection connection) {
        connections.put(connection.name, connection);
    }

    /**
     * From the connection's event loop.
     *
     * @param refused run on that loop where there are too many subscriptions
     * @param joined the same where there are not, before anything is sent
     */
    void join(
            LiveConnection connection,
            StreamLoop.Subscriber subscriber,
            long lastEventMillis,
            Runnable refused,
            Runnable joined) {
        StreamLoop loop = connection.loop;
        run(() -> {
            Subscription subscription = subscriptions.get(subscriber.key);
            if (subscription == null) {
                if (!hasRoom()) {
                    meters.refused();
                    loop.run(refused);
                    return;
                }
                subscription = new Subscription(++lastSubscription, subscriber.key, settings);
                subscriptions.put(subscriber.key, subscription);
                meters.subscriptions.set(subscriptions.size());
                if (framedTickMillis > 0) {
                    begin(subscription, framedTickMillis);
                }
            }
            loop.run(joined);
            subscription.join(new Subscription.Newcomer(loop, subscriber, lastEventMillis));
        });
    }

    /** At the bound, subscriptions that nobody has go at once. */
    private boolean hasRoom() {
        if (subscriptions.size() >= settings.maxSubscriptions()) {
            removeIf(true);
        }
        return subscriptions.size() < settings.maxSubscriptions();
    }

    /** From the connection's event loop, after its joins. */
    void leave(LiveConnection connection) {
        connections.remove(connection.name);
        long nowNanos = clock.monotonicNanos();
        List<StreamLoop.Subscriber> leaving = List.copyOf(connection.subscribers);
        run(() -> {
            for (StreamLoop.Subscriber subscriber : leaving) {
                Subscription subscription = subscriptions.get(subscriber.key);
                if (subscription != null) {
                    subscription.leave(subscriber, nowNanos);
                }
            }
        });
    }

    private void tick(long tickMillis) {
        if (!isNextFrame(tickMillis, framedTickMillis)) {
            return;
        }
        framedTickMillis = tickMillis;
        removeIf(false);
        for (Subscription subscription : subscriptions.values()) {
            begin(subscription, tickMillis);
        }
        tellAlerts();
    }

    private boolean isNextFrame(long tickMillis, long lastMillis) {
        long frameMillis = settings.frameInterval().toMillis();
        return Math.floorDiv(tickMillis, frameMillis) > Math.floorDiv(lastMillis, frameMillis);
    }

    /** An alert that began or ceased to fire is told at once; new values, and what is only pending, with the frames. */
    private void judged(Event.AlertsJudged judged) {
        if (!judged.alerts().isEmpty() || isNextFrame(judged.tickMillis(), alertsTickMillis)) {
            alertsTickMillis = judged.tickMillis();
            tellAlerts();
        }
    }

    private void begin(Subscription subscription, long tickMillis) {
        switch (subscription.begin(tickMillis)) {
            case NOW -> evaluate(subscription, tickMillis);
            case LATER -> {}
            case LATER_WITHOUT_OLDEST -> meters.tickLeftOut();
        }
    }

    private void removeIf(boolean empty) {
        long nowNanos = clock.monotonicNanos();
        subscriptions.values().removeIf(each -> {
            boolean gone = empty ? each.isEmpty() : each.isAbandoned(nowNanos);
            if (gone) {
                each.drop();
            }
            return gone;
        });
        meters.subscriptions.set(subscriptions.size());
    }

    private void evaluate(Subscription subscription, long tickMillis) {
        WorkerExecutor threads = evaluations;
        if (threads == null) {
            throw new IllegalStateException("the hub was not started");
        }
        long startNanos = clock.monotonicNanos();
        threads.executeBlocking(
                        () -> {
                            Niceness.lower();
                            return subscription.evaluate(evaluator, tickMillis, clock);
                        },
                        false)
                .onComplete(done -> {
                    meters.evaluated(clock.monotonicNanos() - startNanos);
                    if (done.succeeded()) {
                        Frame frame = done.result();
                        for (StreamLoop loop : subscription.loops()) {
                            loop.run(() -> loop.deliver(subscription.key, frame));
                        }
                    } else {
                        LOG.log(Level.WARNING, "live queries failed", done.cause());
                    }
                    Long next = subscription.end();
                    if (next != null) {
                        evaluate(subscription, next);
                    }
                });
    }

    /** From the subscriber's event loop. */
    void joinAlerts(StreamLoop loop, StreamLoop.AlertSubscriber subscriber) {
        run(() -> {
            alertSubscribers++;
            alertLoops.add(loop);
            tellAlerts();
            EventBytes event = alertsEvent(alertsTold);
            loop.run(() -> {
                loop.opened(subscriber.connection);
                loop.subscribe(subscriber, event);
            });
        });
    }

    /** From the subscriber's event loop, after its join. */
    void leaveAlerts() {
        run(() -> alertSubscribers--);
    }

    private void tellAlerts() {
        if (alertSubscribers == 0) {
            return;
        }
        String json = alertsJson.get();
        if (!json.equals(alertsTold)) {
            alertsTold = json;
            EventBytes event = alertsEvent(json);
            for (StreamLoop loop : alertLoops) {
                loop.run(() -> loop.deliverAlerts(event));
            }
        }
    }

    private static EventBytes alertsEvent(String json) {
        return EventBytes.of("event: alerts\ndata: " + json.replace("\n", "\ndata: ") + "\n\n");
    }
}
