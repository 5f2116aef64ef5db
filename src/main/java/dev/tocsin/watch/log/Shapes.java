package dev.tocsin.watch.log;

import java.util.Map;

/**
 * What an event has in common with others that say the same: its first line, or a JSON line's message, with every number
 * and identifier masked as {@code #}, and without the time at its start. No state; safe from any thread.
 */
final class Shapes {
    private static final int MAX_LENGTH = 200;
    private static final int LEAST_HEX = 8;
    private static final String[] MESSAGES = {"message", "msg", "event", "event_type", "error", "error_message"};

    private Shapes() {}

    static String of(LogEvent event) {
        return masked(line(event));
    }

    private static String line(LogEvent event) {
        if (event.isJson()) {
            Map<String, Object> fields = event.fields();
            for (String name : MESSAGES) {
                if (fields.get(name) instanceof String message && !message.isBlank()) {
                    return firstLine(message);
                }
            }
        }
        return firstLine(event.text());
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return text.substring(0, Math.min(end < 0 ? text.length() : end, 4 * MAX_LENGTH));
    }

    static String masked(String line) {
        StringBuilder out = new StringBuilder(Math.min(line.length(), MAX_LENGTH));
        int at = 0;
        while (at < line.length()) {
            char c = line.charAt(at);
            int end = at;
            while (end < line.length() && isWord(line.charAt(end))) {
                end++;
            }
            if (end == at) {
                appendOther(out, c);
                at++;
            } else {
                appendWord(out, line, at, end);
                at = end;
            }
        }
        String shape = withoutTime(out.toString()).strip();
        return shape.length() > MAX_LENGTH ? shape.substring(0, MAX_LENGTH) : shape;
    }

    private static void appendWord(StringBuilder out, String line, int from, int to) {
        boolean digits = false;
        boolean hex = to - from >= LEAST_HEX;
        for (int i = from; i < to; i++) {
            char c = line.charAt(i);
            digits |= isDigit(c);
            hex &= isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
        }
        if (!digits) {
            out.append(line, from, to);
        } else if (hex) {
            mask(out);
        } else {
            for (int i = from; i < to; i++) {
                char c = line.charAt(i);
                if (isDigit(c)) {
                    mask(out);
                } else {
                    out.append(c);
                }
            }
        }
    }

    /** Numbers with only punctuation between them are one: a date, an address, a UUID. */
    private static void mask(StringBuilder out) {
        int end = out.length();
        boolean joins = end > 1 && "-:.,/".indexOf(out.charAt(end - 1)) >= 0 && out.charAt(end - 2) == '#';
        if (joins) {
            out.setLength(end - 1);
        } else if (end == 0 || out.charAt(end - 1) != '#') {
            out.append('#');
        }
    }

    private static void appendOther(StringBuilder out, char c) {
        boolean blank = c <= ' ';
        if (!blank || out.isEmpty() || out.charAt(out.length() - 1) != ' ') {
            out.append(blank ? ' ' : c);
        }
    }

    /** Drops the words at the start that are nothing but numbers, brackets and the letters of a time. */
    private static String withoutTime(String shape) {
        int from = 0;
        while (from < shape.length()) {
            int blank = shape.indexOf(' ', from);
            int end = blank < 0 ? shape.length() : blank;
            String word = shape.substring(from, end);
            boolean time = word.indexOf('#') >= 0 && word.chars().allMatch(c -> "#TZ+-:.,/[]()".indexOf(c) >= 0);
            if (!time && !word.isEmpty()) {
                break;
            }
            from = end + 1;
        }
        return from >= shape.length() ? shape : shape.substring(from);
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
