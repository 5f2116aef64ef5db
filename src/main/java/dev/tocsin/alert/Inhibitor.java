package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which alerts are held back because another one fires. Confined to the thread of its owner. Holds, per rule, the firing
 * alerts that are sources: at most as many as the book.
 */
final class Inhibitor {
    private final List<Sources> rules;

    Inhibitor(List<InhibitRule> rules) {
        this.rules = rules.stream().map(Sources::new).toList();
    }

    /** The sources of one rule, by what they must have in common with their targets. */
    private static final class Sources {
        final InhibitRule rule;
        final Map<List<String>, Map<Labels, HeldAlert>> firing = new HashMap<>();

        Sources(InhibitRule rule) {
            this.rule = rule;
        }
    }

    /** Takes in what the book holds of an alert now. */
    void update(HeldAlert alert, Instant now) {
        Labels labels = alert.labels();
        for (Sources sources : rules) {
            if (sources.rule.isSource(labels)) {
                List<String> key = sources.rule.key(labels);
                if (alert.isResolvedAt(now)) {
                    sources.firing.computeIfPresent(key, (k, same) -> {
                        same.remove(labels);
                        return same.isEmpty() ? null : same;
                    });
                } else {
                    sources.firing
                            .computeIfAbsent(key, k -> new LinkedHashMap<>())
                            .put(labels, alert);
                }
            }
        }
    }

    /** Forgets the sources that have run out by themselves. */
    void sweep(Instant now) {
        for (Sources sources : rules) {
            sources.firing.values().removeIf(same -> {
                same.values().removeIf(alert -> alert.isResolvedAt(now));
                return same.isEmpty();
            });
        }
    }

    /** An alert that holds this one back; empty where none does. */
    Optional<Labels> inhibitorOf(Labels target, Instant now) {
        for (Sources sources : rules) {
            InhibitRule rule = sources.rule;
            Map<Labels, HeldAlert> same = rule.isTarget(target) ? sources.firing.get(rule.key(target)) : null;
            if (same != null) {
                // An alert that is source and target of a rule is not held back by another such, nor by itself.
                boolean isBoth = rule.isSource(target);
                for (HeldAlert source : same.values()) {
                    if (!source.isResolvedAt(now) && !(isBoth && rule.isTarget(source.labels()))) {
                        return Optional.of(source.labels());
                    }
                }
            }
        }
        return Optional.empty();
    }
}
