package dev.tocsin.core;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What one integration is to be told about one group of alerts. Immutable; crosses from the alerting side to delivery.
 *
 * @param key the same for every attempt at the same news, however often it is sent, so that a receiver can tell a
 *     second copy from a second notification
 * @param groupKey Alertmanager's group key: the route's key and the group's labels
 * @param alerts what to say, in Alertmanager's order; a resolved one has its {@code endsAt}
 * @param reason why it leaves; always a verdict that tells
 * @param flushedAt when the group was flushed
 * @param deadline when delivery stops trying: the next flush of the group decides anew
 * @param mostAttempts after how many failed attempts delivery gives up before the deadline; 0 for no such number
 * @param links where to go from here, by the labels of the alerts; see {@link #linksOf}
 */
public record Notification(
        String key,
        Integration integration,
        String groupKey,
        Labels groupLabels,
        List<Alert> alerts,
        Verdict reason,
        Instant flushedAt,
        Instant deadline,
        int mostAttempts,
        Map<Labels, AlertLinks> links) {
    public Notification {
        alerts = List.copyOf(alerts);
        links = Map.copyOf(links);
        if (alerts.isEmpty() || !reason.tells()) {
            throw new IllegalArgumentException("nothing to tell " + integration + ": " + reason);
        }
    }

    /** One that leads nowhere yet. */
    public Notification(
            String key,
            Integration integration,
            String groupKey,
            Labels groupLabels,
            List<Alert> alerts,
            Verdict reason,
            Instant flushedAt,
            Instant deadline) {
        this(key, integration, groupKey, groupLabels, alerts, reason, flushedAt, deadline, 0, Map.of());
    }

    /** The same news, given up sooner. */
    public Notification limitedTo(Instant newDeadline, int newMostAttempts) {
        return new Notification(
                key,
                integration,
                groupKey,
                groupLabels,
                alerts,
                reason,
                flushedAt,
                newDeadline,
                newMostAttempts,
                links);
    }

    public Notification withLinks(Function<Alert, AlertLinks> linksOf) {
        Map<Labels, AlertLinks> all = new HashMap<>();
        alerts.forEach(alert -> all.put(alert.labels(), linksOf.apply(alert)));
        return new Notification(
                key, integration, groupKey, groupLabels, alerts, reason, flushedAt, deadline, mostAttempts, all);
    }

    /** Where to go from here for one of its alerts; {@link AlertLinks#NONE} where that is nowhere. */
    public AlertLinks linksOf(Alert alert) {
        return links.getOrDefault(alert.labels(), AlertLinks.NONE);
    }

    /** Whether at least one alert fires: what Alertmanager calls the notification's status. */
    public boolean isFiring() {
        return alerts.stream().anyMatch(Alert::isFiring);
    }
}
