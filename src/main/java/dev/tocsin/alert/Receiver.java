package dev.tocsin.alert;

import dev.tocsin.core.Integration;
import java.util.List;

/** Who is told, by which integrations. None is allowed: then alerts are only shown. Immutable. */
public record Receiver(String name, List<Subscription> subscriptions) {
    public Receiver {
        subscriptions = List.copyOf(subscriptions);
    }

    /** @param sendResolved whether the integration wants to hear that alerts are over */
    public record Subscription(Integration integration, boolean sendResolved) {}
}
