package dev.tocsin.notify;

import java.time.Duration;

/**
 * One entry of {@code webhook_configs}. Immutable.
 *
 * @param url {@code http} or {@code https}
 * @param maxAlerts how many alerts a body holds at most; 0 for all
 * @param timeout of one attempt, 0 for as long as the notification has (Alertmanager's default)
 */
public record WebhookSettings(Secret url, int maxAlerts, Duration timeout, HttpClientSettings http)
        implements ChannelSettings {
    /** Long enough for a slow receiver, short enough that a connection gone dead does not hold a page for minutes. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
}
