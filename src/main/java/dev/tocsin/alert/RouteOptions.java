package dev.tocsin.alert;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a route does with its alerts; what a route leaves out it has from its parent. Immutable.
 *
 * @param groupWait how long a new group waits for company before it is told; zero tells at once
 * @param groupInterval how long a told group waits before it tells what changed; at least 1 ms
 * @param repeatInterval how long until an unchanged group is told again, at the first flush after it; at least 1 ms
 * @param escalation what alerts without an {@code escalation} label climb; null for nothing
 * @param autoResolve whether alerts without an {@code auto_resolve} label end when their source says so; otherwise they
 *     fire until a person resolves them
 * @param flapping how often an alert may change before it flaps; null for ever so often
 * @param digest whether what began and ended between two notifications is told too
 */
public record RouteOptions(
        String receiver,
        GroupBy groupBy,
        Duration groupWait,
        Duration groupInterval,
        Duration repeatInterval,
        @Nullable EscalationPolicy escalation,
        boolean autoResolve,
        @Nullable FlapLimit flapping,
        boolean digest) {
    /** What Alertmanager knows of a route, and nothing beyond. */
    public RouteOptions(
            String receiver, GroupBy groupBy, Duration groupWait, Duration groupInterval, Duration repeatInterval) {
        this(receiver, groupBy, groupWait, groupInterval, repeatInterval, null, true, null, false);
    }

    /** Alertmanager's defaults. */
    public static RouteOptions defaults(String receiver) {
        return new RouteOptions(
                receiver, GroupBy.NOTHING, Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(4));
    }

    /** The same for another receiver. */
    public RouteOptions to(String otherReceiver) {
        return new RouteOptions(
                otherReceiver,
                groupBy,
                groupWait,
                groupInterval,
                repeatInterval,
                escalation,
                autoResolve,
                flapping,
                digest);
    }

    public RouteOptions withFlapping(@Nullable FlapLimit limit) {
        return new RouteOptions(
                receiver, groupBy, groupWait, groupInterval, repeatInterval, escalation, autoResolve, limit, digest);
    }

    public RouteOptions {
        if (groupWait.isNegative() || groupInterval.toMillis() < 1 || repeatInterval.toMillis() < 1) {
            throw new IllegalArgumentException("group_interval and repeat_interval must be more than zero");
        }
    }
}
