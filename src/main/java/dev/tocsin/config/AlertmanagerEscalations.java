package dev.tocsin.config;

import dev.tocsin.alert.EscalationPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code escalation_policies}, which Alertmanager does not have. */
final class AlertmanagerEscalations {
    private static final List<String> KEYS = List.of("name", "levels", "repeat", "repeat_limit");
    private static final List<String> LEVEL_KEYS = List.of("after", "receivers");
    private static final int MOST_REPEATS = 1_000_000;

    private final Set<String> receivers;
    private final Map<String, EscalationPolicy> byName = new LinkedHashMap<>();

    /** @param receivers the names that a level may give */
    AlertmanagerEscalations(Set<String> receivers) {
        this.receivers = receivers;
    }

    void read(YamlNode list) throws ConfigException {
        for (YamlNode node : list.asList()) {
            Map<String, YamlNode> keys = AlertmanagerFile.ours(node, KEYS);
            String name = AlertmanagerFile.required(node, keys, "name").asString();
            if (name.isEmpty() || name.equals(EscalationPolicy.NONE)) {
                throw node.error("an escalation policy needs a name other than \"" + EscalationPolicy.NONE
                        + "\", by which a rule is out of all policies");
            }
            if (byName.containsKey(name)) {
                throw node.error("escalation policy \"" + name + "\" stands twice");
            }
            YamlNode repeat = keys.get("repeat");
            YamlNode limit = keys.get("repeat_limit");
            if (limit != null && repeat == null) {
                throw limit.error("needs repeat beside it: how long after the last level that is told again");
            }
            byName.put(
                    name,
                    new EscalationPolicy(
                            name,
                            levels(AlertmanagerFile.required(node, keys, "levels")),
                            repeat == null ? Duration.ZERO : AlertmanagerFile.atLeastASecond(repeat),
                            limit == null ? 0 : limit.asInt(1, MOST_REPEATS)));
        }
    }

    private List<EscalationPolicy.Level> levels(YamlNode list) throws ConfigException {
        List<EscalationPolicy.Level> levels = new ArrayList<>();
        for (YamlNode node : list.asList()) {
            Map<String, YamlNode> keys = AlertmanagerFile.ours(node, LEVEL_KEYS);
            YamlNode afterNode = AlertmanagerFile.required(node, keys, "after");
            Duration after = afterNode.asDuration();
            if (!levels.isEmpty() && after.compareTo(levels.getLast().after()) <= 0) {
                throw afterNode.error(
                        "must be later than the level before; all count from when the alert began to fire");
            }
            List<String> named = new ArrayList<>();
            for (YamlNode receiver :
                    AlertmanagerFile.required(node, keys, "receivers").asList()) {
                named.add(AlertmanagerFile.oneOf(receiver, "receiver", receivers));
            }
            if (named.isEmpty()) {
                throw node.error("a level needs receivers");
            }
            levels.add(new EscalationPolicy.Level(after, named));
        }
        if (levels.isEmpty()) {
            throw list.error("an escalation policy needs levels");
        }
        return levels;
    }

    /** What a route names; what it inherits where it names nothing, and nothing where it names {@code none}. */
    @Nullable
    EscalationPolicy named(@Nullable EscalationPolicy inherited, @Nullable YamlNode node) throws ConfigException {
        if (node == null || node.isNull()) {
            return inherited;
        }
        if (node.asString().equals(EscalationPolicy.NONE)) {
            return null;
        }
        return byName.get(AlertmanagerFile.oneOf(node, "escalation policy", byName.keySet()));
    }

    Map<String, EscalationPolicy> policies() {
        return byName;
    }
}
