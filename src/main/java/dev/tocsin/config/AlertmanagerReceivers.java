package dev.tocsin.config;

import dev.tocsin.alert.Receiver;
import dev.tocsin.core.Integration;
import dev.tocsin.notify.ChannelSettings;
import dev.tocsin.notify.HttpClientSettings;
import dev.tocsin.notify.Secret;
import dev.tocsin.notify.WebhookSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the receivers and their integrations. */
final class AlertmanagerReceivers {
    private static final Set<String> KEYS = Set.of("name", "webhook_configs");
    private static final Set<String> NOT_YET = Set.of(
            "discord_configs",
            "email_configs",
            "incidentio_configs",
            "jira_configs",
            "mattermost_configs",
            "msteams_configs",
            "msteamsv2_configs",
            "opsgenie_configs",
            "pagerduty_configs",
            "pushover_configs",
            "rocketchat_configs",
            "slack_configs",
            "sns_configs",
            "telegram_configs",
            "victorops_configs",
            "webex_configs",
            "wechat_configs");
    private static final Set<String> WEBHOOK_KEYS =
            Set.of("send_resolved", "url", "url_file", "http_config", "max_alerts", "timeout");

    private final AlertmanagerHttp http;
    private final HttpClientSettings globalHttp;
    private final Map<String, Receiver> receivers = new LinkedHashMap<>();
    private final Map<Integration, ChannelSettings> channels = new LinkedHashMap<>();

    AlertmanagerReceivers(AlertmanagerHttp http, HttpClientSettings globalHttp) {
        this.http = http;
        this.globalHttp = globalHttp;
    }

    void read(YamlNode list) throws ConfigException {
        for (YamlNode node : list.asList()) {
            Map<String, YamlNode> keys = AlertmanagerFile.known(node, KEYS, NOT_YET);
            YamlNode nameNode = keys.get("name");
            String name = nameNode == null ? "" : nameNode.asString();
            if (name.isEmpty()) {
                throw node.error("missing name in receiver");
            }
            if (receivers.containsKey(name)) {
                throw node.error("notification config name \"" + name + "\" is not unique");
            }
            List<Receiver.Subscription> subscriptions = new ArrayList<>();
            YamlNode webhooks = keys.get("webhook_configs");
            if (webhooks != null) {
                for (YamlNode webhook : webhooks.asList()) {
                    subscriptions.add(webhook(new Integration(name, "webhook", subscriptions.size()), webhook));
                }
            }
            receivers.put(name, new Receiver(name, subscriptions));
        }
    }

    private Receiver.Subscription webhook(Integration integration, YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = AlertmanagerFile.known(node, WEBHOOK_KEYS, Set.of());
        YamlNode url = keys.get("url");
        YamlNode urlFile = keys.get("url_file");
        Secret target;
        if (url != null && urlFile != null) {
            throw urlFile.error("at most one of url & url_file must be configured");
        } else if (url != null) {
            target = new Secret.Inline(http.url(url));
        } else if (urlFile != null) {
            target = http.file(urlFile);
        } else {
            throw node.error("one of url or url_file must be configured");
        }
        YamlNode httpConfig = keys.get("http_config");
        YamlNode timeout = keys.get("timeout");
        YamlNode maxAlerts = keys.get("max_alerts");
        channels.put(
                integration,
                new WebhookSettings(
                        target,
                        maxAlerts == null ? 0 : maxAlerts.asInt(0, 1_000_000),
                        timeout == null ? WebhookSettings.DEFAULT_TIMEOUT : timeout.asDuration(),
                        httpConfig == null ? globalHttp : http.settings(httpConfig)));
        YamlNode sendResolved = keys.get("send_resolved");
        return new Receiver.Subscription(integration, sendResolved == null || sendResolved.asBoolean());
    }

    Set<String> names() {
        return receivers.keySet();
    }

    Map<String, Receiver> receivers() {
        return receivers;
    }

    Map<Integration, ChannelSettings> channels() {
        return channels;
    }
}
