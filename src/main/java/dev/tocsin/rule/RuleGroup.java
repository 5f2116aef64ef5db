package dev.tocsin.rule;

import java.util.List;

/**
 * Rules that are judged together, in order, at the same time. Immutable.
 *
 * @param file where it stands, as told in the API
 * @param intervalMillis 0 for the default
 * @param queryOffsetMillis how far back its expressions look, for data that come late
 * @param limit most alerts or series that one of its rules may make; 0 for no limit
 */
public record RuleGroup(
        String file, String name, long intervalMillis, long queryOffsetMillis, int limit, List<Rule> rules) {
    public RuleGroup {
        rules = List.copyOf(rules);
        if (intervalMillis < 0 || limit < 0) {
            throw new IllegalArgumentException("interval and limit of group " + name + " must not be negative");
        }
    }

    /** Tells it from every other group: {@code file;name}, as Prometheus' label {@code rule_group} says it. */
    public String id() {
        return file + ";" + name;
    }
}
