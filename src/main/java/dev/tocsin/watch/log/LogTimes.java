package dev.tocsin.watch.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * When an event happened, by its own account: ISO 8601 and its cousins ({@code 2026-11-21T10:00:00.123Z}, {@code
 * 2026-11-21 10:00:00,123}, {@code 2026/11/21 10:00:00}), the common log format ({@code 21/Nov/2026:10:00:00 +0000}),
 * syslog ({@code Nov 21 10:00:00}, whose year is the last in which that is not to come), ctime and Apache ({@code Sat Nov
 * 21 10:00:00.123 2026}), klog ({@code I1121 10:00:00.123}), and seconds or milliseconds since the epoch at the line's
 * start. In a plain line it must begin within the first {@value #SEARCHED_BYTES} bytes; in a JSON line it is the first of
 * the usual fields that holds one. Confined to one thread.
 */
final class LogTimes {
    /** No time was found. */
    static final long NONE = Long.MIN_VALUE;

    private static final int SEARCHED_BYTES = 256;
    private static final String[] FIELDS = {"@timestamp", "timestamp", "time", "ts", "datetime", "asctime", "date", "t"
    };
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final long DAY_MILLIS = 86_400_000;
    private static final long LEAST_EPOCH_SECONDS = 946_684_800;
    private static final long MOST_EPOCH_SECONDS = 4_102_444_800L;

    private final ZoneId zone;
    /** The hour, in local time, whose offset is known: logs hardly ever change it from line to line. */
    private long knownLocalHour = Long.MIN_VALUE;

    private long knownOffsetMillis;

    private byte[] bytes = new byte[0];
    private int end;
    /** After a part was read, where it ended. */
    private int at;

    LogTimes(ZoneId zone) {
        this.zone = zone;
    }

    /** @return epoch milliseconds, or {@link #NONE} */
    long of(LogEvent event, long nowMillis) {
        if (event.isJson()) {
            Map<String, Object> fields = event.fields();
            for (String name : FIELDS) {
                Object value = fields.get(name);
                if (value != null) {
                    byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
                    long time = of(text, 0, text.length, nowMillis);
                    if (time != NONE) {
                        return time;
                    }
                }
            }
            return NONE;
        }
        return of(event.bytes, event.from, event.to, nowMillis);
    }

    long of(byte[] text, int from, int to, long nowMillis) {
        bytes = text;
        end = Math.min(to, from + SEARCHED_BYTES + 32);
        long epoch = epoch(from);
        if (epoch != NONE) {
            return epoch;
        }
        int last = Math.min(end, from + SEARCHED_BYTES);
        for (int i = from; i < last; i++) {
            if (i > from && isAlphanumeric(bytes[i - 1])) {
                continue;
            }
            byte b = bytes[i];
            long time = NONE;
            if (isDigit(b)) {
                time = isDate(i) ? iso(i) : isCommon(i) ? common(i) : NONE;
            } else if (b >= 'A' && b <= 'Z') {
                time = month(i) > 0 ? syslog(i, nowMillis) : isKlog(i) ? klog(i, nowMillis) : NONE;
            }
            if (time != NONE) {
                return time;
            }
        }
        return NONE;
    }

    private long epoch(int from) {
        long number = 0;
        int i = from;
        while (i < end && isDigit(bytes[i]) && i - from < 19) {
            number = number * 10 + (bytes[i++] - '0');
        }
        int digits = i - from;
        if (i < end && isAlphanumeric(bytes[i]) || i < end && "-/:".indexOf(bytes[i]) >= 0) {
            return NONE;
        }
        long millis = switch (digits) {
            case 9, 10 -> number * 1_000 + (i < end && bytes[i] == '.' ? fraction(i + 1) : 0);
            case 12, 13 -> number;
            case 15, 16 -> number / 1_000;
            case 18, 19 -> number / 1_000_000;
            default -> NONE;
        };
        return millis >= LEAST_EPOCH_SECONDS * 1_000 && millis <= MOST_EPOCH_SECONDS * 1_000 ? millis : NONE;
    }

    /** Whether {@code dddd-dd-dd} or {@code dddd/dd/dd} and a time of day stand there. */
    private boolean isDate(int i) {
        return areDigits(i, 4)
                && i + 16 <= end
                && (bytes[i + 4] == '-' || bytes[i + 4] == '/')
                && bytes[i + 7] == bytes[i + 4]
                && areDigits(i + 5, 2)
                && areDigits(i + 8, 2)
                && (bytes[i + 10] == 'T' || bytes[i + 10] == 't' || bytes[i + 10] == ' ' || bytes[i + 10] == '_')
                && isTimeOfDay(i + 11);
    }

    private long iso(int i) {
        return dated(number(i, 4), number(i + 5, 2), number(i + 8, 2), i + 11);
    }

    private boolean isCommon(int i) {
        return areDigits(i, 2)
                && i + 20 <= end
                && bytes[i + 2] == '/'
                && month(i + 3) > 0
                && bytes[i + 6] == '/'
                && areDigits(i + 7, 4)
                && bytes[i + 11] == ':'
                && isTimeOfDay(i + 12);
    }

    private long common(int i) {
        return dated(number(i + 7, 4), month(i + 3), number(i, 2), i + 12);
    }

    /** {@code Nov 21 10:00:00}, with the year after it in ctime's form. */
    private long syslog(int i, long nowMillis) {
        int digit = i + 4;
        if (digit + 10 > end || bytes[i + 3] != ' ') {
            return NONE;
        }
        boolean oneDigit = bytes[digit] == ' ' || bytes[digit + 1] == ' ';
        int from = bytes[digit] == ' ' ? digit + 1 : digit;
        int length = oneDigit ? 1 : 2;
        int time = from + length + 1;
        if (!areDigits(from, length) || time >= end || bytes[time - 1] != ' ' || !isTimeOfDay(time)) {
            return NONE;
        }
        int day = number(from, length);
        timeOfDay(time);
        if (at + 5 <= end
                && bytes[at] == ' '
                && areDigits(at + 1, 4)
                && (at + 5 == end || !isAlphanumeric(bytes[at + 5]))) {
            int year = number(at + 1, 4);
            if (year >= 2000 && year < 2100) {
                return dated(year, month(i), day, time);
            }
        }
        return inLastYear(month(i), day, time, nowMillis);
    }

    /** A letter, month and day as four digits, a time of day. */
    private boolean isKlog(int i) {
        return "IWEFD".indexOf(bytes[i]) >= 0
                && areDigits(i + 1, 4)
                && i + 11 <= end
                && bytes[i + 5] == ' '
                && isTimeOfDay(i + 6);
    }

    private long klog(int i, long nowMillis) {
        return inLastYear(number(i + 1, 2), number(i + 3, 2), i + 6, nowMillis);
    }

    private long inLastYear(int month, int day, int time, long nowMillis) {
        int year = Instant.ofEpochMilli(nowMillis).atZone(ZoneOffset.UTC).getYear();
        long millis = dated(year, month, day, time);
        return millis != NONE && millis > nowMillis + DAY_MILLIS ? dated(year - 1, month, day, time) : millis;
    }

    private long dated(int year, int month, int day, int time) {
        if (month < 1 || month > 12 || day < 1 || day > 31) {
            return NONE;
        }
        long ofDay = timeOfDay(time);
        if (ofDay == NONE) {
            return NONE;
        }
        long local = daysFromCivil(year, month, day) * DAY_MILLIS + ofDay;
        return local - offsetMillis(local);
    }

    private boolean isTimeOfDay(int i) {
        return areDigits(i, 2) && i + 5 <= end && bytes[i + 2] == ':' && areDigits(i + 3, 2);
    }

    /** Of {@code hh:mm[:ss[.,fraction]]}; {@link #at} is then behind it. */
    private long timeOfDay(int i) {
        int hour = number(i, 2);
        int minute = number(i + 3, 2);
        at = i + 5;
        int second = 0;
        long millis = 0;
        if (at < end && bytes[at] == ':' && areDigits(at + 1, 2)) {
            second = number(at + 1, 2);
            at += 3;
            if (at < end && (bytes[at] == '.' || bytes[at] == ',') && areDigits(at + 1, 1)) {
                millis = fraction(at + 1);
            }
        }
        return hour > 24 || minute > 59 || second > 60 ? NONE : ((hour * 60L + minute) * 60 + second) * 1_000 + millis;
    }

    /** The milliseconds that the digits after a point stand for; {@link #at} is then behind them. */
    private long fraction(int from) {
        long millis = 0;
        int i = from;
        for (; i < end && isDigit(bytes[i]); i++) {
            if (i - from < 3) {
                millis = millis * 10 + (bytes[i] - '0');
            }
        }
        for (int digits = i - from; digits < 3; digits++) {
            millis *= 10;
        }
        at = i;
        return millis;
    }

    /** As the text after {@link #at} says, else as the zone has it at this local time. */
    private long offsetMillis(long local) {
        int i = at < end && bytes[at] == ' ' ? at + 1 : at;
        if (i < end && (bytes[i] == 'Z' || bytes[i] == 'z') && i == at) {
            return 0;
        }
        if (i + 5 <= end && (bytes[i] == '+' || bytes[i] == '-') && areDigits(i + 1, 2)) {
            int minutes = bytes[i + 3] == ':' ? i + 4 : i + 3;
            if (minutes + 2 <= end && areDigits(minutes, 2)) {
                long offset = (number(i + 1, 2) * 60L + number(minutes, 2)) * 60_000;
                return bytes[i] == '-' ? -offset : offset;
            }
        }
        long hour = Math.floorDiv(local, 3_600_000L);
        if (hour != knownLocalHour) {
            LocalDateTime dateTime = LocalDateTime.ofEpochSecond(hour * 3_600, 0, ZoneOffset.UTC);
            knownOffsetMillis = zone.getRules().getOffset(dateTime).getTotalSeconds() * 1_000L;
            knownLocalHour = hour;
        }
        return knownOffsetMillis;
    }

    /** Days since 1970-01-01 in the Gregorian calendar; March is the first month, so that leap days come last. */
    private static long daysFromCivil(int year, int month, int day) {
        long y = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(y, 400);
        long yearOfEra = y - era * 400;
        long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097 + dayOfEra - 719_468;
    }

    /** From 1; 0 where no month's name of three letters stands there. */
    private int month(int i) {
        if (i + 3 > end) {
            return 0;
        }
        for (int m = 0; m < 12; m++) {
            if (bytes[i] == MONTHS.charAt(3 * m)
                    && bytes[i + 1] == MONTHS.charAt(3 * m + 1)
                    && bytes[i + 2] == MONTHS.charAt(3 * m + 2)) {
                return m + 1;
            }
        }
        return 0;
    }

    private int number(int i, int digits) {
        int number = 0;
        for (int d = 0; d < digits; d++) {
            number = number * 10 + (bytes[i + d] - '0');
        }
        return number;
    }

    private boolean areDigits(int i, int count) {
        if (i + count > end) {
            return false;
        }
        for (int d = 0; d < count; d++) {
            if (!isDigit(bytes[i + d])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean isAlphanumeric(byte b) {
        return isDigit(b) || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
    }
}
