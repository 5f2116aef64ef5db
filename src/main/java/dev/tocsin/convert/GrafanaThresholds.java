package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The thresholds of a Grafana panel: colours, each from a value on. Where the colour gets worse there is a threshold of
 * ours; where it gets better, one from below. No state.
 */
final class GrafanaThresholds {
    private static final int OK = 0;
    private static final int WARNING = 1;
    private static final int CRITICAL = 2;

    private GrafanaThresholds() {}

    /** @param defaults the panel's {@code fieldConfig.defaults} */
    static List<CommentedYaml> convert(Fields defaults, Set<String> notes) throws ConfigException {
        Fields all = defaults.fields("thresholds");
        List<CommentedYaml> converted = new ArrayList<>();
        if (!all.text("mode", "absolute").equals("absolute")) {
            notes.add("thresholds in percent of the scale have no equivalent");
            return converted;
        }
        int before = OK;
        for (YamlNode node : all.items("steps")) {
            Fields step = Fields.of(node);
            Optional<YamlNode> value = step.node("value");
            int now = severity(step.text("color", ""), value.isEmpty());
            if (value.isPresent() && now != before) {
                CommentedYaml threshold =
                        new CommentedYaml().put("value", value.get().asDouble());
                threshold.put("severity", Math.max(now, before) == CRITICAL ? "critical" : "warning");
                if (now < before) {
                    threshold.put("below", true);
                }
                converted.add(threshold);
            }
            before = now;
        }
        return converted;
    }

    /** @param isLowest what all is well looks like, unless its colour says otherwise */
    private static int severity(String colour, boolean isLowest) {
        String name = colour.toLowerCase(Locale.ROOT);
        if (name.contains("red")) {
            return CRITICAL;
        }
        if (name.contains("orange") || name.contains("yellow")) {
            return WARNING;
        }
        return isLowest || name.contains("green") || name.contains("blue") ? OK : WARNING;
    }
}
