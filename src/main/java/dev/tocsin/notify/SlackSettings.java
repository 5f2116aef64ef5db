package dev.tocsin.notify;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code slack_configs}. Immutable. Texts that are empty when filled in are left out of the message.
 *
 * @param apiUrl an incoming webhook, or the API's {@code chat.postMessage}
 * @param token of a bot, sent with each request; null where there is none or {@code http} carries it
 * @param message above the attachment
 * @param fields null for severity, start and common labels
 * @param actions null for the links of the one alert that fires: to acknowledge it, to silence it
 * @param updatesMessage whether what is resolved is written into the last message, where the API tells which that was
 */
public record SlackSettings(
        Secret apiUrl,
        @Nullable Secret token,
        Message message,
        Attachment attachment,
        @Nullable List<Field> fields,
        @Nullable List<Action> actions,
        boolean updatesMessage,
        Duration timeout,
        HttpClientSettings http)
        implements HttpChannelSettings {
    public SlackSettings {
        fields = fields == null ? null : List.copyOf(fields);
        actions = actions == null ? null : List.copyOf(actions);
    }

    /** What the message itself says, and as whom. Immutable. */
    public record Message(
            MessageTemplate channel,
            MessageTemplate username,
            MessageTemplate iconEmoji,
            MessageTemplate iconUrl,
            boolean linksNames,
            MessageTemplate text) {}

    /** Its one attachment. Immutable. */
    public record Attachment(
            MessageTemplate title,
            MessageTemplate titleLink,
            MessageTemplate pretext,
            MessageTemplate text,
            MessageTemplate fallback,
            MessageTemplate callbackId,
            MessageTemplate imageUrl,
            MessageTemplate thumbUrl,
            MessageTemplate footer,
            MessageTemplate color,
            List<String> markdownIn) {
        public Attachment {
            markdownIn = List.copyOf(markdownIn);
        }
    }

    /** @param isShort whether others may stand beside it */
    public record Field(MessageTemplate title, MessageTemplate value, boolean isShort) {}

    /**
     * A button.
     *
     * @param url what it opens; where that is empty, name and value are what it sends
     * @param confirm what is asked before; null for nothing
     */
    public record Action(
            MessageTemplate type,
            MessageTemplate text,
            MessageTemplate url,
            MessageTemplate style,
            MessageTemplate name,
            MessageTemplate value,
            @Nullable Confirm confirm) {}

    /** A question before an action. */
    public record Confirm(
            MessageTemplate text, MessageTemplate title, MessageTemplate okText, MessageTemplate dismissText) {}
}
