package dev.tocsin.config;

import dev.tocsin.alert.InhibitRule;
import dev.tocsin.alert.Route;
import dev.tocsin.alert.Routing;
import dev.tocsin.core.Integration;
import dev.tocsin.notify.ChannelSettings;
import dev.tocsin.notify.HttpClientSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code alertmanager.yaml}: who hears of which alerts, and how, in Alertmanager's format. What Alertmanager would
 * refuse is refused in its words, and so is what Tocsin can't do yet. Immutable.
 *
 * @param channels how each integration of each receiver is reached
 * @param redacted the file's meaning as YAML, without its secrets
 */
public record AlertmanagerFile(Routing routing, Map<Integration, ChannelSettings> channels, String redacted) {
    private static final Set<String> KEYS = Set.of(
            "global", "route", "receivers", "templates", "inhibit_rules", "mute_time_intervals", "time_intervals");
    private static final Set<String> NOT_YET = Set.of("escalation_policies");

    public AlertmanagerFile {
        channels = Collections.unmodifiableMap(new LinkedHashMap<>(channels));
    }

    /**
     * @param folder where relative {@code *_file} paths begin
     * @param environment for {@code ${NAME}}
     */
    public static AlertmanagerFile parse(ConfigText text, Path folder, Map<String, String> environment)
            throws ConfigException {
        YamlNode root = YamlNode.parse(text.name(), text.text()).withEnvironment(environment);
        Map<String, YamlNode> keys = known(root, KEYS, NOT_YET);
        AlertmanagerHttp http = new AlertmanagerHttp(folder);
        Map<String, YamlNode> global = AlertmanagerGlobal.read(keys.get("global"), http);
        YamlNode httpConfig = global.get("http_config");
        AlertmanagerReceivers receivers = new AlertmanagerReceivers(new AlertmanagerKeys.Scope(
                http,
                httpConfig == null ? HttpClientSettings.DEFAULT : http.settings(httpConfig),
                AlertmanagerTemplates.read(keys.get("templates"), folder),
                global));
        if (keys.containsKey("receivers")) {
            receivers.read(keys.get("receivers"));
        }
        YamlNode route = keys.get("route");
        if (route == null || route.isNull()) {
            throw root.error("no routes provided");
        }
        AlertmanagerTimes times = new AlertmanagerTimes();
        if (keys.containsKey("mute_time_intervals")) {
            times.read("mute time interval", keys.get("mute_time_intervals"));
        }
        if (keys.containsKey("time_intervals")) {
            times.read("time interval", keys.get("time_intervals"));
        }
        Route tree = new AlertmanagerRoutes(receivers.names(), times).root(route);
        List<InhibitRule> inhibitRules =
                keys.containsKey("inhibit_rules") ? AlertmanagerInhibition.read(keys.get("inhibit_rules")) : List.of();
        Duration resolveTimeout = global.containsKey("resolve_timeout")
                ? global.get("resolve_timeout").asDuration()
                : Duration.ofMinutes(5);
        return new AlertmanagerFile(
                new Routing(tree, receivers.receivers(), resolveTimeout, inhibitRules),
                receivers.channels(),
                AlertmanagerRedaction.redact(root));
    }

    /** The keys of a mapping; one that Alertmanager knows and we do not yet is told apart from one that nobody knows. */
    static Map<String, YamlNode> known(YamlNode node, Set<String> keys, Set<String> notYet) throws ConfigException {
        for (Map.Entry<String, YamlNode> entry : node.asMap().entrySet()) {
            if (notYet.contains(entry.getKey())) {
                throw entry.getValue().error("not supported yet");
            }
        }
        return node.asMap(List.copyOf(keys));
    }
}
