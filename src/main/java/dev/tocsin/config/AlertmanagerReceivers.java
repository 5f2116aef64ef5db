package dev.tocsin.config;

import dev.tocsin.alert.Receiver;
import dev.tocsin.core.Integration;
import dev.tocsin.notify.ChannelSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the receivers and their integrations. */
final class AlertmanagerReceivers {
    private static final String SUFFIX = "_configs";
    private static final Set<String> NOT_YET = Set.of(
            "incidentio_configs",
            "jira_configs",
            "mattermost_configs",
            "pushover_configs",
            "rocketchat_configs",
            "sns_configs",
            "victorops_configs",
            "webex_configs",
            "wechat_configs");

    /** In the order in which a receiver's integrations are told. */
    private static final List<ChannelKind> KINDS = List.of(
            AlertmanagerWebhook.KIND,
            AlertmanagerEmail.KIND,
            AlertmanagerPagerduty.KIND,
            AlertmanagerOpsgenie.KIND,
            AlertmanagerSlack.KIND,
            TocsinChannels.SMS,
            TocsinChannels.NTFY,
            AlertmanagerChats.TELEGRAM,
            AlertmanagerChats.DISCORD,
            AlertmanagerChats.TEAMS_CONNECTOR,
            AlertmanagerChats.TEAMS_WORKFLOW);

    private static final Set<String> KEYS = keys();

    private final AlertmanagerKeys.Scope scope;
    private final Map<String, Receiver> receivers = new LinkedHashMap<>();
    private final Map<Integration, ChannelSettings> channels = new LinkedHashMap<>();

    AlertmanagerReceivers(AlertmanagerKeys.Scope scope) {
        this.scope = scope;
    }

    private static Set<String> keys() {
        Set<String> keys = new HashSet<>(Set.of("name", AlertmanagerFallbacks.KEY));
        KINDS.forEach(kind -> keys.add(kind.name() + SUFFIX));
        return Set.copyOf(keys);
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
            for (ChannelKind kind : KINDS) {
                YamlNode entries = keys.get(kind.name() + SUFFIX);
                if (entries != null) {
                    int index = 0;
                    for (YamlNode entry : entries.asList()) {
                        subscriptions.add(subscription(new Integration(name, kind.name(), index++), kind, entry));
                    }
                }
            }
            receivers.put(name, new Receiver(name, subscriptions));
        }
    }

    private Receiver.Subscription subscription(Integration integration, ChannelKind kind, YamlNode node)
            throws ConfigException {
        AlertmanagerKeys keys = AlertmanagerKeys.of(node, kind.keys(), scope);
        channels.put(integration, kind.reader().read(keys));
        return new Receiver.Subscription(integration, keys.flag(ChannelKind.SEND_RESOLVED, kind.sendsResolved()));
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
