package dev.tocsin.web;

import io.vertx.core.Context;
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
    /** What one connection has of one subscription. Confined to its loop; the hub knows it by identity only. */
    static final class Subscriber {
        final SubscriptionKey key;
        final List<String> texts;
        final SseConnection connection;

        @Nullable
        SubscriberFlow flow;

        /** @param texts the queries as they were asked for */
        Subscriber(SubscriptionKey key, List<String> texts, SseConnection connection) {
            this.key = key;
            this.texts = texts;
            this.connection = connection;
        }
    }

    /** One connection to the list of alerts, which is only ever sent in its newest state. */
    static final class AlertSubscriber {
        final SseConnection connection;

        @Nullable
        EventBytes sent;

        /** @param caughtUp called when all that was sent has gone, and more may have come up meanwhile */
        AlertSubscriber(HttpServerRequest request, AtomicLong unsentEverywhere, Consumer<AlertSubscriber> caughtUp) {
            this.connection = new SseConnection(request, false, unsentEverywhere, () -> caughtUp.accept(this));
        }
    }

    private final Context context;
    private final StreamSettings settings;
    private final StreamMeters meters;
    private final Slices slices;
    private final Map<SubscriptionKey, Set<Subscriber>> subscribers = new HashMap<>();
    private final Set<AlertSubscriber> alertSubscribers = new LinkedHashSet<>();
    private final Set<SseConnection> connections = new HashSet<>();
    private @Nullable EventBytes alerts;

    StreamLoop(Context context, StreamSettings settings, StreamMeters meters) {
        this.context = context;
        this.settings = settings;
        this.meters = meters;
        this.slices = new Slices(context);
        context.owner()
                .setPeriodic(
                        settings.heartbeat().toMillis() / 2,
                        timer -> slices.forEach(List.copyOf(connections), SseConnection::beat, () -> {}));
    }

    /** Runs on this event loop, in the order of the calls. From any thread. */
    void run(Runnable task) {
        context.runOnContext(v -> task.run());
    }

    /** Opens a page's connection, and tells it what to call itself and how far apart frames are. */
    void opened(LiveConnection connection) {
        opened(connection.sse);
        connection.sse.send(EventBytes.of("event: connection\ndata: {\"name\":\"" + connection.name + "\",\"millis\":"
                + settings.frameInterval().toMillis() + "}\n\n"));
    }

    void opened(SseConnection connection) {
        connections.add(connection);
        connection.open();
    }

    /** Sends what a newcomer needs; from now on it gets frames. */
    void subscribe(Subscriber subscriber, int subscription, FrameSequence.Opening opening) {
        if (subscriber.connection.isClosed()) {
            return;
        }
        subscriber.flow = new SubscriberFlow(subscription, opening, settings);
        subscribers
                .computeIfAbsent(subscriber.key, key -> new LinkedHashSet<>())
                .add(subscriber);
        subscriber.connection.send(queriesEvent(subscription, subscriber.texts));
        subscriber.connection.send(opening.bytes());
    }

    private static EventBytes queriesEvent(int subscription, List<String> texts) {
        StringBuilder out = new StringBuilder("event: queries\ndata: {\"s\":")
                .append(subscription)
                .append(",\"queries\":");
        String separator = "[";
        for (String text : texts) {
            out.append(separator);
            JsonText.appendString(out, text);
            separator = ",";
        }
        return EventBytes.of(out.append("]}\n\n"));
    }

    void ended(LiveConnection connection) {
        ended(connection.sse);
        for (Subscriber subscriber : connection.subscribers) {
            Set<Subscriber> group = subscribers.get(subscriber.key);
            if (group != null && group.remove(subscriber) && group.isEmpty()) {
                subscribers.remove(subscriber.key);
            }
        }
    }

    private void ended(SseConnection connection) {
        connections.remove(connection);
        connection.ended();
    }

    /** Sends one frame to all subscribers of this loop. */
    void deliver(SubscriptionKey key, Frame frame) {
        Set<Subscriber> group = subscribers.get(key);
        if (group != null) {
            FrameChunks chunks = new FrameChunks(frame);
            slices.forEach(new ArrayList<>(group), each -> deliver(each, frame, chunks), chunks::release);
        }
    }

    private void deliver(Subscriber subscriber, Frame frame, FrameChunks chunks) {
        SubscriberFlow flow = subscriber.flow;
        SseConnection connection = subscriber.connection;
        if (flow == null || connection.isClosed()) {
            return;
        }
        switch (flow.offer(frame, connection.unsentBytes())) {
            case SubscriberFlow.Step.Next _ -> {
                connection.send(chunks.next(connection.isCompressed()));
                meters.frameSent();
            }
            case SubscriberFlow.Step.Whole whole -> {
                connection.send(whole.first());
                connection.send(frame.whole());
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

    void subscribe(AlertSubscriber subscriber, EventBytes newest) {
        if (!subscriber.connection.isClosed()) {
            alerts = newest;
            alertSubscribers.add(subscriber);
            sendAlerts(subscriber);
        }
    }

    void ended(AlertSubscriber subscriber) {
        ended(subscriber.connection);
        alertSubscribers.remove(subscriber);
    }

    void deliverAlerts(EventBytes newest) {
        alerts = newest;
        slices.forEach(new ArrayList<>(alertSubscribers), this::sendAlerts, () -> {});
    }

    /** Sends the newest list, unless it was sent or the reader is behind: then when it has caught up. */
    void sendAlerts(AlertSubscriber subscriber) {
        EventBytes newest = alerts;
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
