package dev.tocsin.config;

import dev.tocsin.rule.RuleGroup;
import java.util.List;

/**
 * A rule file that was read.
 *
 * @param name as told in errors and the API
 * @param warnings what is suspicious but allowed, each with file and line
 */
public record RuleFile(String name, List<RuleGroup> groups, List<String> warnings) {
    /** Rules in all groups. */
    public int ruleCount() {
        return groups.stream().mapToInt(group -> group.rules().size()).sum();
    }
}
