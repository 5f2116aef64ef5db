package dev.tocsin.watch.log;

import dev.tocsin.core.log.LogQueries.RefusedException;
import java.util.ArrayList;
import java.util.List;

/**
 * One word of a query.
 *
 * @param text of a string or regular expression without what encloses it
 * @param line from 1, as is {@code column}
 */
record QueryToken(Type type, String text, int line, int column) {
    /** What it is. */
    enum Type {
        WORD,
        NUMBER,
        DURATION,
        STRING,
        REGEX,
        SYMBOL,
        END
    }

    private static final String[] SYMBOLS = {
        "!=", "<=", ">=", "=~", "==", "|", ",", "(", ")", "[", "]", "=", "<", ">", "+", "-", "*", "/"
    };

    RefusedException error(String reason) {
        return new RefusedException("line " + line + ", column " + column + ": " + reason);
    }

    /** As told in errors. */
    String shown() {
        return type == Type.END ? "the end" : "\"" + text + "\"";
    }

    boolean is(String symbolOrWord) {
        return (type == Type.SYMBOL || type == Type.WORD) && text.equalsIgnoreCase(symbolOrWord);
    }

    /** All of a text, the last one of type END. {@code #} begins a comment, to the line's end. */
    static List<QueryToken> all(String text) {
        List<QueryToken> tokens = new ArrayList<>();
        int at = 0;
        int line = 1;
        int lineStart = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                line++;
                lineStart = at + 1;
            }
            if (c <= ' ') {
                at++;
            } else if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else {
                QueryToken token = next(text, at, line, at - lineStart + 1, tokens);
                tokens.add(token);
                at += consumed(text, at, token);
            }
        }
        tokens.add(new QueryToken(Type.END, "", line, text.length() - lineStart + 1));
        return tokens;
    }

    private static int consumed(String text, int at, QueryToken token) {
        return switch (token.type) {
            case STRING, REGEX -> closing(text, at) + 1 - at;
            case WORD -> token.text.length() + (text.charAt(at) == '`' ? 2 : 0);
            default -> token.text.length();
        };
    }

    private static QueryToken next(String text, int at, int line, int column, List<QueryToken> before) {
        char c = text.charAt(at);
        QueryToken here = new QueryToken(Type.SYMBOL, Character.toString(c), line, column);
        boolean regex = c == '/' && !before.isEmpty() && takesRegex(before.getLast());
        if (c == '"' || c == '\'' || c == '`' || regex) {
            int end = closing(text, at);
            if (end >= text.length()) {
                throw here.error(
                        "this " + (regex ? "regular expression" : "text") + " has no end: expected another " + c);
            }
            String inside = text.substring(at + 1, end);
            Type type = regex ? Type.REGEX : c == '`' ? Type.WORD : Type.STRING;
            return new QueryToken(
                    type, type == Type.STRING ? unescaped(inside) : inside.replace("\\/", "/"), line, column);
        }
        if (isDigit(c)) {
            int end = at;
            while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
                end++;
            }
            int letters = end;
            while (letters < text.length()
                    && (Character.isLetter(text.charAt(letters)) || letters > end && isDigit(text.charAt(letters)))) {
                letters++;
            }
            Type type = letters > end ? Type.DURATION : Type.NUMBER;
            return new QueryToken(type, text.substring(at, letters), line, column);
        }
        if (isWordStart(c)) {
            int end = at;
            while (end < text.length() && isWord(text.charAt(end))) {
                end++;
            }
            return new QueryToken(Type.WORD, text.substring(at, end), line, column);
        }
        for (String symbol : SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                return new QueryToken(Type.SYMBOL, symbol, line, column);
            }
        }
        throw here.error("unexpected character " + here.shown());
    }

    private static boolean takesRegex(QueryToken before) {
        return before.is("like") || before.is("=~") || before.is("matches");
    }

    /** The index of the character that ends what begins at {@code at}; the text's length where there is none. */
    private static int closing(String text, int at) {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != text.charAt(at)) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(end, text.length());
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c == '\\' && i + 1 < text.length() ? text.charAt(++i) : c);
        }
        return out.toString();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordStart(char c) {
        return Character.isLetter(c) || c == '_' || c == '@';
    }

    private static boolean isWord(char c) {
        return isWordStart(c) || isDigit(c) || c == '.';
    }
}
