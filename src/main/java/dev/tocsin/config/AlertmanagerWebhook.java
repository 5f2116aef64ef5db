package dev.tocsin.config;

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
        return new WebhookSettings(
                keys.requiredUrl("url"),
                keys.count("max_alerts", 0),
                keys.timeout(),
                keys.secret("hmac_secret"),
                keys.http());
    }
}
