package dev.tocsin.config;

import dev.tocsin.rule.RuleGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Prometheus' rule files as they are, with one key more: {@code missing: hold | ok | alert} on an alert rule. Refused is
 * what Prometheus refuses, and a rule that stands twice. Of a file of several YAML documents all are read, where
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
        RuleFileReader reader = new RuleFileReader(text);
        RuleFile file = reader.read();
        if (!reader.problems().isEmpty()) {
            throw reader.problems().getFirst();
        }
        return file;
    }

    /** The groups of several files, in their order. */
    public static List<RuleGroup> parseAll(List<ConfigText> texts) throws ConfigException {
        List<RuleGroup> groups = new ArrayList<>();
        for (ConfigText text : texts) {
            groups.addAll(parse(text).groups());
        }
        return groups;
    }
}
