package dev.tocsin.watch.quality;

import dev.tocsin.core.PromDuration;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** When something is done again. Immutable; time is an argument. */
public sealed interface Schedule {
    /** The first time after {@code afterMillis}, wall time. */
    long next(long afterMillis);

    /** So long after the last time. */
    record Every(Duration interval) implements Schedule {
        @Override
        public long next(long afterMillis) {
            return afterMillis + interval.toMillis();
        }

        @Override
        public String toString() {
            return "every " + PromDuration.format(interval.toMillis());
        }
    }

    /** Every day at these times. */
    record At(List<TimeOfDay> times) implements Schedule {
        /** @throws IllegalArgumentException where there is none */
        public At {
            times = List.copyOf(times);
            if (times.isEmpty()) {
                throw new IllegalArgumentException("needs a time of day at least");
            }
        }

        @Override
        public long next(long afterMillis) {
            return times.stream()
                    .mapToLong(time -> time.next(afterMillis))
                    .min()
                    .orElseThrow();
        }

        @Override
        public String toString() {
            return times.stream().map(TimeOfDay::toString).collect(Collectors.joining(", ", "at ", ""));
        }
    }

    /**
     * A time of day somewhere: {@code 06:30 America/New_York}; without a zone, UTC. Where clocks are put forward over it,
     * it is as much later; where they are put back over it, the earlier of both.
     */
    record TimeOfDay(LocalTime time, ZoneId zone) {
        private static final Pattern FORM = Pattern.compile("([01]?\\d|2[0-3]):([0-5]\\d)(?:\\s+(\\S+))?");

        /** @throws IllegalArgumentException saying what was found and what is allowed */
        public static TimeOfDay parse(String text) {
            Matcher form = FORM.matcher(text.trim());
            if (!form.matches()) {
                throw new IllegalArgumentException(
                        "expected a time of day and, where it is not UTC, a zone, like \"06:30 America/New_York\"; found \""
                                + text + "\"");
            }
            LocalTime time = LocalTime.of(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
            return new TimeOfDay(time, form.group(3) == null ? ZoneId.of("UTC") : zone(form.group(3)));
        }

        private static ZoneId zone(String name) {
            try {
                return ZoneId.of(name);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        "there is no time zone \"" + name + "\"; expected one like UTC, Europe/Berlin or +02:00", e);
            }
        }

        long next(long afterMillis) {
            Instant after = Instant.ofEpochMilli(afterMillis);
            ZonedDateTime day = after.atZone(zone).minusDays(1);
            while (true) {
                Instant at = ZonedDateTime.of(day.toLocalDate(), time, zone).toInstant();
                if (at.isAfter(after)) {
                    return at.toEpochMilli();
                }
                day = day.plusDays(1);
            }
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%02d:%02d %s", time.getHour(), time.getMinute(), zone);
        }
    }
}
