package dev.tocsin.promql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Parts of the UTC calendar date and time of a Unix timestamp, in the proleptic Gregorian calendar, for any number of
 * seconds that a double can say. Years begin in March inside the arithmetic, so that the leap day comes last.
 */
enum DateField {
    MINUTE,
    HOUR,
    DAY_OF_WEEK,
    DAY_OF_MONTH,
    DAY_OF_YEAR,
    DAYS_IN_MONTH,
    MONTH,
    YEAR;

    private static final long SECONDS_PER_DAY = 86_400;
    /** Days in 400 years, after which the calendar repeats. */
    private static final long ERA_DAYS = 146_097;
    /** From 1 March of year 0 to 1 January 1970. */
    private static final long EPOCH_DAYS = 719_468;

    private final String function = name().toLowerCase(Locale.ROOT);

    static @Nullable DateField find(String function) {
        for (DateField field : values()) {
            if (field.function.equals(function)) {
                return field;
            }
        }
        return null;
    }

    /** @param unixSeconds its fraction is cut off; NaN gives NaN */
    double of(double unixSeconds) {
        if (Double.isNaN(unixSeconds)) {
            return Double.NaN;
        }
        long seconds = (long) unixSeconds;
        long days = Math.floorDiv(seconds, SECONDS_PER_DAY);
        long ofDay = Math.floorMod(seconds, SECONDS_PER_DAY);
        return switch (this) {
            case MINUTE -> Math.floorMod(Math.floorDiv(ofDay, 60), 60);
            case HOUR -> Math.floorDiv(ofDay, 3600);
            case DAY_OF_WEEK -> (double) Math.floorMod(days + 4, 7L);
            case DAY_OF_MONTH -> civil(days).day;
            case MONTH -> civil(days).month;
            case YEAR -> (double) civil(days).year;
            case DAY_OF_YEAR -> (double) (days - firstDay(civil(days).year, 1) + 1);
            case DAYS_IN_MONTH -> {
                Civil c = civil(days);
                long next = c.month == 12 ? firstDay(c.year + 1, 1) : firstDay(c.year, c.month + 1);
                yield (double) (next - firstDay(c.year, c.month));
            }
        };
    }

    private record Civil(long year, int month, int day) {}

    private static Civil civil(long epochDay) {
        long days = epochDay + EPOCH_DAYS;
        long era = Math.floorDiv(days, ERA_DAYS);
        long dayOfEra = Math.floorMod(days, ERA_DAYS);
        long yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (int) ((5 * dayOfYear + 2) / 153);
        int day = (int) (dayOfYear - (153L * marchMonth + 2) / 5 + 1);
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        return new Civil(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
    }

    /** The epoch day of the first of a month. */
    private static long firstDay(long year, int month) {
        long marchYear = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(marchYear, 400L);
        long yearOfEra = marchYear - era * 400;
        long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5;
        return era * ERA_DAYS + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - EPOCH_DAYS;
    }
}
