package dev.tocsin.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who else is told of an alert that nobody answers, and when: an entry of {@code escalation_policies}. Immutable.
 *
 * <p>Its levels, and then the repeats of the last one, are steps, counted from 1; step 0 is the time before the first
 * level. Which step an alert is at follows from when it began to fire and from now alone, so it survives everything.
 *
 * @param levels at least one, each later than the one before
 * @param repeat how long after it the last level is told again; zero for never
 * @param repeatLimit how often the last level is told again; 0 for as long as nobody answers
 */
public record EscalationPolicy(String name, List<Level> levels, Duration repeat, int repeatLimit) {
    /** What a rule's {@code escalation} label says to be out of all policies. */
    public static final String NONE = "none";

    public EscalationPolicy {
        levels = List.copyOf(levels);
        if (levels.isEmpty() || repeat.isNegative() || repeatLimit < 0) {
            throw new IllegalArgumentException(
                    "escalation policy \"" + name + "\" has no levels, or a negative repeat");
        }
        for (int i = 1; i < levels.size(); i++) {
            if (levels.get(i).after().compareTo(levels.get(i - 1).after()) <= 0) {
                throw new IllegalArgumentException("level " + (i + 1) + " of escalation policy \"" + name
                        + "\" does not come after the one before");
            }
        }
    }

    /**
     * @param after how long the alert has been firing; zero or more
     * @param receivers who is told, by name
     */
    public record Level(Duration after, List<String> receivers) {
        public Level {
            receivers = List.copyOf(receivers);
            if (after.isNegative() || receivers.isEmpty()) {
                throw new IllegalArgumentException("a level needs receivers, and comes after zero or more");
            }
        }
    }

    /** The step that an alert is at; 0 before the first level. */
    int stepAt(Instant firingSince, Instant now) {
        Duration elapsed = Duration.between(firingSince, now);
        int reached = 0;
        while (reached < levels.size() && levels.get(reached).after().compareTo(elapsed) <= 0) {
            reached++;
        }
        if (reached < levels.size() || repeat.isZero()) {
            return reached;
        }
        long repeats = elapsed.minus(levels.getLast().after()).dividedBy(repeat);
        long most = repeatLimit == 0 ? Integer.MAX_VALUE - levels.size() : repeatLimit;
        return reached + (int) Math.min(repeats, most);
    }

    /** The step after one, and when it comes; empty where that was the last. */
    Optional<Instant> startOfNext(int step, Instant firingSince) {
        if (step < levels.size()) {
            return Optional.of(firingSince.plus(levels.get(step).after()));
        }
        int repeats = step - levels.size();
        if (repeat.isZero() || (repeatLimit > 0 && repeats >= repeatLimit)) {
            return Optional.empty();
        }
        return Optional.of(firingSince.plus(levels.getLast().after()).plus(repeat.multipliedBy(repeats + 1L)));
    }

    /** The level that a step from 1 tells, counted from 1. */
    int levelOf(int step) {
        return Math.min(step, levels.size());
    }

    /** Who is told at a step from 1. */
    List<String> receiversAt(int step) {
        return levels.get(levelOf(step) - 1).receivers();
    }
}
