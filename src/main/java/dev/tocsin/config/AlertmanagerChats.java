package dev.tocsin.config;

import dev.tocsin.http.Secret;
import dev.tocsin.notify.ChannelSettings;
import dev.tocsin.notify.DiscordSettings;
import dev.tocsin.notify.TeamsConnectorSettings;
import dev.tocsin.notify.TeamsWorkflowSettings;
import dev.tocsin.notify.TelegramSettings;
import java.util.List;
import java.util.Set;

/** Reads {@code discord_configs}, {@code msteams_configs}, {@code msteamsv2_configs} and {@code telegram_configs}. */
final class AlertmanagerChats {
    static final ChannelKind DISCORD = ChannelKind.http(
            "discord",
            true,
            Set.of("webhook_url", "webhook_url_file", "content", "title", "message", "username", "avatar_url"),
            AlertmanagerChats::discord);
    static final ChannelKind TEAMS_CONNECTOR = ChannelKind.http(
            "msteams",
            true,
            Set.of("webhook_url", "webhook_url_file", "title", "summary", "text"),
            AlertmanagerChats::teamsConnector);
    static final ChannelKind TEAMS_WORKFLOW = ChannelKind.http(
            "msteamsv2",
            true,
            Set.of("webhook_url", "webhook_url_file", "title", "text"),
            AlertmanagerChats::teamsWorkflow);
    static final ChannelKind TELEGRAM = ChannelKind.http(
            "telegram",
            true,
            Set.of(
                    "api_url",
                    "bot_token",
                    "bot_token_file",
                    "chat_id",
                    "chat_id_file",
                    "message_thread_id",
                    "message",
                    "disable_notifications",
                    "parse_mode"),
            AlertmanagerChats::telegram);

    private static final List<String> PARSE_MODES = List.of("", "Markdown", "MarkdownV2", "HTML");

    private AlertmanagerChats() {}

    private static ChannelSettings discord(AlertmanagerKeys keys) throws ConfigException {
        return new DiscordSettings(
                keys.requiredUrl("webhook_url"),
                keys.defined("content", "discord.default.content"),
                keys.defined("title", "discord.default.title"),
                keys.defined("message", "discord.default.message"),
                keys.text("username", ""),
                keys.text("avatar_url", ""),
                keys.timeout(),
                keys.http());
    }

    private static ChannelSettings teamsConnector(AlertmanagerKeys keys) throws ConfigException {
        return new TeamsConnectorSettings(
                keys.requiredUrl("webhook_url"),
                keys.defined("title", "msteams.default.title"),
                keys.defined("summary", "msteams.default.summary"),
                keys.defined("text", "msteams.default.text"),
                keys.timeout(),
                keys.http());
    }

    private static ChannelSettings teamsWorkflow(AlertmanagerKeys keys) throws ConfigException {
        return new TeamsWorkflowSettings(
                keys.requiredUrl("webhook_url"),
                keys.defined("title", "msteamsv2.default.title"),
                keys.defined("text", "msteamsv2.default.text"),
                keys.timeout(),
                keys.http());
    }

    private static ChannelSettings telegram(AlertmanagerKeys keys) throws ConfigException {
        Secret token = keys.secret("bot_token");
        if (token == null) {
            token = keys.global().secret("telegram_bot_token");
        }
        if (token == null) {
            throw keys.error("missing bot_token or bot_token_file on telegram_config");
        }
        Secret chat = keys.secret("chat_id");
        if (chat == null || (chat instanceof Secret.Inline && keys.requiredNumber("chat_id") == 0)) {
            throw keys.error("missing chat_id on telegram_config");
        }
        String mode = keys.text("parse_mode", "HTML");
        if (!PARSE_MODES.contains(mode)) {
            throw keys.error(
                    "parse_mode",
                    "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string");
        }
        String url = keys.url("api_url", keys.global().url("telegram_api_url", "https://api.telegram.org"));
        return new TelegramSettings(
                AlertmanagerHttp.withoutSlash(url),
                token,
                chat,
                keys.has("message_thread_id") ? Long.valueOf(keys.requiredNumber("message_thread_id")) : null,
                keys.defined("message", "telegram.default.message"),
                keys.flag("disable_notifications", false),
                mode,
                keys.timeout(),
                keys.http());
    }
}
