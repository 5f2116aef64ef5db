package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;

/**
 * What draft rules would have done in the past, beside what those in force would have. Immutable.
 *
 * @param plan what was judged
 * @param firings of the draft, in order of time; at most {@link #MAX_LISTED}
 * @param added firings of the draft during which no alert of that name and those labels would have fired by the rules in
 *     force; at most {@link #MAX_LISTED}
 * @param removed firings of the rules in force during which none would have fired by the draft; at most {@link #MAX_LISTED}
 * @param failures judgings of the draft that could not be made
 * @param lastError why the newest of those could not; empty where there was none
 */
public record Backtest(
        Plan plan,
        Tally draft,
        Tally inForce,
        List<Firing> firings,
        List<Firing> added,
        List<Firing> removed,
        long failures,
        String lastError) {
    /** Most firings of a list. */
    public static final int MAX_LISTED = 10_000;

    /** Firings shorter than this are counted apart: nobody can have done anything in that time. */
    public static final long SHORT_MILLIS = 120_000;

    private static final LocalTime NIGHT_BEGINS = LocalTime.of(22, 0);
    private static final LocalTime NIGHT_ENDS = LocalTime.of(6, 0);

    /**
     * @param draft all groups of the draft, recording rules among them
     * @param inForce groups in force; only those of their alert rules count whose name the draft has too
     * @param toMillis the last moment that is judged
     * @param zone where it is night from 22 to 6 o'clock
     */
    public record Plan(List<RuleGroup> draft, List<RuleGroup> inForce, long fromMillis, long toMillis, ZoneId zone) {
        /** Most moments that are judged. */
        public static final long MAX_JUDGINGS = 10_000_000;

        public Plan {
            if (toMillis <= fromMillis) {
                throw new IllegalArgumentException("the end must be after the begin");
            }
        }
    }

    /**
     * @param rule the alert's name
     * @param startMillis when it began to fire
     * @param endMillis when it ended, or the end of the past where it did not
     * @param peak the highest value while it fired; where the rule asks for values below something, the lowest
     */
    public record Firing(String rule, Labels labels, long startMillis, long endMillis, boolean ended, double peak) {
        public long durationMillis() {
            return endMillis - startMillis;
        }

        boolean overlaps(Firing other) {
            return labels.equals(other.labels) && startMillis < other.endMillis && other.startMillis < endMillis;
        }

        boolean isAtNight(ZoneId zone) {
            LocalTime time = Instant.ofEpochMilli(startMillis).atZone(zone).toLocalTime();
            return !time.isBefore(NIGHT_BEGINS) || time.isBefore(NIGHT_ENDS);
        }
    }

    /**
     * @param rules alert rules that were judged
     * @param atNight firings that began at night
     * @param shorterThanTwoMinutes firings that ended within {@link #SHORT_MILLIS}
     * @param firingMillis of all firings together
     */
    public record Tally(int rules, long firings, long atNight, long shorterThanTwoMinutes, long firingMillis) {}
}
