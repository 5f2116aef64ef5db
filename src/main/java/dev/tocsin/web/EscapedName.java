package dev.tocsin.web;

/**
 * Names in the path of a URL, where Prometheus 3 takes any text escaped as {@code U__host_2e_name}: after {@code U__},
 * {@code __} stands for an underscore and {@code _2e_} for the character of that hexadecimal code point. Stateless.
 */
final class EscapedName {
    private static final String PREFIX = "U__";
    private static final int MOST_DIGITS = 6;

    private EscapedName() {}

    /** The name meant; a text that is not escaped, or badly, is a name as it stands. */
    static String unescape(String text) {
        if (!text.startsWith(PREFIX)) {
            return text;
        }
        StringBuilder name = new StringBuilder(text.length());
        int i = PREFIX.length();
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c != '_') {
                name.append(c);
                continue;
            }
            int end = text.indexOf('_', i);
            if (end < 0 || end - i > MOST_DIGITS) {
                return text;
            }
            int codePoint = end == i ? '_' : codePoint(text, i, end);
            if (codePoint < 0) {
                return text;
            }
            name.appendCodePoint(codePoint);
            i = end + 1;
        }
        return name.toString();
    }

    /** -1 where there is none. */
    private static int codePoint(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        boolean character = Character.isValidCodePoint(value) && !(value >= 0xd800 && value <= 0xdfff);
        return character ? value : -1;
    }
}
