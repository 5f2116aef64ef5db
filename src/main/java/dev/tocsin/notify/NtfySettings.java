package dev.tocsin.notify;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code ntfy_configs}. Immutable.
 *
 * @param url of the server
 * @param token an access token; null for none
 * @param priority 1 to 5 when filled in; anything else is left out
 * @param tags separated by commas
 * @param click what a tap opens
 */
public record NtfySettings(
        String url,
        MessageTemplate topic,
        @Nullable Secret token,
        MessageTemplate title,
        MessageTemplate message,
        MessageTemplate priority,
        MessageTemplate tags,
        MessageTemplate click,
        Duration timeout,
        HttpClientSettings http)
        implements HttpChannelSettings {}
