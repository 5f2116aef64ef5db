package dev.tocsin.notify;

import dev.tocsin.core.BreachChart;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Notification;
import io.vertx.core.Vertx;
import java.time.Instant;

/**
 * What a channel needs of the process around it. Immutable.
 *
 * @param externalUrl how people reach Tocsin, without a slash at the end
 * @param charts for messages that can show one
 * @param posted what can still be changed of what was told
 * @param templateFailures run for each template that fails, from any thread
 */
record ChannelContext(
        Vertx vertx,
        Clock clock,
        String externalUrl,
        BreachChart charts,
        PostedMessages posted,
        Runnable templateFailures) {
    /** What a message about this notification is made of, as of now. */
    Filling filling(Notification notification) {
        return new Filling(notification, externalUrl, Instant.ofEpochMilli(clock.wallMillis()), templateFailures);
    }
}
