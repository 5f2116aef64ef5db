package dev.tocsin.template;

import dev.tocsin.core.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Go's {@code fmt.Sprintf}: flags, width, precision, {@code *}, argument indexes, and its way to say in the output what
 * does not fit: {@code %!d(string=x)}. Used by one thread, once.
 */
final class GoPrintf {
    /** Widths and precisions beyond this are refused as Go refuses those beyond a million; a page is no place for them. */
    private static final int MAX_WIDTH = 10_000;

    private final String format;
    private final List<Object> arguments;
    private final StringBuilder out = new StringBuilder();
    private int position;
    private int next;
    private boolean reordered;

    private boolean minus;
    private boolean plus;
    private boolean sharp;
    private boolean space;
    private boolean zero;
    private int width;
    private int precision;

    private GoPrintf(String format, List<Object> arguments) {
        this.format = format;
        this.arguments = arguments;
    }

    static String format(String format, List<Object> arguments) {
        return new GoPrintf(format, arguments).run();
    }

    private String run() {
        while (position < format.length()) {
            int percent = format.indexOf('%', position);
            if (percent < 0) {
                percent = format.length();
            }
            out.append(format, position, percent);
            position = percent + 1;
            if (percent < format.length()) {
                directive();
            }
        }
        if (!reordered && next < arguments.size()) {
            List<String> extra = new ArrayList<>();
            for (Object value : arguments.subList(next, arguments.size())) {
                extra.add(value == Nil.NIL ? "<nil>" : Values.typeName(value) + "=" + GoFormat.value(value));
            }
            out.append("%!(EXTRA ").append(String.join(", ", extra)).append(')');
        }
        return out.toString();
    }

    private void directive() {
        flags();
        boolean indexOk = index();
        width = number();
        if (width == STAR) {
            width = star("%!(BADWIDTH)");
            if (width < -1) {
                minus = true;
                zero = false;
                width = -width;
            }
        }
        precision = -1;
        if (position < format.length() && format.charAt(position) == '.') {
            position++;
            indexOk &= index();
            precision = number();
            if (precision == STAR) {
                precision = star("%!(BADPREC)");
            } else if (precision < 0) {
                precision = 0;
            }
        }
        indexOk &= index();
        if (position >= format.length()) {
            out.append("%!(NOVERB)");
            return;
        }
        int verb = format.codePointAt(position);
        position += Character.charCount(verb);
        if (verb == '%') {
            out.append('%');
        } else if (!indexOk) {
            out.append("%!").appendCodePoint(verb).append("(BADINDEX)");
        } else if (next >= arguments.size()) {
            out.append("%!").appendCodePoint(verb).append("(MISSING)");
        } else {
            out.append(argument(arguments.get(next++), verb));
        }
    }

    private void flags() {
        minus = plus = sharp = space = zero = false;
        for (; position < format.length(); position++) {
            switch (format.charAt(position)) {
                case '-' -> minus = true;
                case '+' -> plus = true;
                case '#' -> sharp = true;
                case ' ' -> space = true;
                case '0' -> zero = true;
                default -> {
                    return;
                }
            }
        }
    }

