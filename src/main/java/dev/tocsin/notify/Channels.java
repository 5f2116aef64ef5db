package dev.tocsin.notify;

/** Which class serves which settings. Stateless. */
final class Channels {
    private Channels() {}

    /** A channel, with its connections; on the event loop that it is to be confined to. */
    static Channel open(ChannelContext context, ChannelSettings settings) {
        return switch (settings) {
            case EmailSettings email -> new EmailChannel(context, email);
            case HttpChannelSettings http -> new HttpChannel(context, protocol(context, http), http);
        };
    }

    private static HttpProtocol protocol(ChannelContext context, HttpChannelSettings settings) {
        return switch (settings) {
            case DiscordSettings discord -> new DiscordProtocol(discord);
            case NtfySettings ntfy -> new NtfyProtocol(ntfy);
            case OpsgenieSettings opsgenie -> new OpsgenieProtocol(opsgenie);
            case PagerdutySettings pagerduty ->
                switch (pagerduty.api()) {
                    case V1 -> new PagerdutyGenericProtocol(pagerduty);
                    case V2 -> new PagerdutyProtocol(pagerduty);
                };
            case SlackSettings slack -> new SlackProtocol(slack, context.posted());
            case SmsSettings sms -> new SmsProtocol(sms);
            case TeamsConnectorSettings teams -> new TeamsConnectorProtocol(teams);
            case TeamsWorkflowSettings teams -> new TeamsWorkflowProtocol(teams);
            case TelegramSettings telegram -> new TelegramProtocol(telegram);
            case WebhookSettings webhook -> new WebhookProtocol(webhook, context.externalUrl());
        };
    }
}
