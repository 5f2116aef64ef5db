package dev.tocsin.template;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An instant, seen in a time zone, with the methods that templates use of Go's {@code time.Time}. Immutable. */
public record GoTime(Instant instant, ZoneId zone) implements Struct {
    /** What Go calls the zero time. */
    public static final GoTime ZERO = new GoTime(Instant.parse("0001-01-01T00:00:00Z"));

    /** As seen in UTC. */
    public GoTime(Instant instant) {
        this(instant, ZoneOffset.UTC);
    }

    /** Parts of Go's reference time, Mon Jan 2 15:04:05 MST 2006, longest first where one begins another. */
    private static final String[] PARTS = {
        "January", "Jan", "Monday", "Mon", "MST", "2006", "-07:00", "-0700", "Z07:00", "Z0700", "002", "01", "02", "03",
        "04", "05", "06", "15", "PM", "pm", "_2", "1", "2", "3", "4", "5"
    };

    @Override
    public @Nullable Object member(String name, List<Object> arguments) throws FunctionException {
        ZonedDateTime t = instant.atZone(zone);
        Arguments given = new Arguments(name, arguments);
        switch (name) {
            case "Format" -> {
                given.count(1);
                return format(given.string(0));
            }
            case "Sub", "Before", "After", "Equal" -> {
                given.count(1);
                return against(name, given.expect(0, GoTime.class, "time.Time").instant);
            }
            case "Add" -> {
                given.count(1);
                return new GoTime(
                        instant.plusNanos(given.expect(0, GoDuration.class, "time.Duration")
                                .nanos()),
                        zone);
            }
            default -> {}
        }
        return switch (name) {
            case "Unix" -> instant.getEpochSecond();
            case "UnixMilli" -> instant.toEpochMilli();
            case "Year" -> (long) t.getYear();
            case "Month" -> t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "Day" -> (long) t.getDayOfMonth();
            case "YearDay" -> (long) t.getDayOfYear();
            case "Weekday" -> t.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "Hour" -> (long) t.getHour();
            case "Minute" -> (long) t.getMinute();
            case "Second" -> (long) t.getSecond();
            case "String" -> toString();
            case "IsZero" -> instant.equals(ZERO.instant);
            case "UTC" -> new GoTime(instant);
            case "Local" -> this;
            default -> null;
        };
    }

    private Object against(String method, Instant other) {
        return switch (method) {
            case "Before" -> instant.isBefore(other);
            case "After" -> instant.isAfter(other);
            case "Equal" -> instant.equals(other);
            default -> new GoDuration(saturatedNanos(Duration.between(other, instant)));
        };
    }

    /** Go's durations end at 292 years. */
    private static long saturatedNanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? -Long.MAX_VALUE : Long.MAX_VALUE;
        }
    }

    @Override
    public String typeName() {
        return "time.Time";
    }

    @Override
    public String toString() {
        return format("2006-01-02 15:04:05.999999999 -0700 MST");
    }

    /** In a layout that shows Go's reference time. */
    public String format(String layout) {
        ZonedDateTime t = instant.atZone(zone);
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < layout.length()) {
            int fraction = fractionLength(layout, i);
            if (fraction > 0) {
                out.append(fraction(t.getNano(), fraction, layout.charAt(i + 1) == '9'));
                i += fraction + 1;
                continue;
            }
            String part = part(layout, i);
            if (part.isEmpty()) {
                out.append(layout.charAt(i++));
            } else {
                out.append(shown(t, part));
                i += part.length();
            }
        }
        return out.toString();
    }

    /** Digits after the point of {@code .000} or {@code .999}, which follow the seconds; 0 where none stand here. */
    private static int fractionLength(String layout, int at) {
        if ((layout.charAt(at) != '.' && layout.charAt(at) != ',') || at + 1 >= layout.length()) {
            return 0;
        }
        char digit = layout.charAt(at + 1);
        int end = at + 1;
        while (end < layout.length() && layout.charAt(end) == digit) {
            end++;
        }
        boolean ends = end == layout.length() || !Character.isDigit(layout.charAt(end));
        return (digit == '0' || digit == '9') && ends ? end - at - 1 : 0;
    }

    private static String fraction(int nanos, int digits, boolean trims) {
        String all = String.format(Locale.ROOT, "%09d", nanos);
        String kept = all.substring(0, Math.min(9, digits));
        if (trims) {
            kept = kept.replaceAll("0+$", "");
        }
        return kept.isEmpty() ? "" : "." + kept;
    }

    private static String part(String layout, int at) {
        for (String part : PARTS) {
            if (layout.startsWith(part, at)) {
                return part;
            }
        }
        return "";
    }

    private static String shown(ZonedDateTime t, String part) {
        int hour12 = t.getHour() % 12 == 0 ? 12 : t.getHour() % 12;
        return switch (part) {
            case "January" -> t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "Jan" -> t.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case "Monday" -> t.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "Mon" -> t.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case "MST" -> zoneName(t);
            case "2006" -> String.format(Locale.ROOT, "%04d", t.getYear());
            case "06" -> two(t.getYear() % 100);
            case "-07:00", "Z07:00" -> offset(t, "+HH:MM", part);
            case "-0700", "Z0700" -> offset(t, "+HHMM", part);
            case "002" -> String.format(Locale.ROOT, "%03d", t.getDayOfYear());
            case "01" -> two(t.getMonthValue());
            case "1" -> Integer.toString(t.getMonthValue());
            case "02" -> two(t.getDayOfMonth());
            case "_2" -> String.format(Locale.ROOT, "%2d", t.getDayOfMonth());
            case "2" -> Integer.toString(t.getDayOfMonth());
            case "15" -> two(t.getHour());
            case "03" -> two(hour12);
            case "3" -> Integer.toString(hour12);
            case "04" -> two(t.getMinute());
            case "4" -> Integer.toString(t.getMinute());
            case "05" -> two(t.getSecond());
            case "5" -> Integer.toString(t.getSecond());
            case "PM" -> t.getHour() < 12 ? "AM" : "PM";
            default -> t.getHour() < 12 ? "am" : "pm";
        };
    }

    private static String offset(ZonedDateTime t, String pattern, String part) {
        boolean named = t.getOffset().getTotalSeconds() == 0 && part.startsWith("Z");
        return named
                ? "Z"
                : new DateTimeFormatterBuilder()
                        .appendOffset(pattern, pattern.equals("+HHMM") ? "+0000" : "+00:00")
                        .toFormatter(Locale.ROOT)
                        .format(t);
    }

    private static String zoneName(ZonedDateTime t) {
        return t.getZone().equals(ZoneOffset.UTC)
                ? "UTC"
                : DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH).format(t);
    }

    private static String two(int n) {
        return String.format(Locale.ROOT, "%02d", n);
    }
}
