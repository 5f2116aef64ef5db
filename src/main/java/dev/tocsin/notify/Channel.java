package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import io.vertx.core.Future;
import java.time.Duration;

/** One way to reach one receiver. Confined to the event loop of {@link DeliveryVerticle}. */
interface Channel {
    /**
     * One attempt. The future never fails: what goes wrong is in the answer.
     *
     * @param remaining until the notification's deadline; the attempt is over by then
     */
    Future<Answer> send(Notification notification, Duration remaining);

    /** Lets go of connections. Nothing is sent afterwards. */
    void close();
}
