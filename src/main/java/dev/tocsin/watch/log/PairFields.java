package dev.tocsin.watch.log;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The {@code key=value} pairs of a plain line (logfmt, syslog's structured data, many a printf): a key of letters, digits
 * and {@code _.-@} at a word's start, and a value to the next blank, or between double quotes, in which a backslash takes
 * away the meaning of what follows. A comma, semicolon or closing bracket at the end of a bare value is not part of it.
 * No state; safe from any thread.
 */
final class PairFields {
    private static final int MAX_FIELDS = 256;

    private PairFields() {}

    static Map<String, Object> read(String text) {
        Map<String, Object> fields = new LinkedHashMap<>();
        int at = text.indexOf('=');
        while (at >= 0 && fields.size() < MAX_FIELDS) {
            int start = at;
            while (start > 0 && isKey(text.charAt(start - 1))) {
                start--;
            }
            int end = at + 1;
            if (start < at) {
                boolean quoted = end < text.length() && text.charAt(end) == '"';
                int close = quoted ? closing(text, end + 1) : bareEnd(text, end);
                if (quoted ? close < text.length() : close > end) {
                    String value = quoted ? unescaped(text.substring(end + 1, close)) : text.substring(end, close);
                    fields.putIfAbsent(text.substring(start, at), value);
                    end = close;
                }
            }
            at = text.indexOf('=', end);
        }
        return fields;
    }

    private static boolean isKey(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "_.-@".indexOf(c) >= 0;
    }

    private static int bareEnd(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) > ' ') {
            end++;
        }
        while (end > from && ",;)]}".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return end;
    }

    /** The index of the closing quote; the text's length where there is none. */
    private static int closing(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) != '"') {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(i, text.length());
    }

    private static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                c = text.charAt(++i);
                c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
            }
            out.append(c);
        }
        return out.toString();
    }
}
