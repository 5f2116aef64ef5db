package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All that decides who hears of an alert: what {@code alertmanager.yaml} says, minus how the channels work. Immutable.
 *
 * @param receivers by name, in the order of the file; every route's receiver is among them
 * @param policies by name, those that a rule's {@code escalation} label may name; their receivers are among those above
 * @param severities who hears of what only the root of the tree takes
 * @param resolveTimeout when an alert that was posted without an end, and is not posted again, counts as resolved
 */
public record Routing(
        Route root,
        Map<String, Receiver> receivers,
        Map<String, EscalationPolicy> policies,
        Severities severities,
        Duration resolveTimeout,
        List<InhibitRule> inhibitRules) {
    /** The label by which a rule names its escalation policy. */
    static final String ESCALATION_LABEL = "escalation";

    /** The label by which a rule says whether its alerts end by themselves. */
    private static final String AUTO_RESOLVE_LABEL = "auto_resolve";

    public Routing {
        receivers = Collections.unmodifiableMap(new LinkedHashMap<>(receivers));
        policies = Map.copyOf(policies);
        inhibitRules = List.copyOf(inhibitRules);
        check(root, receivers);
        for (List<Route> routes : severities.routes().values()) {
            for (Route route : routes) {
                check(route, receivers);
            }
        }
    }

    /** Alertmanager's, without what it does not know. */
    public Routing(
            Route root, Map<String, Receiver> receivers, Duration resolveTimeout, List<InhibitRule> inhibitRules) {
        this(root, receivers, Map.of(), Severities.NONE, resolveTimeout, inhibitRules);
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
        return receiver(route.options().receiver());
    }

    /** @param name of a receiver that a route or a policy names */
    Receiver receiver(String name) {
        return Objects.requireNonNull(receivers.get(name));
    }

    /**
     * The routes that take an alert: those of the tree; where that is its root alone, those of the alert's severity, if
     * there are any.
     */
    public List<Route> routesOf(Labels alert) {
        List<Route> taken = root.match(alert);
        if (taken.size() == 1 && taken.getFirst() == root) {
            List<Route> bySeverity = severities.routesOf(alert);
            return bySeverity.isEmpty() ? taken : bySeverity;
        }
        return taken;
    }

    /** The policy that an alert climbs on a route: the one that its label names, else the route's. */
    Optional<EscalationPolicy> escalationOf(Route route, Labels alert) {
        String named = alert.get(ESCALATION_LABEL);
        if (named.equals(EscalationPolicy.NONE)) {
            return Optional.empty();
        }
        EscalationPolicy policy = policies.get(named);
        return Optional.ofNullable(policy != null ? policy : route.options().escalation());
    }

    /** Whether an alert fires until a person resolves it: by its label, else where a route that takes it says so. */
    boolean latches(Labels alert) {
        return switch (alert.get(AUTO_RESOLVE_LABEL)) {
            case "false" -> true;
            case "true" -> false;
            default ->
                routesOf(alert).stream().anyMatch(route -> !route.options().autoResolve());
        };
    }

    /** How often an alert may change before it flaps: what the first route says that takes it and says something. */
    Optional<FlapLimit> flapLimitOf(Labels alert) {
        return routesOf(alert).stream()
                .map(route -> route.options().flapping())
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Whether an alert's label names a policy that there is not. */
    boolean namesUnknownPolicy(Labels alert) {
        String named = alert.get(ESCALATION_LABEL);
        return !named.isEmpty() && !named.equals(EscalationPolicy.NONE) && !policies.containsKey(named);
    }

    /** The names of those who hear of such an alert, one per route that takes it. */
    public List<String> receiversOf(Labels alert) {
        return routesOf(alert).stream().map(r -> r.options().receiver()).toList();
    }
}
