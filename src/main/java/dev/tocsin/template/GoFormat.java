package dev.tocsin.template;

import dev.tocsin.core.Labels;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values as Go's {@code fmt.Print} writes them. */
public final class GoFormat {
    private GoFormat() {}

    /** As {@code %v}. */
    public static String value(Object value) {
        return switch (value) {
            case Nil ignored -> "<nil>";
            case Double d -> GoNumber.format(d, 'g', GoNumber.SHORTEST);
            case List<?> list ->
                list.stream().map(GoFormat::value).collect(java.util.stream.Collectors.joining(" ", "[", "]"));
            case Labels labels -> map(labels.toMap());
            case Map<?, ?> map -> map(map);
            default -> value.toString();
        };
    }

    private static String map(Map<?, ?> map) {
        StringBuilder out = new StringBuilder("map[");
        new TreeMap<>(map).forEach((key, value) -> {
            if (out.length() > 4) {
                out.append(' ');
            }
            out.append(key).append(':').append(value(value));
        });
        return out.append(']').toString();
    }

    /** As {@code %.Ng}: this many significant digits. */
    public static String general(double value, int digits) {
        return GoNumber.format(value, 'g', digits);
    }

    /** As {@code strconv} writes it in form {@code e}, with as many digits as tell it from its neighbours. */
    public static String exponential(double value) {
        return GoNumber.format(value, 'e', GoNumber.SHORTEST);
    }

    /** As an action prints its value: nil is told in words. */
    static String printed(Object value) {
        return value == Nil.NIL ? "<no value>" : value(value);
    }

    /** As {@code fmt.Sprint}: a space between two operands of which neither is text. */
    static String print(List<Object> values) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            if (i > 0 && !(values.get(i) instanceof String) && !(values.get(i - 1) instanceof String)) {
                out.append(' ');
            }
            out.append(value(values.get(i)));
        }
        return out.toString();
    }

    /** As {@code fmt.Sprintln}. */
    static String println(List<Object> values) {
        return values.stream().map(GoFormat::value).collect(java.util.stream.Collectors.joining(" ", "", "\n"));
    }

    /** As {@code strconv.Quote}. */
    public static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case 7 -> out.append("\\a");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 11 -> out.append("\\v");
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (isPrintable(c)) {
                        out.appendCodePoint(c);
                    } else if (c < 0x80) {
                        out.append(String.format("\\x%02x", c));
                    } else {
                        out.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
                    }
                }
            }
        });
        return out.append('"').toString();
    }

    private static boolean isPrintable(int c) {
        return c == ' '
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SPACE_SEPARATOR -> false;
                    default -> true;
                };
    }
}
