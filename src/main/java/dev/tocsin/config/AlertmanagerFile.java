package dev.tocsin.config;

import dev.tocsin.alert.DeadMansSwitch;
import dev.tocsin.alert.Drill;
import dev.tocsin.alert.InhibitRule;
import dev.tocsin.alert.Receiver;
import dev.tocsin.alert.Route;
import dev.tocsin.alert.Routing;
import dev.tocsin.alert.Severities;
import dev.tocsin.core.Integration;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.notify.ChannelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code alertmanager.yaml}: who hears of which alerts, and how, in Alertmanager's format. What Alertmanager would
 * refuse is refused in its words, and so is what Tocsin can't do yet. Immutable.
 *
 * @param channels how each integration of each receiver is reached
 * @param rules rule files that belong to what the file says
 * @param drill null for none
 * @param redacted the file's meaning as YAML, without its secrets
 */
public record AlertmanagerFile(
        Routing routing,
        Map<Integration, ChannelSettings> channels,
        List<ConfigText> rules,
        @Nullable Drill drill,
        String redacted) {
    private static final Set<String> KEYS = Set.of(
            "global",
            "route",
            "receivers",
            "templates",
            "inhibit_rules",
            "mute_time_intervals",
            "time_intervals",
            "escalation_policies",
            AlertmanagerFlapping.KEY,
            AlertmanagerSeverities.KEY,
            AlertmanagerDeadMansSwitch.KEY,
            AlertmanagerDrill.KEY);

    public AlertmanagerFile {
        channels = Collections.unmodifiableMap(new LinkedHashMap<>(channels));
        rules = List.copyOf(rules);
    }

    /**
     * @param folder where relative {@code *_file} paths begin
     * @param environment for {@code ${NAME}}, and proxies
     */
    public static AlertmanagerFile parse(ConfigText text, Path folder, Map<String, String> environment)
            throws ConfigException {
        YamlNode root = YamlNode.parse(text.name(), text.text()).withEnvironment(environment);
        Map<String, YamlNode> keys = known(root, KEYS, Set.of());
        AlertmanagerHttp http = new AlertmanagerHttp(folder, environment);
        Map<String, YamlNode> global = AlertmanagerGlobal.read(keys.get("global"), http);
        YamlNode httpConfig = global.get("http_config");
        AlertmanagerKeys.Scope scope = new AlertmanagerKeys.Scope(
                http,
                httpConfig == null ? HttpClientSettings.DEFAULT : http.settings(httpConfig),
                AlertmanagerTemplates.read(keys.get("templates"), folder),
                global);
        AlertmanagerReceivers receivers = new AlertmanagerReceivers(scope);
        if (keys.containsKey("receivers")) {
            receivers.read(keys.get("receivers"));
        }
        Map<String, Receiver> withFallbacks = keys.containsKey("receivers")
                ? AlertmanagerFallbacks.read(keys.get("receivers"), receivers.receivers())
                : new LinkedHashMap<>();
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
        AlertmanagerEscalations escalations = new AlertmanagerEscalations(receivers.names());
        if (keys.containsKey("escalation_policies")) {
            escalations.read(keys.get("escalation_policies"));
        }
        Route tree = new AlertmanagerRoutes(receivers.names(), times, escalations)
                .root(route, AlertmanagerFlapping.read(null, keys.get(AlertmanagerFlapping.KEY)));
        Severities severities = keys.containsKey(AlertmanagerSeverities.KEY)
                ? new AlertmanagerSeverities(tree.options(), withFallbacks).read(keys.get(AlertmanagerSeverities.KEY))
                : Severities.NONE;
        List<ConfigText> rules = new ArrayList<>();
        YamlNode deadMansSwitch = keys.get(AlertmanagerDeadMansSwitch.KEY);
        if (deadMansSwitch != null && !deadMansSwitch.isNull()) {
            Duration every =
                    AlertmanagerDeadMansSwitch.read(deadMansSwitch, scope, withFallbacks, receivers.channels());
            tree = DeadMansSwitch.into(tree, every);
            rules.add(new ConfigText(text.name() + ":" + AlertmanagerDeadMansSwitch.KEY, DeadMansSwitch.RULES));
        }
        Drill drill = AlertmanagerDrill.read(keys.get(AlertmanagerDrill.KEY), withFallbacks);
        if (drill != null) {
            tree = drill.into(tree);
            rules.add(new ConfigText(text.name() + ":" + AlertmanagerDrill.KEY, Drill.RULES));
        }
        List<InhibitRule> inhibitRules =
                keys.containsKey("inhibit_rules") ? AlertmanagerInhibition.read(keys.get("inhibit_rules")) : List.of();
        Duration resolveTimeout = global.containsKey("resolve_timeout")
                ? global.get("resolve_timeout").asDuration()
                : Duration.ofMinutes(5);
        return new AlertmanagerFile(
                new Routing(tree, withFallbacks, escalations.policies(), severities, resolveTimeout, inhibitRules),
                receivers.channels(),
                rules,
                drill,
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

    /** The keys of a mapping that is not Alertmanager's. */
    static Map<String, YamlNode> ours(YamlNode node, List<String> keys) throws ConfigException {
        return node.asMap(keys);
    }

    static YamlNode required(YamlNode node, Map<String, YamlNode> keys, String key) throws ConfigException {
        YamlNode value = keys.get(key);
        if (value == null || value.isNull()) {
            throw node.error("needs the key " + key);
        }
        return value;
    }

    /** A name that must be among those that are defined. */
    static String oneOf(YamlNode node, String what, Collection<String> names) throws ConfigException {
        String name = node.asString();
        if (!names.contains(name)) {
            throw node.error("undefined " + what + " \"" + name + "\"; "
                    + (names.isEmpty() ? "none is defined" : Suggestion.of(name, names)));
        }
        return name;
    }

    static Duration atLeastASecond(YamlNode node) throws ConfigException {
        Duration duration = node.asDuration();
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            throw node.error("must be at least 1s");
        }
        return duration;
    }
}
