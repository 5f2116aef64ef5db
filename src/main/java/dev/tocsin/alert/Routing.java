package dev.tocsin.alert;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that decides who hears of an alert: what {@code alertmanager.yaml} says, minus how the channels work. Immutable.
 *
 * @param receivers by name, in the order of the file; every route's receiver is among them
 * @param resolveTimeout when an alert that was posted without an end, and is not posted again, counts as resolved
 */
public record Routing(
        Route root, Map<String, Receiver> receivers, Duration resolveTimeout, List<InhibitRule> inhibitRules) {
    public Routing {
        receivers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(receivers));
        inhibitRules = List.copyOf(inhibitRules);
        check(root, receivers);
    }

    /** One route to receivers by name. */
    public static Routing of(Route root, Receiver... receivers) {
        Map<String, Receiver> byName = new LinkedHashMap<>();
        for (Receiver receiver : receivers) {
            byName.put(receiver.name(), receiver);
        }
        return new Routing(root, byName, Duration.ofMinutes(5), List.of());
    }

    private static void check(Route route, Map<String, Receiver> receivers) {
        if (!receivers.containsKey(route.options().receiver())) {
            throw new IllegalArgumentException(
                    "undefined receiver \"" + route.options().receiver() + "\" used in route");
        }
        for (Route child : route.children()) {
            check(child, receivers);
        }
    }

    /** The receiver of a route of this tree. */
    public Receiver receiverOf(Route route) {
        return java.util.Objects.requireNonNull(receivers.get(route.options().receiver()));
    }

    /** The names of those who hear of such an alert, one per route that takes it. */
    public List<String> receiversOf(dev.tocsin.core.Labels alert) {
        return root.match(alert).stream().map(r -> r.options().receiver()).toList();
    }
}
