package dev.tocsin.web;

import java.util.ArrayList;
import java.util.List;

/**
 * One page's connection, with all that it subscribes to: panels that come later join it. Confined to its loop, but for
 * its name.
 */
final class LiveConnection {
    /** What others call it by: nobody guesses it. */
    final String name;

    final StreamLoop loop;
    final SseConnection sse;
    final List<StreamLoop.Subscriber> subscribers = new ArrayList<>(1);

    LiveConnection(String name, StreamLoop loop, SseConnection sse) {
        this.name = name;
        this.loop = loop;
        this.sse = sse;
    }

    int queries() {
        int queries = 0;
        for (StreamLoop.Subscriber each : subscribers) {
            queries += each.texts.size();
        }
        return queries;
    }

    StreamLoop.Subscriber subscribe(List<String> texts) {
        StreamLoop.Subscriber subscriber = new StreamLoop.Subscriber(SubscriptionKey.of(texts), texts, sse);
        subscribers.add(subscriber);
        return subscriber;
    }
}
