package dev.tocsin.alert;

import dev.tocsin.core.Integration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told, by which integrations. None is allowed: then alerts are only shown. Immutable.
 *
 * @param onFailure who is told instead when an integration fails; null for nobody
 */
public record Receiver(
        String name,
        List<Subscription> subscriptions,
        @Nullable Fallback onFailure) {
    public Receiver {
        subscriptions = List.copyOf(subscriptions);
    }

    public Receiver(String name, List<Subscription> subscriptions) {
        this(name, subscriptions, null);
    }

    /** The same, told in whose place when it fails. */
    public Receiver withFallback(Fallback fallback) {
        return new Receiver(name, subscriptions, fallback);
    }

    /** @param sendResolved whether the integration wants to hear that alerts are over */
    public record Subscription(Integration integration, boolean sendResolved) {}
}
