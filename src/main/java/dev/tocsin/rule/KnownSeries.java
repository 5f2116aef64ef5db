package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The series that a rule's left side has had, to notice one that falls silent. Forgets a series a day after its last
 * sample. Confined to the rule thread.
 */
final class KnownSeries {
    private final Map<Labels, Long> lastSeen = new LinkedHashMap<>();

    /**
     * Takes note of the series that have a sample, and returns those that have none any more.
     *
     * @param bound most series to know; further ones are not taken
     */
    List<Labels> update(Set<Labels> present, long now, int bound) {
        for (Labels source : present) {
            if (lastSeen.containsKey(source) || lastSeen.size() < bound) {
                lastSeen.put(source, now);
            }
        }
        lastSeen.values().removeIf(seen -> now - seen >= AlertTransitions.ALERT_ON_MISSING_MILLIS);
        List<Labels> silent = new ArrayList<>();
        lastSeen.forEach((source, seen) -> {
            if (!present.contains(source)) {
                silent.add(source);
            }
        });
        return silent;
    }
}
