package dev.tocsin.config;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may stand under {@code global}. Each channel reads its own defaults there; those of channels that we do not have
 * are read over.
 */
final class AlertmanagerGlobal {
    private static final Set<String> KEYS = Set.of(
            "resolve_timeout",
            "http_config",
            "smtp_from",
            "smtp_hello",
            "smtp_smarthost",
            "smtp_auth_username",
            "smtp_auth_password",
            "smtp_auth_password_file",
            "smtp_auth_secret",
            "smtp_auth_secret_file",
            "smtp_auth_identity",
            "smtp_require_tls",
            "smtp_force_implicit_tls",
            "smtp_tls_config",
            "slack_api_url",
            "slack_api_url_file",
            "slack_app_token",
            "slack_app_token_file",
            "slack_app_url",
            "pagerduty_url",
            "opsgenie_api_url",
            "opsgenie_api_key",
            "opsgenie_api_key_file",
            "telegram_api_url",
            "telegram_bot_token",
            "telegram_bot_token_file",
            "wechat_api_url",
            "wechat_api_secret",
            "wechat_api_secret_file",
            "wechat_api_corp_id",
            "victorops_api_url",
            "victorops_api_key",
            "victorops_api_key_file",
            "webex_api_url",
            "jira_api_url",
            "rocketchat_api_url",
            "rocketchat_token",
            "rocketchat_token_file",
            "rocketchat_token_id",
            "rocketchat_token_id_file",
            "mattermost_webhook_url",
            "mattermost_webhook_url_file");

    private AlertmanagerGlobal() {}

    /** @throws ConfigException where a key is not known, a URL is none, or something is said twice over */
    static Map<String, YamlNode> read(@Nullable YamlNode node, AlertmanagerHttp http) throws ConfigException {
        if (node == null) {
            return Map.of();
        }
        Map<String, YamlNode> keys = node.asMap(KEYS);
        for (Map.Entry<String, YamlNode> entry : keys.entrySet()) {
            String key = entry.getKey();
            YamlNode value = entry.getValue();
            if (key.endsWith("_url") && !value.asString().isEmpty()) {
                http.url(value);
            }
            if (key.equals("smtp_smarthost") && !value.asString().isEmpty()) {
                HostAndPort.read(value);
            }
            YamlNode file = keys.get(key + "_file");
            if (file != null && !file.asString().isEmpty() && !value.asString().isEmpty()) {
                throw file.error("at most one of " + key + " & " + key + "_file must be configured");
            }
        }
        return keys;
    }
}
