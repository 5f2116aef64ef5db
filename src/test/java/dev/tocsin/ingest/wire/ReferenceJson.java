package dev.tocsin.ingest.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * {@link JsonSamples} once more, the slow and obvious way: RFC 8259 by recursive descent into a tree that keeps keys
 * that stand twice, then each item looked at as a whole.
 */
final class ReferenceJson {
    /** Stands for a number, as written. */
    record Num(String text) {
        /** A whole number has no negative zero. */
        double value() {
            return text.equals("-0") ? 0 : Double.parseDouble(text);
        }
    }

    record Field(String name, Object value) {}

    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken() {
            super(null, null, false, false);
        }
    }

    private enum Literal {
        NULL
    }

    final List<String> rows = new ArrayList<>();
    final List<String> rejected = new ArrayList<>();
    boolean broken;

    private final String text;
    private int at;
    private int item = -1;

    ReferenceJson(String text) {
        this.text = text;
        boolean inSamples = false;
        boolean afterSamples = false;
        try {
            expect('{');
            boolean first = true;
            while (true) {
                if (peek() == '}') {
                    at++;
                    break;
                }
                if (!first) {
                    expect(',');
                }
                first = false;
                String key = string();
                expect(':');
                if (key.equals("samples") && !afterSamples && peek() == '[') {
                    inSamples = true;
                    items();
                    inSamples = false;
                    afterSamples = true;
                } else {
                    value();
                }
            }
            broken = !afterSamples || peek() != '\0';
        } catch (Broken e) {
            broken = true;
        }
        if (broken && !afterSamples) {
            rejected.add(Math.max(item, 0) + " malformed");
        }
        assert !inSamples || broken;
    }

    private void items() {
        expect('[');
        for (item = 0; ; item++) {
            if (peek() == ']' && item == 0) {
                at++;
                return;
            }
            Object value = value();
            item(value);
            char next = peek();
            if (next == ']') {
                at++;
                return;
            }
            item++;
            expect(',');
            item--;
            if (peek() == ']') {
                item++;
                throw new Broken();
            }
        }
    }

    private void item(Object value) {
        if (!(value instanceof List<?> object) || (!object.isEmpty() && !(object.getFirst() instanceof Field))) {
            rejected.add(item + " malformed");
            return;
        }
        String problem = null;
        String name = "";
        String kind = null;
        List<Object> values = List.of();
        StringBuilder labels = new StringBuilder();
        double rate = 1;
        String time = "";
        List<String> seen = new ArrayList<>();
        for (Object entry : object) {
            Field field = (Field) entry;
            String key = field.name.equals("values") ? "value" : field.name;
            if (!List.of("name", "type", "value", "labels", "rate", "time").contains(key)) {
                continue;
            }
            String wrong = seen.contains(key) ? "malformed" : null;
            seen.add(key);
            problem = problem == null ? wrong : problem;
            wrong = null;
            Object v = field.value;
            switch (key) {
                case "name" -> {
                    name = v instanceof String s ? clean(s) : "";
                    wrong = v instanceof String ? null : "malformed";
                }
                case "type" -> {
                    kind = kindOf(v);
                    wrong = kind == null ? "unknown_type" : null;
                }
                case "value" -> {
                    values = new ArrayList<>();
                    if (v instanceof Object[] list) {
                        values.addAll(List.of(list));
                    } else {
                        values.add(v);
                    }
                }
                case "labels" -> {
                    labels.setLength(0);
                    if (v instanceof List<?> map) {
                        wrong = labels(map, labels);
                    } else {
                        wrong = v == Literal.NULL ? null : "malformed";
                    }
                }
                case "rate" -> {
                    rate = v == Literal.NULL ? 1 : v instanceof Num n ? n.value() : 0;
                    wrong = rate >= 1e-9 && rate <= 1 ? null : "bad_rate";
                }
                default -> {
                    time = "";
                    if (v != Literal.NULL) {
                        double seconds = v instanceof Num n ? n.value() : -1;
                        wrong = seconds >= 0 && seconds <= 1e12 ? null : "bad_timestamp";
                        time = " @" + Math.round(seconds * 1_000);
                    }
                }
            }
            problem = problem == null ? wrong : problem;
        }
        if (problem == null) {
            problem = name.isEmpty()
                    ? "empty_name"
                    : kind == null ? "unknown_type" : values.isEmpty() ? "bad_value" : null;
        }
        if (problem != null) {
            rejected.add(item + " " + problem);
            return;
        }
        String end = (labels.isEmpty() ? "" : " #" + labels) + time;
        for (Object v : values) {
            String row = row(kind, name, v, rate, end);
            if (row == null) {
                rejected.add(item + " bad_value");
            } else {
                rows.add(item + " " + row);
            }
        }
    }

    private static String row(String kind, String name, Object value, double rate, String end) {
        if (kind.equals("SET")) {
            String member = value instanceof String s ? clean(s) : value instanceof Num n ? n.text : "";
            return member.isEmpty() ? null : "SET " + name + " {" + member + "}" + end;
        }
        if (!(value instanceof Num n)) {
            return null;
        }
        double number = n.value() / (kind.equals("COUNTER") ? rate : 1);
        if (Double.isInfinite(number)) {
            return null;
        }
        return kind + " " + name + " " + number + (kind.equals("DISTRIBUTION") ? " x" + 1 / rate : "") + end;
    }

    private static String labels(List<?> map, StringBuilder out) {
        String wrong = null;
        for (Object entry : map) {
            if (!(entry instanceof Field label)) {
                return "malformed";
            }
            String value = label.value == Literal.NULL
                    ? ""
                    : label.value instanceof Num n
                            ? n.text
                            : label.value instanceof String || label.value instanceof Boolean
                                    ? clean(label.value.toString())
                                    : null;
            if (value == null) {
                wrong = "malformed";
            } else if (!value.isEmpty()) {
                wrong = label.name.isEmpty() ? "malformed" : wrong;
                out.append(out.isEmpty() ? "" : ",")
                        .append(clean(label.name))
                        .append('=')
                        .append(value);
            }
        }
        return wrong;
    }

    private static String kindOf(Object value) {
        if (!(value instanceof String s)) {
            return null;
        }
        return switch (s) {
            case "counter", "c" -> "COUNTER";
            case "gauge", "g" -> "GAUGE";
            case "distribution", "d", "h", "ms" -> "DISTRIBUTION";
            case "set", "s" -> "SET";
            default -> null;
        };
    }

    /** What text turns into on its way to the table: no separators of ours, no half surrogate pairs. */
    private static String clean(String s) {
        StringBuilder out = new StringBuilder();
        s.codePoints().forEach(c -> {
            if (c == 0x1e || c == 0x1f) {
                out.append('_');
            } else if (c >= 0xd800 && c <= 0xdfff) {
                out.append('?');
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    // ---- RFC 8259: an object is a List of Fields, an array an Object[]

    private Object value() {
        return switch (peek()) {
            case '{' -> {
                at++;
                List<Field> fields = new ArrayList<>();
                if (peek() == '}') {
                    at++;
                    yield fields;
                }
                while (true) {
                    String name = string();
                    expect(':');
                    fields.add(new Field(name, value()));
                    if (peek() == '}') {
                        at++;
                        yield fields;
                    }
                    expect(',');
                }
            }
            case '[' -> {
                at++;
                List<Object> list = new ArrayList<>();
                if (peek() == ']') {
                    at++;
                    yield list.toArray();
                }
                while (true) {
                    list.add(value());
                    if (peek() == ']') {
                        at++;
                        yield list.toArray();
                    }
                    expect(',');
                }
            }
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", Literal.NULL);
            default -> number();
        };
    }

    private Object word(String word, Object meaning) {
        if (!text.startsWith(word, at)) {
            throw new Broken();
        }
        at += word.length();
        if (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
            throw new Broken();
        }
        return meaning;
    }

    private Num number() {
        int start = at;
        if (here() == '-') {
            at++;
        }
        boolean zero = here() == '0';
        if (digits() > 1 && zero) {
            throw new Broken();
        }
        if (here() == '.') {
            at++;
            digits();
        }
        if (here() == 'e' || here() == 'E') {
            at++;
            if (here() == '+' || here() == '-') {
                at++;
            }
            digits();
        }
        return new Num(text.substring(start, at));
    }

    private int digits() {
        int start = at;
        while (here() >= '0' && here() <= '9') {
            at++;
        }
        if (at == start) {
            throw new Broken();
        }
        return at - start;
    }

    private String string() {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (true) {
            if (at >= text.length() || text.charAt(at) < 0x20) {
                throw new Broken();
            }
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escape = here();
            at++;
            switch (escape) {
                case '"', '\\', '/' -> out.append(escape);
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'u' -> {
                    String hex = text.substring(at, Math.min(at + 4, text.length()));
                    if (!hex.matches("[0-9a-fA-F]{4}")) {
                        throw new Broken();
                    }
                    out.append((char) Integer.parseInt(hex, 16));
                    at += 4;
                }
                default -> throw new Broken();
            }
        }
    }

    /** The next character that is no white space, without taking it; 0 at the end. */
    private char peek() {
        while (here() == ' ' || here() == '\t' || here() == '\n' || here() == '\r') {
            at++;
        }
        return here();
    }

    private char here() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private void expect(char c) {
        if (peek() != c) {
            throw new Broken();
        }
        at++;
    }
}
