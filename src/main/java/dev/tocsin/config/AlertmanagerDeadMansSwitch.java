package dev.tocsin.config;

import dev.tocsin.alert.DeadMansSwitch;
import dev.tocsin.alert.Receiver;
import dev.tocsin.core.Integration;
import dev.tocsin.http.Secret;
import dev.tocsin.notify.ChannelSettings;
import dev.tocsin.notify.HttpChannelSettings;
import dev.tocsin.notify.WebhookSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Reads {@code dead_mans_switch}, which Alertmanager does not have. */
final class AlertmanagerDeadMansSwitch {
    static final String KEY = "dead_mans_switch";
    private static final Set<String> KEYS = Set.of("url", "url_file", "every", "http_config");
    private static final Duration DEFAULT_EVERY = Duration.ofMinutes(1);

    private AlertmanagerDeadMansSwitch() {}

    /**
     * @param receivers to which its receiver is added
     * @param channels to which its channel is added
     * @return how often the URL is told
     */
    static Duration read(
            YamlNode node,
            AlertmanagerKeys.Scope scope,
            Map<String, Receiver> receivers,
            Map<Integration, ChannelSettings> channels)
            throws ConfigException {
        AlertmanagerKeys keys = AlertmanagerKeys.of(node, KEYS, scope);
        Secret url = keys.secretUrl("url");
        if (url == null) {
            throw node.error("needs the key url, or url_file");
        }
        Duration every = keys.duration("every", DEFAULT_EVERY);
        if (every.compareTo(Duration.ofSeconds(1)) < 0) {
            throw keys.error("every", "must be at least 1s");
        }
        Receiver receiver = DeadMansSwitch.receiver();
        if (receivers.putIfAbsent(receiver.name(), receiver) != null) {
            throw node.error("the receiver \"" + receiver.name() + "\" is there already; give that one another name");
        }
        channels.put(
                DeadMansSwitch.INTEGRATION,
                new WebhookSettings(url, 0, HttpChannelSettings.DEFAULT_TIMEOUT, null, keys.http()));
        return every;
    }
}
