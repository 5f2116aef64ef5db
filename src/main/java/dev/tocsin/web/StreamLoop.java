package dev.tocsin.web;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one event loop, and the sending to them. Confined to that event loop; the hub comes in through
 * {@link #run}.
 */
final class StreamLoop {
    /** One connection to a subscription. Confined to its loop; the hub knows it by identity only. */
    static final class Subscriber {
        final SubscriptionKey key;
        final SseConnection connection;

        @Nullable
        SubscriberFlow flow;

        Subscriber(SubscriptionKey key, SseConnection connection) {
            this.key = key;
            this.connection = connection;
        }
    }

    /** One connection to the list of alerts, which is only ever sent in its newest state. */
    static final class AlertSubscriber {
        final SseConnection connection;

        @Nullable
        Buffer sent;

        /** @param caughtUp called when all that was sent has gone, and more may have come up meanwhile */
        AlertSubscriber(HttpServerRequest request, AtomicLong unsentEverywhere, Consumer<AlertSubscriber> caughtUp) {
            this.connection = new SseConnection(request, unsentEverywhere, () -> caughtUp.accept(this));
        }
    }

    private final Context context;
    private final StreamSettings settings;
    private final StreamMeters meters;
    private final Slices slices;
    private final Map<SubscriptionKey, Set<Subscriber>> subscribers = new HashMap<>();
    private final Set<AlertSubscriber> alertSubscribers = new LinkedHashSet<>();
    private final Set<SseConnection> connections = new HashSet<>();
    private @Nullable Buffer alerts;

    StreamLoop(Context context, StreamSettings settings, StreamMeters meters) {
        this.context = context;
        this.settings = settings;
        this.meters = meters;
        this.slices = new Slices(context);
        context.owner()
                .setPeriodic(
                        settings.heartbeat().toMillis() / 2,
                        timer -> slices.forEach(List.copyOf(connections), SseConnection::beat));
    }

    /** Runs on this event loop, in the order of the calls. From any thread. */
    void run(Runnable task) {
        context.runOnContext(v -> task.run());
    }

    void opened(SseConnection connection) {
        connections.add(connection);
        connection.open();
    }

    /** Sends what a newcomer needs; from now on it gets frames. */
    void subscribe(Subscriber subscriber, FrameSequence.Opening opening) {
        if (subscriber.connection.isClosed()) {
            return;
        }
        subscriber.flow = new SubscriberFlow(opening.lastMillis(), settings);
        subscribers
                .computeIfAbsent(subscriber.key, key -> new LinkedHashSet<>())
                .add(subscriber);
        if (!settings.frameInterval().equals(StreamSettings.DEFAULT.frameInterval())) {
            long millis = settings.frameInterval().toMillis();
            subscriber.connection.send(Buffer.buffer("event: pace\ndata: {\"millis\":" + millis + "}\n\n"));
        }
        subscriber.connection.send(Buffer.buffer(opening.bytes()));
    }

    void ended(Subscriber subscriber) {
        connections.remove(subscriber.connection);
        Set<Subscriber> group = subscribers.get(subscriber.key);
        if (group != null && group.remove(subscriber) && group.isEmpty()) {
            subscribers.remove(subscriber.key);
        }
    }

    /** Sends one frame to all subscribers of this loop. */
    void deliver(SubscriptionKey key, Frame frame) {
        Set<Subscriber> group = subscribers.get(key);
        if (group != null) {
            Buffer whole = Buffer.buffer(frame.bytes());
            Buffer values = Buffer.buffer(frame.values());
            slices.forEach(new ArrayList<>(group), each -> deliver(each, frame, whole, values));
        }
    }

    private void deliver(Subscriber subscriber, Frame frame, Buffer whole, Buffer values) {
        SubscriberFlow flow = subscriber.flow;
        SseConnection connection = subscriber.connection;
        if (flow == null || connection.isClosed()) {
            return;
        }
        switch (flow.offer(frame, connection.unsentBytes())) {
            case SubscriberFlow.Step.Whole _ -> {
                connection.send(whole);
                meters.frameSent();
            }
            case SubscriberFlow.Step.After after -> {
                connection.send(Buffer.buffer(after.first()));
                connection.send(values);
                meters.frameSent();
            }
            case SubscriberFlow.Step.Skip _ -> meters.frameSkipped();
            case SubscriberFlow.Step.Old _ -> {}
            case SubscriberFlow.Step.Close _ -> {
                meters.closedTooSlow();
                connection.close();
            }
        }
    }

    void subscribe(AlertSubscriber subscriber, Buffer newest) {
        if (!subscriber.connection.isClosed()) {
            alerts = newest;
            alertSubscribers.add(subscriber);
            sendAlerts(subscriber);
        }
    }

    void ended(AlertSubscriber subscriber) {
        connections.remove(subscriber.connection);
        alertSubscribers.remove(subscriber);
    }

    void deliverAlerts(Buffer newest) {
        alerts = newest;
        slices.forEach(new ArrayList<>(alertSubscribers), this::sendAlerts);
    }

    /** Sends the newest list, unless it was sent or the reader is behind: then when it has caught up. */
    void sendAlerts(AlertSubscriber subscriber) {
        Buffer newest = alerts;
        if (newest == null || newest.equals(subscriber.sent)) {
            return;
        }
        SseConnection connection = subscriber.connection;
        if (connection.unsentBytes() > 0 && connection.unsentBytes() + newest.length() > settings.maxUnsentBytes()) {
            meters.frameSkipped();
            return;
        }
        subscriber.sent = newest;
        connection.send(newest);
        meters.frameSent();
    }
}
