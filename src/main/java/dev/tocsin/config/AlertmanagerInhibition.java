package dev.tocsin.config;

import dev.tocsin.alert.InhibitRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code inhibit_rules}. */
final class AlertmanagerInhibition {
    private static final Set<String> KEYS = Set.of(
            "name",
            "source_match",
            "source_match_re",
            "source_matchers",
            "target_match",
            "target_match_re",
            "target_matchers",
            "equal");

    private AlertmanagerInhibition() {}

    static List<InhibitRule> read(YamlNode list) throws ConfigException {
        List<InhibitRule> rules = new ArrayList<>();
        for (YamlNode node : list.asList()) {
            Map<String, YamlNode> keys = node.asMap(KEYS);
            List<String> equal = new ArrayList<>();
            YamlNode names = keys.get("equal");
            if (names != null) {
                for (YamlNode name : names.asList()) {
                    if (name.asString().isEmpty()) {
                        throw name.error("\"\" is not a valid label name");
                    }
                    equal.add(name.asString());
                }
            }
            rules.add(new InhibitRule(
                    AlertmanagerMatchers.read(
                            keys.get("source_match"), keys.get("source_match_re"), keys.get("source_matchers")),
                    AlertmanagerMatchers.read(
                            keys.get("target_match"), keys.get("target_match_re"), keys.get("target_matchers")),
                    equal));
        }
        return rules;
    }
}
