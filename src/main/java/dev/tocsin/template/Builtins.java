package dev.tocsin.template;

import dev.tocsin.core.Labels;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The functions that every Go template has. ({@code and} and {@code or} stop early, so the execution knows them itself.) */
final class Builtins {
    static final Map<String, Function> FUNCTIONS = Map.ofEntries(
            Map.entry("and", a -> lastOf(a, false)),
            Map.entry("or", a -> lastOf(a, true)),
            Map.entry("not", a -> {
                a.count(1);
                return !Values.isTrue(a.get(0));
            }),
            Map.entry("len", Builtins::length),
            Map.entry("index", Builtins::index),
            Map.entry("slice", Builtins::slice),
            Map.entry("print", a -> GoFormat.print(a.values())),
            Map.entry("println", a -> GoFormat.println(a.values())),
            Map.entry("printf", a -> {
                a.atLeast(1);
                return GoPrintf.format(a.string(0), a.values().subList(1, a.size()));
            }),
            Map.entry("html", a -> HtmlEscaping.html(GoFormat.print(a.values()))),
            Map.entry("js", a -> escapeScript(GoFormat.print(a.values()))),
            Map.entry("urlquery", a -> URLEncoder.encode(GoFormat.print(a.values()), StandardCharsets.UTF_8)),
            Map.entry("call", a -> {
                throw new FunctionException("call of what is no function");
            }),
            Map.entry("eq", Builtins::equal),
            Map.entry("ne", a -> {
                a.count(2);
                return !same(a.get(0), a.get(1));
            }),
            Map.entry("lt", a -> ordered(a) && compare(a) < 0),
            Map.entry("le", a -> ordered(a) && compare(a) <= 0),
            Map.entry("gt", a -> ordered(a) && compare(a) > 0),
            Map.entry("ge", a -> ordered(a) && compare(a) >= 0));

    private Builtins() {}

    private static Object lastOf(Arguments a, boolean stop) throws FunctionException {
        a.atLeast(1);
        for (Object value : a.values()) {
            if (Values.isTrue(value) == stop) {
                return value;
            }
        }
        return a.values().getLast();
    }

    private static Object length(Arguments a) throws FunctionException {
        a.count(1);
        return switch (a.get(0)) {
            case String s -> (long) s.getBytes(StandardCharsets.UTF_8).length;
            case Labels labels -> (long) labels.size();
            case Map<?, ?> map -> (long) map.size();
            case List<?> list -> (long) list.size();
            case Nil ignored -> throw new FunctionException("len of nil pointer");
            case Object other -> throw new FunctionException("len of type " + Values.typeName(other));
        };
    }

    private static Object index(Arguments a) throws FunctionException {
        a.atLeast(1);
        Object item = a.get(0);
        for (int i = 1; i < a.size(); i++) {
            Object key = a.get(i);
            item = switch (item) {
                case Labels labels -> labels.get(keyText(key));
                case KeyValues entries -> entries.text(keyText(key));
                case Map<?, ?> map -> {
                    Object found = map.get(keyText(key));
                    yield found == null ? Nil.NIL : found;
                }
                case List<?> list -> list.get(position(key, list.size(), false));
                case String s -> {
                    byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
                    yield (long) (bytes[position(key, bytes.length, false)] & 0xff);
                }
                case Nil ignored -> throw new FunctionException("index of untyped nil");
                case Object other -> throw new FunctionException("can't index item of type " + Values.typeName(other));
            };
        }
        return item;
    }

    private static String keyText(Object key) throws FunctionException {
        if (key instanceof String text) {
            return text;
        }
        throw new FunctionException("value has type " + Values.typeName(key) + "; should be string");
    }

    private static int position(Object index, int size, boolean inclusive) throws FunctionException {
        if (!(index instanceof Long at)) {
            throw new FunctionException("cannot index slice/array with type " + Values.typeName(index));
        }
        if (at < 0 || at > size || (at == size && !inclusive)) {
            throw new FunctionException("index out of range: " + at);
        }
        return at.intValue();
    }

    private static Object slice(Arguments a) throws FunctionException {
        a.atLeast(1);
        if (a.size() > 3) {
            throw new FunctionException("too many slice indexes: " + (a.size() - 1));
        }
        Object item = a.get(0);
        byte[] bytes = item instanceof String s ? s.getBytes(StandardCharsets.UTF_8) : new byte[0];
        int size = item instanceof List<?> list ? list.size() : bytes.length;
        if (!(item instanceof String) && !(item instanceof List<?>)) {
            throw new FunctionException("can't slice item of type " + Values.typeName(item));
        }
        int from = a.size() > 1 ? position(a.get(1), size, true) : 0;
        int to = a.size() > 2 ? position(a.get(2), size, true) : size;
        if (from > to) {
            throw new FunctionException("invalid slice index: " + from + " > " + to);
        }
        return item instanceof List<?> list
                ? List.copyOf(list.subList(from, to))
                : new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private static Object equal(Arguments a) throws FunctionException {
        if (a.size() < 2) {
            throw new FunctionException("missing argument for comparison");
        }
        for (int i = 1; i < a.size(); i++) {
            if (same(a.get(0), a.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Go compares like with like: a whole number and a fraction are an error, even 1 and 1.0. */
    private static boolean same(Object x, Object y) throws FunctionException {
        if (x == Nil.NIL || y == Nil.NIL) {
            return x.equals(y);
        }
        requireBasic(x);
        requireBasic(y);
        if (x.getClass() != y.getClass()) {
            throw new FunctionException("incompatible types for comparison");
        }
        return x instanceof Double d ? d.doubleValue() == (Double) y : x.equals(y);
    }

    private static void requireBasic(Object value) throws FunctionException {
        if (!(value instanceof Boolean
                || value instanceof Long
                || value instanceof Double
                || value instanceof String)) {
            throw new FunctionException(
                    value instanceof List || value instanceof Map || value instanceof Labels
                            ? "non-comparable type " + GoFormat.value(value) + ": " + Values.typeName(value)
                            : "invalid type for comparison");
        }
    }

    /** False where a NaN makes every comparison false. */
    private static boolean ordered(Arguments a) throws FunctionException {
        a.count(2);
        return !(a.get(0) instanceof Double x && x.isNaN()) && !(a.get(1) instanceof Double y && y.isNaN());
    }

    private static int compare(Arguments a) throws FunctionException {
        a.count(2);
        Object x = a.get(0);
        Object y = a.get(1);
        requireBasic(x);
        requireBasic(y);
        if (x.getClass() != y.getClass()) {
            throw new FunctionException("incompatible types for comparison");
        }
        return switch (x) {
            case Long n -> n.compareTo((Long) y);
            case Double d -> d < (Double) y ? -1 : d > (Double) y ? 1 : 0;
            case String s -> compareBytes(s, (String) y);
            default -> throw new FunctionException("invalid type for comparison");
        };
    }

    private static int compareBytes(String x, String y) {
        return java.util.Arrays.compareUnsigned(x.getBytes(StandardCharsets.UTF_8), y.getBytes(StandardCharsets.UTF_8));
    }

    private static String escapeScript(String text) {
        StringBuilder out = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\'' -> out.append("\\'");
                case '"' -> out.append("\\\"");
                case '<', '>', '&', '=' -> out.append(String.format("\\u%04X", (int) c));
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04X", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }
}
