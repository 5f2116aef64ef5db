package dev.tocsin.alert;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;

/**
 * A recurring stretch of time, as in Alertmanager's {@code time_intervals}: a moment is inside where every condition
 * that has ranges has one that holds. Immutable.
 *
 * @param minutes of the day, from 0; the end is exclusive, up to 1,440
 * @param weekdays from 0 for Sunday, both ends included
 * @param daysOfMonth from 1, or from −1 backwards from the month's last day, both ends included
 * @param months from 1, both ends included
 * @param years both ends included
 * @param zone in which all of these are meant
 */
public record TimeInterval(
        List<Range> minutes,
        List<Range> weekdays,
        List<Range> daysOfMonth,
        List<Range> months,
        List<Range> years,
        ZoneId zone) {
    private static final int MINUTES_PER_HOUR = 60;

    public TimeInterval {
        minutes = List.copyOf(minutes);
        weekdays = List.copyOf(weekdays);
        daysOfMonth = List.copyOf(daysOfMonth);
        months = List.copyOf(months);
        years = List.copyOf(years);
    }

    /** Whether the end is included depends on what it is a range of. */
    public record Range(int begin, int end) {
        boolean includes(int value) {
            return value >= begin && value <= end;
        }
    }

    public boolean contains(Instant time) {
        ZonedDateTime local = time.atZone(zone);
        int minute = local.getHour() * MINUTES_PER_HOUR + local.getMinute();
        int weekday = local.getDayOfWeek().getValue() % 7;
        return (minutes.isEmpty() || minutes.stream().anyMatch(r -> minute >= r.begin && minute < r.end))
                && (daysOfMonth.isEmpty() || daysOfMonth.stream().anyMatch(r -> includesDay(r, local.toLocalDate())))
                && includes(months, local.getMonthValue())
                && includes(weekdays, weekday)
                && includes(years, local.getYear());
    }

    private static boolean includes(List<Range> ranges, int value) {
        return ranges.isEmpty() || ranges.stream().anyMatch(r -> r.includes(value));
    }

    private static boolean includesDay(Range range, LocalDate date) {
        int days = date.lengthOfMonth();
        int begin = range.begin < 0 ? days + range.begin + 1 : range.begin;
        int end = range.end < 0 ? days + range.end + 1 : range.end;
        return begin <= days && date.getDayOfMonth() >= begin && date.getDayOfMonth() <= end;
    }
}