    /** Takes {@code [n]}. Returns false where it names no argument. */
    private boolean index() {
        if (position >= format.length() || format.charAt(position) != '[') {
            return true;
        }
        reordered = true;
        int close = format.indexOf(']', position);
        if (close < 0) {
            position++;
            return false;
        }
        String digits = format.substring(position + 1, close);
        position = close + 1;
        try {
            int wanted = Integer.parseInt(digits) - 1;
            if (wanted < 0 || wanted >= arguments.size()) {
                return false;
            }
            next = wanted;
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static final int STAR = Integer.MIN_VALUE;

    /** A number in the format, -1 for none, or {@link #STAR}. */
    private int number() {
        if (position < format.length() && format.charAt(position) == '*') {
            position++;
            return STAR;
        }
        int start = position;
        int value = 0;
        while (position < format.length() && Character.digit(format.charAt(position), 10) >= 0) {
            value = Math.min(MAX_WIDTH, value * 10 + Character.digit(format.charAt(position), 10));
            position++;
        }
        return position == start ? -1 : value;
    }

    private int star(String problem) {
        if (next < arguments.size() && arguments.get(next++) instanceof Long n && Math.abs(n) <= MAX_WIDTH) {
            return n.intValue();
        }
        out.append(problem);
        return -1;
    }

    private String argument(Object value, int verb) {
        if (verb == 'T') {
            return pad(Values.typeName(value), false);
        }
        return switch (value) {
            case Nil ignored -> verb == 'v' ? pad("<nil>", false) : "%!" + Character.toString(verb) + "(<nil>)";
            case Boolean b -> verb == 't' || verb == 'v' ? pad(b.toString(), false) : bad(value, verb);
            case Long n -> whole(n, verb);
            case Double d -> real(d, verb);
            case String s -> text(s, verb);
            case List<?> list -> {
                List<String> parts = new ArrayList<>();
                list.forEach(item -> parts.add(argument(item, verb)));
                yield "[" + String.join(" ", parts) + "]";
            }
            case Labels labels -> map(labels.toMap(), verb);
            case Map<?, ?> map -> map(map, verb);
            default -> verb == 'v' || verb == 's' ? pad(value.toString(), false) : bad(value, verb);
        };
    }

    private String map(Map<?, ?> map, int verb) {
        List<String> parts = new ArrayList<>();
        new java.util.TreeMap<>(map).forEach((key, v) -> parts.add(argument(key, verb) + ":" + argument(v, verb)));
        return "map[" + String.join(" ", parts) + "]";
    }

    private static String bad(Object value, int verb) {
        return "%!" + Character.toString(verb) + "(" + Values.typeName(value) + "=" + GoFormat.value(value) + ")";
    }

    private String whole(long n, int verb) {
        String digits = java.math.BigInteger.valueOf(n).abs().toString();
        return switch (verb) {
            case 'v', 'd' -> signed(n < 0, "", digits);
            case 'b' -> signed(n < 0, sharp ? "0b" : "", magnitude(n, 2));
            case 'o' -> signed(n < 0, sharp ? "0" : "", magnitude(n, 8));
            case 'O' -> signed(n < 0, "0o", magnitude(n, 8));
            case 'x' -> signed(n < 0, sharp ? "0x" : "", magnitude(n, 16));
            case 'X' -> signed(n < 0, sharp ? "0X" : "", magnitude(n, 16).toUpperCase(Locale.ROOT));
            case 'c' -> pad(Character.isValidCodePoint((int) n) ? Character.toString((int) n) : "\ufffd", false);
            case 'q' -> {
                String quoted = GoFormat.quote(Character.isValidCodePoint((int) n) ? Character.toString((int) n) : "");
                yield pad("'" + quoted.substring(1, quoted.length() - 1) + "'", false);
            }
            case 'U' -> pad(String.format("U+%04X", n), false);
            default -> bad(n, verb);
        };
    }

    private static String magnitude(long n, int radix) {
        return java.math.BigInteger.valueOf(n).abs().toString(radix);
    }

    private String signed(boolean negative, String prefix, String digits) {
        String sign = negative ? "-" : plus ? "+" : space ? " " : "";
        String body = digits;
        if (precision >= 0) {
            body = "0".repeat(Math.max(0, precision - digits.length())) + digits;
        } else if (zero && !minus && width > 0) {
            body = "0".repeat(Math.max(0, width - sign.length() - prefix.length() - digits.length())) + digits;
        }
        return pad(sign + prefix + body, false);
    }

    private String real(double d, int verb) {
        String number = switch (verb) {
            case 'v', 'g' -> GoNumber.format(d, 'g', precision);
            case 'G' -> GoNumber.format(d, 'g', precision).replace('e', 'E');
            case 'e' -> GoNumber.format(d, 'e', precision < 0 ? 6 : precision);
            case 'E' -> GoNumber.format(d, 'e', precision < 0 ? 6 : precision).replace('e', 'E');
            case 'f', 'F' -> GoNumber.format(d, 'f', precision < 0 ? 6 : precision);
            case 'x', 'X' -> hexadecimal(d, verb);
            default -> "";
        };
        if (number.isEmpty()) {
            return bad(d, verb);
        }
        if (Double.isNaN(d)) {
            return pad((plus ? "+" : space ? " " : "") + number, false);
        }
        if (Double.isInfinite(d)) {
            return pad(space && !plus ? number.replace('+', ' ') : number, false);
        }
        boolean negative = number.startsWith("-");
        String sign = negative ? "-" : plus ? "+" : space ? " " : "";
        String digits = negative ? number.substring(1) : number;
        if (zero && !minus && width > 0) {
            digits = "0".repeat(Math.max(0, width - sign.length() - digits.length())) + digits;
        }
        return pad(sign + digits, false);
    }

    /** Go writes the exponent with a sign and at least two digits. */
    private static String hexadecimal(double d, int verb) {
        if (!Double.isFinite(d)) {
            return GoNumber.format(d, 'g', GoNumber.SHORTEST);
        }
        String java = Double.toHexString(d).replace(".0p", "p");
        int p = java.indexOf('p');
        int exponent = Integer.parseInt(java, p + 1, java.length(), 10);
        String go = java.substring(0, p) + String.format(Locale.ROOT, "p%+03d", exponent);
        return verb == 'X' ? go.toUpperCase(Locale.ROOT) : go;
    }

    private String text(String s, int verb) {
        String cut = precision >= 0 && s.codePointCount(0, s.length()) > precision
                ? s.substring(0, s.offsetByCodePoints(0, precision))
                : s;
        return switch (verb) {
            case 'v', 's' -> pad(sharp && verb == 'v' ? GoFormat.quote(s) : cut, zero);
            case 'q' -> pad(sharp && cut.indexOf('`') < 0 ? "`" + cut + "`" : GoFormat.quote(cut), zero);
            case 'x', 'X' -> {
                StringBuilder hex = new StringBuilder();
                for (byte b : s.getBytes(StandardCharsets.UTF_8)) {
                    hex.append(hex.isEmpty() || !space ? "" : " ").append(String.format("%02x", b));
                }
                yield pad(verb == 'X' ? hex.toString().toUpperCase(Locale.ROOT) : hex.toString(), zero);
            }
            default -> bad(s, verb);
        };
    }

    private String pad(String text, boolean withZeros) {
        int missing = width - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        return minus ? text + " ".repeat(missing) : (withZeros ? "0" : " ").repeat(missing) + text;
    }
}
