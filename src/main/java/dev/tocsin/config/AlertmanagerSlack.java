package dev.tocsin.config;

import dev.tocsin.http.Secret;
import dev.tocsin.notify.SlackSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code slack_configs}. */
final class AlertmanagerSlack {
    static final ChannelKind KIND = ChannelKind.http(
            "slack",
            false,
            Set.of(
                    "api_url",
                    "api_url_file",
                    "app_token",
                    "app_token_file",
                    "app_url",
                    "channel",
                    "username",
                    "color",
                    "title",
                    "title_link",
                    "pretext",
                    "text",
                    "message_text",
                    "fields",
                    "short_fields",
                    "footer",
                    "fallback",
                    "callback_id",
                    "icon_emoji",
                    "icon_url",
                    "image_url",
                    "thumb_url",
                    "link_names",
                    "mrkdwn_in",
                    "actions",
                    "update_message"),
            AlertmanagerSlack::read);

    private static final String APP_URL = "https://slack.com/api/chat.postMessage";
    private static final Set<String> FIELD_KEYS = Set.of("title", "value", "short");
    private static final Set<String> ACTION_KEYS = Set.of("type", "text", "url", "style", "name", "value", "confirm");
    private static final Set<String> CONFIRM_KEYS = Set.of("text", "title", "ok_text", "dismiss_text");

    private AlertmanagerSlack() {}

    private static SlackSettings read(AlertmanagerKeys keys) throws ConfigException {
        Secret url = keys.secretUrl("api_url");
        Secret token = keys.secret("app_token");
        if (url != null && token != null) {
            throw keys.error("at most one of api_url/api_url_file & app_token/app_token_file must be configured");
        }
        AlertmanagerKeys global = keys.global();
        if (url == null && token == null) {
            url = global.secretUrl("slack_api_url");
            token = url == null ? global.secret("slack_app_token") : null;
        }
        if (token != null) {
            url = new Secret.Inline(keys.url("app_url", global.url("slack_app_url", APP_URL)));
        }
        if (url == null) {
            throw keys.error("no Slack API URL nor App token set either inline or in a file, here or in `global`");
        }
        boolean updates = keys.flag("update_message", false);
        if (updates && url instanceof Secret.Inline inline && !inline.value().endsWith("/chat.postMessage")) {
            throw keys.error(
                    "update_message",
                    "incoming webhooks can't change a message: use app_token, or chat.postMessage as api_url");
        }
        return new SlackSettings(
                url,
                token,
                message(keys),
                attachment(keys),
                keys.has("fields") ? fields(keys) : null,
                keys.has("actions") ? actions(keys) : null,
                updates,
                keys.timeout(),
                keys.http());
    }

    private static SlackSettings.Message message(AlertmanagerKeys keys) throws ConfigException {
        return new SlackSettings.Message(
                keys.template("channel", ""),
                keys.defined("username", "slack.default.username"),
                keys.defined("icon_emoji", "slack.default.iconemoji"),
                keys.defined("icon_url", "slack.default.iconurl"),
                keys.flag("link_names", false),
                keys.template("message_text", ""));
    }

    private static SlackSettings.Attachment attachment(AlertmanagerKeys keys) throws ConfigException {
        return new SlackSettings.Attachment(
                keys.defined("title", "slack.default.title"),
                keys.defined("title_link", "slack.default.titlelink"),
                keys.defined("pretext", "slack.default.pretext"),
                keys.defined("text", "slack.default.text"),
                keys.defined("fallback", "slack.default.fallback"),
                keys.defined("callback_id", "slack.default.callbackid"),
                keys.template("image_url", ""),
                keys.template("thumb_url", ""),
                keys.defined("footer", "slack.default.footer"),
                keys.defined("color", "slack.default.color"),
                keys.has("mrkdwn_in") ? keys.texts("mrkdwn_in") : List.of("fallback", "pretext", "text"));
    }

    private static List<SlackSettings.Field> fields(AlertmanagerKeys keys) throws ConfigException {
        boolean isShort = keys.flag("short_fields", false);
        List<SlackSettings.Field> fields = new ArrayList<>();
        for (AlertmanagerKeys field : keys.mappings("fields", FIELD_KEYS)) {
            for (String needed : List.of("title", "value")) {
                if (!field.says(needed)) {
                    throw field.error("missing " + needed + " in Slack field configuration");
                }
            }
            fields.add(new SlackSettings.Field(
                    field.template("title", ""), field.template("value", ""), field.flag("short", isShort)));
        }
        return fields;
    }

    private static List<SlackSettings.Action> actions(AlertmanagerKeys keys) throws ConfigException {
        List<SlackSettings.Action> actions = new ArrayList<>();
        for (AlertmanagerKeys action : keys.mappings("actions", ACTION_KEYS)) {
            for (String needed : List.of("type", "text")) {
                if (!action.says(needed)) {
                    throw action.error("missing " + needed + " in Slack action configuration");
                }
            }
            boolean opens = action.says("url");
            if (!opens && !action.says("name")) {
                throw action.error("missing name or url in Slack action configuration");
            }
            actions.add(new SlackSettings.Action(
                    action.template("type", ""),
                    action.template("text", ""),
                    action.template("url", ""),
                    action.template("style", ""),
                    opens ? action.compiled("name", "") : action.template("name", ""),
                    opens ? action.compiled("value", "") : action.template("value", ""),
                    opens ? null : confirm(action)));
        }
        return actions;
    }

    private static SlackSettings.@Nullable Confirm confirm(AlertmanagerKeys action) throws ConfigException {
        AlertmanagerKeys confirm = action.mapping("confirm", CONFIRM_KEYS);
        if (confirm == null) {
            return null;
        }
        if (!confirm.says("text")) {
            throw confirm.error("missing text in Slack confirmation configuration");
        }
        return new SlackSettings.Confirm(
                confirm.template("text", ""),
                confirm.template("title", ""),
                confirm.template("ok_text", ""),
                confirm.template("dismiss_text", ""));
    }
}
