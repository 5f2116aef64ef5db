package dev.tocsin.web;

/** The little JSON of stream frames, written without a detour. Stateless. */
final class JsonText {
    private static final double MOST_EXACT_LONG = 1L << 53;

    private JsonText() {}

    static void appendString(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ') {
                out.append(c);
            } else {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        out.append('"');
    }

    /** Null for NaN; the infinities as strings, for JSON has no word for them. */
    static void appendNumber(StringBuilder out, double value) {
        if (Double.isNaN(value)) {
            out.append("null");
        } else if (Double.isInfinite(value)) {
            out.append(value > 0 ? "\"+Inf\"" : "\"-Inf\"");
        } else if (value == Math.rint(value) && Math.abs(value) <= MOST_EXACT_LONG) {
            out.append((long) value);
        } else {
            out.append(value);
        }
    }
}
