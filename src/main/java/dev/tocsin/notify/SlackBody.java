package dev.tocsin.notify;

import dev.tocsin.template.KeyValues;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The JSON of a Slack message: one attachment. Stateless. */
final class SlackBody {
    private static final int MOST_TITLE = 1_024;
    /** Common labels shown where no fields are configured. */
    private static final int MOST_LABELS = 8;

    private final SlackSettings settings;

    SlackBody(SlackSettings settings) {
        this.settings = settings;
    }

    JsonObject of(Filling filling) {
        SlackSettings.Message says = settings.message();
        JsonObject message = new JsonObject();
        put(message, "channel", filling, says.channel());
        put(message, "username", filling, says.username());
        put(message, "icon_emoji", filling, says.iconEmoji());
        put(message, "icon_url", filling, says.iconUrl());
        put(message, "text", filling, says.text());
        if (says.linksNames()) {
            message.put("link_names", true);
        }
        return message.put("attachments", new JsonArray().add(attachment(filling)));
    }

    private JsonObject attachment(Filling filling) {
        SlackSettings.Attachment says = settings.attachment();
        JsonObject attachment = new JsonObject()
                .put("title", Texts.truncated(filling.text(says.title()), MOST_TITLE))
                .put("fallback", filling.text(says.fallback()))
                .put("mrkdwn_in", new JsonArray(says.markdownIn()));
        put(attachment, "title_link", filling, says.titleLink());
        put(attachment, "pretext", filling, says.pretext());
        put(attachment, "text", filling, says.text());
        put(attachment, "callback_id", filling, says.callbackId());
        put(attachment, "image_url", filling, says.imageUrl());
        put(attachment, "thumb_url", filling, says.thumbUrl());
        put(attachment, "footer", filling, says.footer());
        put(attachment, "color", filling, says.color());
        JsonArray fields = fields(filling);
        if (!fields.isEmpty()) {
            attachment.put("fields", fields);
        }
        JsonArray actions = actions(filling);
        if (!actions.isEmpty()) {
            attachment.put("actions", actions);
        }
        return attachment;
    }

    private JsonArray actions(Filling filling) {
        JsonArray actions = new JsonArray();
        List<SlackSettings.Action> configured = settings.actions();
        if (configured != null) {
            configured.forEach(action -> actions.add(action(action, filling)));
            return actions;
        }
        MessageContext context = filling.context();
        for (String name : List.of("Acknowledge", "Silence")) {
            String url = context.links().getOrDefault(name, "");
            if (!url.isEmpty()) {
                actions.add(
                        new JsonObject().put("type", "button").put("text", name).put("url", url));
            }
        }
        return actions;
    }

    private JsonArray fields(Filling filling) {
        JsonArray fields = new JsonArray();
        List<SlackSettings.Field> configured = settings.fields();
        if (configured != null) {
            configured.forEach(field ->
                    fields.add(field(filling.text(field.title()), filling.text(field.value()), field.isShort())));
            return fields;
        }
        MessageContext context = filling.context();
        String severity = context.commonLabels().getOrDefault("severity", context.severity());
        if (!severity.isEmpty()) {
            fields.add(field("Severity", escaped(severity), true));
        }
        fields.add(field("Started", context.alerts().getFirst().startsAt().format("2006-01-02 15:04:05 MST"), true));
        List<KeyValues.Pair> labels = new ArrayList<>(context.commonLabels().sortedPairs());
        labels.removeIf(label -> label.name().equals("severity") || label.name().equals("alertname"));
        labels.stream()
                .limit(MOST_LABELS)
                .forEach(label -> fields.add(field(escaped(label.name()), escaped(label.value()), true)));
        return fields;
    }

    private static JsonObject field(String title, String value, boolean isShort) {
        return new JsonObject().put("title", title).put("value", value).put("short", isShort);
    }

    private static JsonObject action(SlackSettings.Action action, Filling filling) {
        JsonObject json =
                new JsonObject().put("type", filling.text(action.type(), "")).put("text", filling.text(action.text()));
        put(json, "url", filling, action.url());
        put(json, "style", filling, action.style());
        put(json, "name", filling, action.name());
        put(json, "value", filling, action.value());
        SlackSettings.Confirm confirm = action.confirm();
        if (confirm != null) {
            JsonObject question = new JsonObject().put("text", filling.text(confirm.text()));
            put(question, "title", filling, confirm.title());
            put(question, "ok_text", filling, confirm.okText());
            put(question, "dismiss_text", filling, confirm.dismissText());
            json.put("confirm", question);
        }
        return json;
    }

    private static void put(JsonObject json, String key, Filling filling, MessageTemplate template) {
        Texts.putIfAny(json, key, filling.text(template, ""));
    }

    /** The three characters that Slack's markup begins with. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
