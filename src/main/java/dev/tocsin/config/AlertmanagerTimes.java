package dev.tocsin.config;

import dev.tocsin.alert.TimeGate;
import dev.tocsin.alert.TimeInterval;
import dev.tocsin.alert.TimeInterval.Range;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code time_intervals}, and {@code mute_time_intervals} as they were called before. */
final class AlertmanagerTimes {
    private static final Set<String> NAMED_KEYS = Set.of("name", "time_intervals");
    private static final Set<String> INTERVAL_KEYS =
            Set.of("times", "weekdays", "days_of_month", "months", "years", "location");
    private static final Pattern TIME = Pattern.compile("(\\d\\d):(\\d\\d)");
    private static final int MINUTES_PER_DAY = 1440;
    private static final int LAST_DAY = 31;
    private static final List<String> WEEKDAYS =
            List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");
    private static final List<String> MONTHS = List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");

    private final Map<String, TimeGate.Named> byName = new LinkedHashMap<>();

    /** @param kind what Alertmanager calls an entry of this list in its errors */
    void read(String kind, YamlNode list) throws ConfigException {
        for (YamlNode node : list.asList()) {
            Map<String, YamlNode> keys = node.asMap(NAMED_KEYS);
            YamlNode nameNode = keys.get("name");
            String name = nameNode == null ? "" : nameNode.asString();
            if (name.isEmpty()) {
                throw node.error("missing name in " + kind);
            }
            if (byName.containsKey(name)) {
                throw node.error(kind + " \"" + name + "\" is not unique");
            }
            List<TimeInterval> intervals = new ArrayList<>();
            YamlNode given = keys.get("time_intervals");
            if (given != null) {
                for (YamlNode interval : given.asList()) {
                    intervals.add(interval(interval));
                }
            }
            byName.put(name, new TimeGate.Named(name, intervals));
        }
    }

    /** The intervals that a route names. */
    List<TimeGate.Named> named(@Nullable YamlNode list) throws ConfigException {
        List<TimeGate.Named> found = new ArrayList<>();
        if (list != null) {
            for (YamlNode node : list.asList()) {
                TimeGate.Named named = byName.get(node.asString());
                if (named == null) {
                    throw node.error("undefined time interval \"" + node.asString() + "\" used in route");
                }
                found.add(named);
            }
        }
        return found;
    }

    static TimeInterval interval(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(INTERVAL_KEYS);
        YamlNode location = keys.get("location");
        return new TimeInterval(
                ranges(keys.get("times"), AlertmanagerTimes::times),
                ranges(keys.get("weekdays"), n -> range(n, "day", text -> weekday(n, text))),
                ranges(keys.get("days_of_month"), AlertmanagerTimes::daysOfMonth),
                ranges(keys.get("months"), n -> range(n, "month", text -> month(n, text))),
                ranges(keys.get("years"), n -> range(n, "year", text -> number(n, "year", text))),
                location == null ? ZoneOffset.UTC : zone(location));
    }

    private interface Reader {
        Range read(YamlNode node) throws ConfigException;
    }

    private interface Value {
        int of(String text) throws ConfigException;
    }

    private static List<Range> ranges(@Nullable YamlNode list, Reader reader) throws ConfigException {
        List<Range> ranges = new ArrayList<>();
        if (list != null) {
            for (YamlNode node : list.asList()) {
                ranges.add(reader.read(node));
            }
        }
        return ranges;
    }

    private static Range times(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(Set.of("start_time", "end_time"));
        YamlNode start = keys.get("start_time");
        YamlNode end = keys.get("end_time");
        if (start == null || end == null) {
            throw node.error("both start and end times must be provided");
        }
        Range range = new Range(minute(start), minute(end));
        if (range.begin() >= range.end()) {
            throw node.error("start time cannot be equal or greater than end time");
        }
        return range;
    }

    private static int minute(YamlNode node) throws ConfigException {
        Matcher time = TIME.matcher(node.asString());
        if (time.matches()) {
            int hour = Integer.parseInt(time.group(1));
            int minute = Integer.parseInt(time.group(2));
            int total = hour * 60 + minute;
            if (minute < 60 && total <= MINUTES_PER_DAY) {
                return total;
            }
        }
        throw node.error("couldn't parse timestamp " + node.asString() + ", invalid format");
    }

    private static Range range(YamlNode node, String what, Value value) throws ConfigException {
        String text = node.asString().toLowerCase(Locale.ROOT);
        int colon = text.indexOf(':');
        Range range = colon < 0
                ? new Range(value.of(text), value.of(text))
                : new Range(value.of(text.substring(0, colon)), value.of(text.substring(colon + 1)));
        if (range.begin() > range.end()) {
            throw node.error("end " + what + " is before start " + what);
        }
        return range;
    }

    private static Range daysOfMonth(YamlNode node) throws ConfigException {
        String text = node.asString();
        int colon = text.indexOf(':');
        int begin = number(node, "day of the month", colon < 0 ? text : text.substring(0, colon));
        int end = colon < 0 ? begin : number(node, "day of the month", text.substring(colon + 1));
        for (int day : List.of(begin, end)) {
            if (day == 0 || Math.abs(day) > LAST_DAY) {
                throw node.error(day + " is not a valid day of the month: out of range");
            }
        }
        if (begin < 0 && end > 0) {
            throw node.error("end day must be negative if start day is negative");
        }
        // A start at the beginning of the month that could come after an end counted from its end is an error.
        int from = begin < 0 ? LAST_DAY + begin + 1 : begin;
        int to = end < 0 ? LAST_DAY + end + 1 : end;
        if (from > to) {
            throw node.error("end day " + end + " is always before start day " + begin);
        }
        return new Range(begin, end);
    }

    private static int weekday(YamlNode node, String text) throws ConfigException {
        int day = WEEKDAYS.indexOf(text.strip());
        if (day < 0) {
            throw node.error(text + " is not a valid weekday");
        }
        return day;
    }

    private static int month(YamlNode node, String text) throws ConfigException {
        int named = MONTHS.indexOf(text.strip());
        int month = named >= 0 ? named + 1 : number(node, "month", text);
        if (month < 1 || month > MONTHS.size()) {
            throw node.error(text + " is not a valid month: out of range");
        }
        return month;
    }

    private static int number(YamlNode node, String what, String text) throws ConfigException {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw node.error(text + " is not a valid " + what);
        }
    }

    private static ZoneId zone(YamlNode node) throws ConfigException {
        try {
            return node.asString().equals("Local") ? ZoneId.systemDefault() : ZoneId.of(node.asString());
        } catch (DateTimeException e) {
            throw node.error("unknown time zone " + node.asString());
        }
    }
}
