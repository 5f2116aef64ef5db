package dev.tocsin.core;

import java.time.Instant;
import java.util.List;

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
 */
public record Notification(
        String key,
        Integration integration,
        String groupKey,
        Labels groupLabels,
        List<Alert> alerts,
        Verdict reason,
        Instant flushedAt,
        Instant deadline) {
    public Notification {
        alerts = List.copyOf(alerts);
        if (alerts.isEmpty() || !reason.tells()) {
            throw new IllegalArgumentException("nothing to tell " + integration + ": " + reason);
        }
    }

    /** Whether at least one alert fires: what Alertmanager calls the notification's status. */
    public boolean isFiring() {
        return alerts.stream().anyMatch(Alert::isFiring);
    }
}
