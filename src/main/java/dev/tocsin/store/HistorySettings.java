package dev.tocsin.store;

import java.time.Duration;

/**
 * How long history lasts, by resolution, and what is stored of alerts.
 *
 * @param keep10s longer than the two hours after which minutes are made of it
 * @param keepAlerts episodes, events and notifications
 * @param keepAcknowledged episodes and events of alerts that somebody acknowledged; not shorter
 */
public record HistorySettings(
        Duration keep10s, Duration keep1m, Duration keep1h, Duration keepAlerts, Duration keepAcknowledged) {
    public static final HistorySettings DEFAULT = new HistorySettings(
            Duration.ofDays(1),
            Duration.ofDays(30),
            Duration.ofDays(400),
            Duration.ofDays(365),
            Duration.ofDays(1_095));

    long keepMillis(Resolution resolution) {
        return switch (resolution) {
            case TEN_SECONDS -> keep10s.toMillis();
            case MINUTE -> keep1m.toMillis();
            case HOUR -> keep1h.toMillis();
        };
    }
}
