package dev.tocsin.config;

import dev.tocsin.rule.RuleGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Prometheus' rule files as they are, with two keys more on an alert rule: {@code missing: hold | ok | alert} and {@code datapoints: 3
 * of 5}. Refused is
 * what Prometheus refuses, a rule that stands twice, and a group's interval that is shorter than a tick (where the tick is
 * not known: than the shortest there is). Of a file of several YAML documents all are read, where
 * Prometheus leaves out all but the first without a word. No state; safe from any thread.
 */
public final class RuleFiles {
    private RuleFiles() {}

    /** @throws ConfigException naming file, line and key of the first problem */
    public static RuleFile read(Path file) throws ConfigException {
        return parse(ConfigFolder.readFile(file));
    }

    /** @throws ConfigException naming file, line and key of the first problem */
    public static RuleFile parse(ConfigText text) throws ConfigException {
        return parse(text, Settings.LEAST_TICK);
    }

    private static RuleFile parse(ConfigText text, Duration tick) throws ConfigException {
        RuleFileReader reader = new RuleFileReader(text, tick);
        RuleFile file = reader.read();
        if (!reader.problems().isEmpty()) {
            throw reader.problems().getFirst();
        }
        return file;
    }

    /**
     * The groups of several files, in their order.
     *
     * @param tick the shortest interval that a group may have
     */
    public static List<RuleGroup> parseAll(List<ConfigText> texts, Duration tick) throws ConfigException {
        List<RuleGroup> groups = new ArrayList<>();
        for (ConfigText text : texts) {
            groups.addAll(parse(text, tick).groups());
        }
        return groups;
    }
}
