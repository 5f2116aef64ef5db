package dev.tocsin.notify;

import dev.tocsin.http.HttpClientSettings;
import java.time.Duration;

/** The settings of an integration that is told by HTTP. Immutable. */
public sealed interface HttpChannelSettings extends ChannelSettings
        permits DiscordSettings,
                NtfySettings,
                OpsgenieSettings,
                PagerdutySettings,
                SlackSettings,
                SmsSettings,
                TeamsConnectorSettings,
                TeamsWorkflowSettings,
                TelegramSettings,
                WebhookSettings {
    /** Of one attempt unless an integration says otherwise: long enough for a slow receiver, short enough for a dead one. */
    Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    HttpClientSettings http();

    /** Of one attempt; 0 for as long as the notification has. */
    Duration timeout();
}
