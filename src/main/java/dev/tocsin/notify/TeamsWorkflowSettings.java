package dev.tocsin.notify;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.time.Duration;

/** One entry of {@code msteamsv2_configs}: a webhook of a Power Automate flow. Immutable. */
public record TeamsWorkflowSettings(
        Secret webhookUrl, MessageTemplate title, MessageTemplate text, Duration timeout, HttpClientSettings http)
        implements HttpChannelSettings {}
