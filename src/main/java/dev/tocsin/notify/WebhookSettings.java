package dev.tocsin.notify;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code webhook_configs}. Immutable.
 *
 * @param url of scheme http or https
 * @param maxAlerts how many alerts a body holds at most; 0 for all
 * @param timeout of one attempt, 0 for as long as the notification has (Alertmanager's default)
 * @param hmacSecret what bodies are signed with; null for no signature
 */
public record WebhookSettings(
        Secret url,
        int maxAlerts,
        Duration timeout,
        @Nullable Secret hmacSecret,
        HttpClientSettings http) implements HttpChannelSettings {}
