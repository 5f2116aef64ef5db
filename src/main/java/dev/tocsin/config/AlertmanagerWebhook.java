package dev.tocsin.config;

import dev.tocsin.http.Secret;
import dev.tocsin.notify.HttpChannelSettings;
import dev.tocsin.notify.WebhookSettings;
import java.util.Set;

/** Reads {@code webhook_configs}. */
final class AlertmanagerWebhook {
    static final ChannelKind KIND = ChannelKind.http(
            "webhook",
            true,
            Set.of("url", "url_file", "max_alerts", "hmac_secret", "hmac_secret_file"),
            AlertmanagerWebhook::read);

    private AlertmanagerWebhook() {}

    private static WebhookSettings read(AlertmanagerKeys keys) throws ConfigException {
        Secret url = keys.secretUrl("url");
        if (url == null) {
            throw keys.error("one of url or url_file must be configured");
        }
        return new WebhookSettings(
                url,
                keys.count("max_alerts", 0),
                keys.duration("timeout", HttpChannelSettings.DEFAULT_TIMEOUT),
                keys.secret("hmac_secret"),
                keys.http());
    }
}
