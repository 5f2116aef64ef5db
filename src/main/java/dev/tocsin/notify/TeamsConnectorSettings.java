package dev.tocsin.notify;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.time.Duration;

/** One entry of {@code msteams_configs}: an incoming webhook of the old kind. Immutable. */
public record TeamsConnectorSettings(
        Secret webhookUrl,
        MessageTemplate title,
        MessageTemplate summary,
        MessageTemplate text,
        Duration timeout,
        HttpClientSettings http)
        implements HttpChannelSettings {}
