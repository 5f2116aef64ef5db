package dev.tocsin.notify;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.time.Duration;

/** One entry of {@code discord_configs}. Immutable. Empty texts are left out of the message. */
public record DiscordSettings(
        Secret webhookUrl,
        MessageTemplate content,
        MessageTemplate title,
        MessageTemplate message,
        String username,
        String avatarUrl,
        Duration timeout,
        HttpClientSettings http)
        implements HttpChannelSettings {}
