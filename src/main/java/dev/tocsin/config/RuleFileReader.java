package dev.tocsin.config;

import dev.tocsin.core.PromDuration;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.RuleGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule file, read to its end whatever is wrong with it, so that all problems are told at once. Used by one thread,
 * once.
 */
final class RuleFileReader {
    private static final Set<String> FILE_KEYS = Set.of("groups");
    private static final Set<String> GROUP_KEYS =
            Set.of("name", "interval", "query_offset", "limit", "labels", "rules");

    private final ConfigText text;
    private final Duration tick;
    private final List<ConfigException> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** Where each rule of the group in progress stands, by all that tells rules apart. */
    private final Map<String, Integer> lineByRule = new HashMap<>();

    /** Where each rule of the file stands, by name and labels alone. */
    private final Map<String, Integer> lineByName = new HashMap<>();

    /** @param tick the shortest interval that a group may have */
    RuleFileReader(ConfigText text, Duration tick) {
        this.text = text;
        this.tick = tick;
    }

    /** What was wrong, in the order of the file. */
    List<ConfigException> problems() {
        return problems;
    }

    /** The file's groups; only to be used where there are no {@link #problems}. */
    RuleFile read() {
        List<RuleGroup> groups = new ArrayList<>();
        try {
            Map<String, Integer> lineByGroup = new HashMap<>();
            for (YamlNode document : YamlNode.parseAll(text.name(), text.text())) {
                YamlNode list = document.asMap(FILE_KEYS).get("groups");
                for (YamlNode node : list == null ? List.<YamlNode>of() : list.asList()) {
                    RuleGroup group = attempt(() -> group(node, lineByGroup));
                    if (group != null) {
                        groups.add(group);
                    }
                }
            }
        } catch (ConfigException e) {
            problems.add(e);
        }
        return new RuleFile(text.name(), List.copyOf(groups), List.copyOf(warnings));
    }

    private interface Reading<T> {
        @Nullable
        T get() throws ConfigException;
    }

    private <T> @Nullable T attempt(Reading<T> reading) {
        try {
            return reading.get();
        } catch (ConfigException e) {
            problems.add(e);
            return null;
        }
    }

    private RuleGroup group(YamlNode node, Map<String, Integer> lineByGroup) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(GROUP_KEYS);
        String name = RuleReader.text(keys.get("name"));
        if (name.isEmpty()) {
            throw node.error("a group needs a name");
        }
        Integer other = lineByGroup.putIfAbsent(name, node.line());
        if (other != null) {
            throw node.error("the group \"" + name + "\" stands twice in this file, first at line " + other);
        }
        lineByRule.clear();
        Map<String, YamlNode> labels = new LinkedHashMap<>();
        YamlNode labelsNode = keys.get("labels");
        if (labelsNode != null) {
            labels.putAll(RuleReader.labels(labelsNode));
        }
        long interval = interval(keys.get("interval"));
        long offset = RuleReader.millis(keys.get("query_offset"));
        YamlNode limitNode = keys.get("limit");
        long limit = limitNode == null || limitNode.isNull() ? 0 : limitNode.asYamlInteger();
        List<Rule> rules = new ArrayList<>();
        YamlNode list = keys.get("rules");
        for (YamlNode rule : list == null ? List.<YamlNode>of() : list.asList()) {
            Rule read = attempt(() -> distinct(new RuleReader(text.text(), labels).read(rule, problems), rule));
            if (read != null) {
                rules.add(read);
            }
        }
        // As in Prometheus, a limit that is not positive is none.
        return new RuleGroup(text.name(), name, interval, offset, Math.clamp(limit, 0, Integer.MAX_VALUE), rules);
    }

    /** Milliseconds; 0 where there is none, which Prometheus takes for none, too. */
    private long interval(@Nullable YamlNode node) throws ConfigException {
        long interval = RuleReader.millis(node);
        if (node != null && interval > 0 && interval < tick.toMillis()) {
            throw node.error("expected " + PromDuration.format(tick.toMillis())
                    + ", the length of a tick, or longer, found \"" + node.asString()
                    + "\" (tick in tocsin.yaml may be 100ms to 10s)");
        }
        return interval;
    }

    /** Refuses a rule that stands twice in its group; one with the name and labels of another is told. */
    private @Nullable Rule distinct(@Nullable Rule rule, YamlNode node) throws ConfigException {
        if (rule == null) {
            return null;
        }
        String kind = rule instanceof Rule.AlertRule ? "alert" : "record";
        String name = kind + "\0" + rule.name() + "\0" + new java.util.TreeMap<>(rule.labelTexts());
        Integer same = lineByRule.putIfAbsent(name + "\0" + rule.expr(), node.line());
        if (same != null) {
            throw node.error("the rule \"" + rule.name() + "\" stands twice, first at line " + same
                    + ", with the same labels and expression");
        }
        Integer similar = lineByName.putIfAbsent(name, node.line());
        if (similar != null) {
            warnings.add(node.error("the rule \"" + rule.name() + "\" has the same name and labels as that at line "
                            + similar + ": what they say cannot be told apart")
                    .getMessage());
        }
        return rule;
    }
}
