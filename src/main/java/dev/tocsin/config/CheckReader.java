package dev.tocsin.config;

import static dev.tocsin.watch.check.CheckDefinition.DEFAULT_SEVERITY;
import static dev.tocsin.watch.check.CheckDefinition.DEFAULT_SUCCESSES;
import static dev.tocsin.watch.check.CheckDefinition.DEFAULT_TIMEOUT;
import static dev.tocsin.watch.check.CheckDefinition.LEAST_TIMEOUT;
import static dev.tocsin.watch.check.CheckDefinition.MOST_INTERVAL;
import static dev.tocsin.watch.check.CheckDefinition.MOST_IN_A_ROW;

import dev.tocsin.alert.TimeInterval;
import dev.tocsin.watch.check.CheckDefinition;
import dev.tocsin.watch.check.Maintenance;
import dev.tocsin.watch.check.ProbeSpec;
import dev.tocsin.watch.check.RecoverySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads one check: what all kinds have in common. */
final class CheckReader {
    private static final Set<String> COMMON_KEYS = Set.of(
            "name",
            "kind",
            "interval",
            "timeout",
            "failures",
            "successes",
            "severity",
            "labels",
            "depends-on",
            "maintenance",
            "recovery");

    private final YamlNode node;
    private final RecoveryReader recoveries;

    CheckReader(YamlNode node, RecoveryReader recoveries) {
        this.node = node;
        this.recoveries = recoveries;
    }

    CheckDefinition read() throws ConfigException {
        YamlNode kind = node.asMap().get("kind");
        if (kind == null) {
            throw node.error("a check needs kind: one of " + String.join(", ", ProbeReader.KINDS.keySet()));
        }
        ProbeReader reader = ProbeReader.KINDS.get(kind.asString());
        if (reader == null) {
            throw kind.error("no such kind of check; " + Suggestion.of(kind.asString(), ProbeReader.KINDS.keySet()));
        }
        Set<String> known = new HashSet<>(COMMON_KEYS);
        known.addAll(reader.keys());
        CheckKeys keys = new CheckKeys(node, known);
        ProbeSpec probe = reader.read(keys);
        Duration interval = reader.interval(keys);
        Duration timeout = keys.duration("timeout", shorter(DEFAULT_TIMEOUT, interval), LEAST_TIMEOUT, MOST_INTERVAL);
        int failures = keys.integer("failures", reader.failures(), 1, MOST_IN_A_ROW);
        RecoverySpec recovery =
                keys.has("recovery") ? keys.required("recovery", "", value -> recoveries.read(value, failures)) : null;
        try {
            return new CheckDefinition(
                    keys.required("name", "a check", YamlNode::asString),
                    probe,
                    interval,
                    timeout,
                    failures,
                    keys.integer("successes", DEFAULT_SUCCESSES, 1, MOST_IN_A_ROW),
                    keys.text("severity", DEFAULT_SEVERITY),
                    keys.labels("labels", CheckDefinition.OWN_LABELS),
                    keys.texts("depends-on"),
                    keys.read("maintenance", Maintenance.NEVER, CheckReader::maintenance),
                    recovery);
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** As Alertmanager's time intervals: inside any of them. */
    private static Maintenance maintenance(YamlNode list) throws ConfigException {
        List<TimeInterval> windows = new ArrayList<>();
        for (YamlNode window : list.asList()) {
            windows.add(AlertmanagerTimes.interval(window));
        }
        List<TimeInterval> all = List.copyOf(windows);
        return wallMillis -> {
            Instant now = Instant.ofEpochMilli(wallMillis);
            return all.stream().anyMatch(window -> window.contains(now));
        };
    }
}
