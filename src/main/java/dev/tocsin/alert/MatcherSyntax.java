package dev.tocsin.alert;

import dev.tocsin.core.Matcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Matchers as Alertmanager writes them: {@code team="x", {severity=~"warning|critical"}}, quotes optional. A text is read
 * in the classic syntax, and in the UTF-8 syntax of 0.27 ({@code "label with spaces"=x}) where it is not a classic one,
 * as Alertmanager does by default.
 */
public final class MatcherSyntax {
    /** The order that Alertmanager sorts a route's matchers in. */
    public static final Comparator<Matcher> ORDER =
            Comparator.comparing(Matcher::name).thenComparing(Matcher::value).thenComparing(Matcher::op);

    private static final Pattern CLASSIC =
            Pattern.compile("\\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(=~|=|!=|!~)\\s*(.*?)\\s*", Pattern.DOTALL);
    private static final String RESERVED = "{}!=~,\\\"'`";

    private MatcherSyntax() {}

    /**
     * Any number of matchers between commas, with or without braces around them.
     *
     * @throws IllegalArgumentException saying what is wrong with which text
     */
    public static List<Matcher> parseAll(String text) {
        try {
            return classicAll(text);
        } catch (IllegalArgumentException classic) {
            try {
                return new Utf8(text).all();
            } catch (IllegalArgumentException e) {
                throw classic;
            }
        }
    }

    /** Exactly one matcher. */
    public static Matcher parse(String text) {
        List<Matcher> matchers = parseAll(text);
        if (matchers.size() != 1) {
            throw new IllegalArgumentException("expected one matcher, found " + matchers.size() + ": " + text);
        }
        return matchers.getFirst();
    }

    private static List<Matcher> classicAll(String text) {
        String inner = text.startsWith("{") ? text.substring(1) : text;
        inner = inner.endsWith("}") ? inner.substring(0, inner.length() - 1) : inner;
        List<Matcher> matchers = new ArrayList<>();
        StringBuilder token = new StringBuilder();
        boolean quoted = false;
        boolean escaped = false;
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (c == ',' && !quoted) {
                matchers.add(classic(token.toString()));
                token.setLength(0);
                continue;
            }
            quoted ^= c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            token.append(c);
        }
        if (!token.toString().isBlank()) {
            matchers.add(classic(token.toString()));
        }
        return matchers;
    }

    private static Matcher classic(String text) {
        java.util.regex.Matcher parts = CLASSIC.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("bad matcher format: " + text.strip());
        }
        return Matcher.ofAlert(parts.group(1), op(parts.group(2)), classicValue(parts.group(3)));
    }

    private static String classicValue(String raw) {
        boolean quoted = raw.startsWith("\"");
        if (quoted && (raw.length() < 2 || !raw.endsWith("\""))) {
            throw new IllegalArgumentException("matcher value contains unescaped double quote: " + raw);
        }
        String inner = quoted ? raw.substring(1, raw.length() - 1) : raw;
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (c == '"') {
                throw new IllegalArgumentException("matcher value contains unescaped double quote: " + raw);
            }
            if (c != '\\') {
                value.append(c);
            } else if (i + 1 == inner.length()) {
                if (quoted) {
                    // The backslash escapes the closing quote.
                    throw new IllegalArgumentException("matcher value contains unescaped double quote: " + raw);
                }
                value.append(c);
            } else {
                char next = inner.charAt(++i);
                switch (next) {
                    case 'n' -> value.append('\n');
                    case '"', '\\' -> value.append(next);
                    default -> value.append('\\').append(next);
                }
            }
        }
        return value.toString();
    }

    private static Matcher.Op op(String symbol) {
        for (Matcher.Op op : Matcher.Op.values()) {
            if (op.symbol().equals(symbol)) {
                return op;
            }
        }
        throw new IllegalArgumentException("unknown operator " + symbol);
    }

    /** The syntax since 0.27, in which names may be anything and quotes are Go's. */
    private static final class Utf8 {
        private final String text;
        private int at;

        Utf8(String text) {
            this.text = text;
        }

        List<Matcher> all() {
            List<Matcher> matchers = new ArrayList<>();
            skipSpace();
            boolean braced = take("{");
            skipSpace();
            while (!atEnd() && text.charAt(at) != '}') {
                matchers.add(one());
                skipSpace();
                if (!take(",")) {
                    break;
                }
                skipSpace();
            }
            if (braced != take("}")) {
                throw bad(braced ? "expected \"}\"" : "\"}\" without \"{\"");
            }
            skipSpace();
            if (!atEnd()) {
                throw bad("expected a comma");
            }
            return matchers;
        }

        private Matcher one() {
            String name = token("a label name");
            skipSpace();
            for (String symbol : List.of("=~", "!~", "!=", "=")) {
                if (take(symbol)) {
                    skipSpace();
                    return Matcher.ofAlert(name, op(symbol), token("a value"));
                }
            }
            throw bad("expected =, !=, =~ or !~");
        }

        private String token(String expected) {
            if (!atEnd() && text.charAt(at) == '"') {
                return quoted();
            }
            int from = at;
            while (!atEnd() && RESERVED.indexOf(text.charAt(at)) < 0 && !Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            if (from == at) {
                throw bad("expected " + expected);
            }
            return text.substring(from, at);
        }

        private String quoted() {
            StringBuilder out = new StringBuilder();
            for (at++; !atEnd(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return out.toString();
                }
                if (c == '\\') {
                    at++;
                    out.append(escaped());
                } else {
                    out.append(c);
                }
            }
            throw bad("missing end \"");
        }

        private String escaped() {
            if (atEnd()) {
                throw bad("missing end \"");
            }
            return switch (text.charAt(at)) {
                case 'n' -> "\n";
                case 't' -> "\t";
                case 'r' -> "\r";
                case '\\' -> "\\";
                case '"' -> "\"";
                case 'x' -> code(2);
                case 'u' -> code(4);
                case 'U' -> code(8);
                default -> throw bad("unknown escape \\" + text.charAt(at));
            };
        }

        private String code(int digits) {
            int end = at + 1 + digits;
            try {
                String character = Character.toString(Integer.parseInt(text, at + 1, end, 16));
                at = end - 1;
                return character;
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw bad("bad escape");
            }
        }

        private boolean take(String symbol) {
            boolean found = text.startsWith(symbol, at);
            at += found ? symbol.length() : 0;
            return found;
        }

        private void skipSpace() {
            while (!atEnd() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private boolean atEnd() {
            return at >= text.length();
        }

        private IllegalArgumentException bad(String reason) {
            return new IllegalArgumentException("bad matcher format: " + text + ": " + reason + " at position " + at);
        }
    }
}
