package dev.tocsin.notify;

/** Which class serves which settings. Stateless. */
final class Channels {
    private Channels() {}

    /** A channel, with its connections; on the event loop that it is to be confined to. */
    static Channel open(ChannelContext context, ChannelSettings settings) {
        return switch (settings) {
            case WebhookSettings webhook ->
                new HttpChannel(
                        context,
                        new WebhookProtocol(webhook, context.externalUrl()),
                        webhook.http(),
                        webhook.timeout());
        };
    }
}
