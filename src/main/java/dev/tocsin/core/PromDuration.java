package dev.tocsin.core;

import java.time.Duration;

/**
 * Durations as Prometheus writes them: {@code 1h30m}, {@code 500ms}, {@code 7d}; units y w d h m s ms, each at most
 * once and in that order, and {@code 0} alone. (Prometheus, {@code model.ParseDuration}.) A year is 365 days.
 */
public final class PromDuration {
    private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};
    private static final long[] MILLIS = {31_536_000_000L, 604_800_000L, 86_400_000L, 3_600_000L, 60_000L, 1_000L, 1L};

    /** As far as nanoseconds go in 64 bits: 292 years. */
    private static final long MAX_MILLIS = Long.MAX_VALUE / 1_000_000;

    private PromDuration() {}

    /** @throws IllegalArgumentException saying what was found and what is allowed */
    public static Duration parse(String text) {
        return Duration.ofMillis(parseMillis(text));
    }

    /** @throws IllegalArgumentException saying what was found and what is allowed */
    public static long parseMillis(String text) {
        if (text.equals("0")) {
            return 0;
        }
        long total = 0;
        int position = 0;
        int nextUnit = 0;
        while (position < text.length()) {
            int digits = position;
            while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
                digits++;
            }
            int letters = digits;
            while (letters < text.length() && Character.isLetter(text.charAt(letters))) {
                letters++;
            }
            int unit = unitIndex(text.substring(digits, letters), nextUnit);
            if (digits == position || unit < 0) {
                throw invalid(text);
            }
            try {
                long number = Long.parseLong(text, position, digits, 10);
                total = Math.addExact(total, Math.multiplyExact(number, MILLIS[unit]));
            } catch (ArithmeticException | NumberFormatException e) {
                throw new IllegalArgumentException("duration out of range: \"" + text + "\"", e);
            }
            if (total > MAX_MILLIS) {
                throw new IllegalArgumentException("duration out of range: \"" + text + "\"");
            }
            nextUnit = unit + 1;
            position = letters;
        }
        if (position == 0) {
            throw invalid(text);
        }
        return total;
    }

    private static int unitIndex(String unit, int from) {
        for (int i = from; i < UNITS.length; i++) {
            if (UNITS[i].equals(unit)) {
                return i;
            }
        }
        return -1;
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException(
                "not a valid duration string: \"" + text + "\", expected something like 30s, 5m or 1h30m");
    }

    /** The shortest exact form, as Prometheus prints it. */
    public static String format(long millis) {
        if (millis == 0) {
            return "0s";
        }
        StringBuilder out = new StringBuilder();
        long rest = millis;
        if (rest < 0) {
            out.append('-');
            rest = -rest;
        }
        for (int i = 0; i < UNITS.length; i++) {
            // Years and weeks only where they are exact: 8d stays 8d.
            boolean exactOnly = i < 2;
            long count = exactOnly && rest % MILLIS[i] != 0 ? 0 : rest / MILLIS[i];
            if (count > 0) {
                out.append(count).append(UNITS[i]);
                rest -= count * MILLIS[i];
            }
        }
        return out.toString();
    }
}
