package dev.tocsin.promql;

import dev.tocsin.core.PromDuration;
import java.math.BigInteger;

/** The forms that numbers and durations have in the text of an expression. All scans are linear. */
final class NumberLiterals {
    private NumberLiterals() {}

    /** {@code 12 1.5e-3 .5 2. 0x1F 017 1_000}. */
    static boolean isNumber(String word) {
        if (isHexadecimal(word)) {
            int start = word.startsWith("_", 2) ? 3 : 2;
            int end = digits(word, start, 16);
            return end > start && end == word.length();
        }
        int i = digits(word, 0, 10);
        boolean any = i > 0;
        if (i < word.length() && word.charAt(i) == '.') {
            int fraction = digits(word, i + 1, 10);
            any |= fraction > i + 1;
            i = fraction;
        }
        if (any && i < word.length() && (word.charAt(i) | 0x20) == 'e') {
            i++;
            if (i < word.length() && (word.charAt(i) == '+' || word.charAt(i) == '-')) {
                i++;
            }
            int exponent = digits(word, i, 10);
            any = exponent > i;
            i = exponent;
        }
        return any && i == word.length();
    }

    /** {@code 5m 1h30m 250ms}; whether the units stand in order is left to {@link #durationMillis}. */
    static boolean isDuration(String word) {
        int i = 0;
        while (i < word.length()) {
            int unit = i;
            while (unit < word.length() && Character.digit(word.charAt(unit), 10) >= 0) {
                unit++;
            }
            if (unit == i || unit == word.length()) {
                return false;
            }
            i = word.startsWith("ms", unit) ? unit + 2 : unit + 1;
            if ("smhdwy".indexOf(word.charAt(unit)) < 0) {
                return false;
            }
        }
        return i > 0;
    }

    /** The value of a word for which {@link #isNumber} holds, or of infinity or NaN. As in Go, 017 is octal. */
    static double value(String word) {
        if (word.equalsIgnoreCase("inf")) {
            return Double.POSITIVE_INFINITY;
        }
        if (word.equalsIgnoreCase("nan")) {
            return Double.NaN;
        }
        String plain = word.replace("_", "");
        if (isHexadecimal(plain)) {
            return new BigInteger(plain.substring(2), 16).doubleValue();
        }
        if (plain.length() > 1 && plain.charAt(0) == '0' && digits(plain, 1, 8) == plain.length()) {
            return new BigInteger(plain, 8).doubleValue();
        }
        return Double.parseDouble(plain);
    }

    /** @throws IllegalArgumentException where the units are out of order or the whole is out of range */
    static long durationMillis(String word) {
        return PromDuration.parseMillis(word);
    }

    private static boolean isHexadecimal(String word) {
        return word.length() > 2 && word.charAt(0) == '0' && (word.charAt(1) | 0x20) == 'x';
    }

    /** Index after the digits from {@code start} on, single underscores between them allowed. */
    private static int digits(String word, int start, int base) {
        int i = start;
        while (i < word.length()) {
            boolean underscore = word.charAt(i) == '_' && i > start && i + 1 < word.length();
            if (Character.digit(word.charAt(underscore ? i + 1 : i), base) < 0) {
                return i;
            }
            i += underscore ? 2 : 1;
        }
        return i;
    }
}
