package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The alerts of one group that climb one escalation policy together, and those whom it tells. Confined to the thread of
 * its {@link Escalations}.
 */
final class Ladder {
    /** By {@link #wakeAt}, which must not change while the ladder is sorted by it. */
    static final Comparator<Ladder> BY_WAKE = Comparator.comparing(
                    (Ladder ladder) -> ladder.wakeAt == null ? Instant.MAX : ladder.wakeAt)
            .thenComparing(ladder -> ladder.key);

    final Route route;
    final EscalationPolicy policy;
    final Labels groupLabels;
    /** What the log and the receivers know it by: the group's key, with the policy in it. */
    final String key;

    final List<Rung> rungs;
    final Map<Labels, HeldAlert> members = new LinkedHashMap<>();

    /** When it is looked at next; null while it is. */
    @Nullable
    Instant wakeAt;

    Ladder(Routing routing, Route route, EscalationPolicy policy, Labels groupLabels, String key) {
        this.route = route;
        this.policy = policy;
        this.groupLabels = groupLabels;
        this.key = key;
        Set<String> receivers = new LinkedHashSet<>();
        policy.levels().forEach(level -> receivers.addAll(level.receivers()));
        List<Rung> all = new ArrayList<>();
        for (String receiver : receivers) {
            for (Receiver.Subscription subscription : routing.receiver(receiver).subscriptions()) {
                all.add(new Rung(subscription, new NotificationLog.Key(subscription.integration(), key)));
            }
        }
        this.rungs = List.copyOf(all);
    }

    static String keyOf(Route route, EscalationPolicy policy, Labels groupLabels) {
        return route.key() + "/escalation/" + policy.name() + ":" + AlertGroup.goSyntax(groupLabels);
    }

    /** One integration of a receiver that some level names. */
    static final class Rung {
        final Receiver.Subscription subscription;
        final NotificationLog.Key logKey;

        /** Until when a failed delivery waits to be tried again. */
        Instant retryAt = Instant.MIN;

        Rung(Receiver.Subscription subscription, NotificationLog.Key logKey) {
            this.subscription = subscription;
            this.logKey = logKey;
        }

        boolean isNamedBy(List<String> receivers) {
            return receivers.contains(subscription.integration().receiver());
        }
    }
}
