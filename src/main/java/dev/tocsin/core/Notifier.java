package dev.tocsin.core;

import java.util.function.Consumer;

/** Takes notifications over for delivery. Never blocks and never throws. Safe from any thread. */
public interface Notifier {
    /**
     * @param settled told exactly once how it ended, at the latest soon after the notification's deadline; from any
     *     thread, possibly before this method returns
     */
    void deliver(Notification notification, Consumer<DeliveryOutcome> settled);
}
