package dev.tocsin.watch.postgres;

/**
 * Makes the text of an SQL statement fit to be shown: every literal is a question mark, comments are gone, white space is
 * one space, and what is long is cut. Follows PostgreSQL's lexical structure (section 4.1 of its manual) for
 * {@code 'text'}, {@code E'text'}, {@code U&'text'}, {@code B'01'}, {@code X'1F'}, {@code $tag$text$tag$}, numbers and
 * both kinds of comments. Where a backslash stands before a quote it depends on the session whether the text ends there:
 * then all that follows is left out. A text that was cut by the server ends in the middle of something: what is open
 * there is a literal to its end. Stateless.
 */
final class Statements {
    /** Characters that are shown. */
    static final int MOST_SHOWN = 200;

    private static final String LITERAL = "?";
    private static final String CUT = "…";

    private final String sql;
    private final StringBuilder out = new StringBuilder();
    private int at;

    private Statements(String sql) {
        this.sql = sql;
    }

    static String masked(String sql) {
        return new Statements(sql).mask();
    }

    private String mask() {
        while (at < sql.length() && out.length() <= MOST_SHOWN) {
            step();
        }
        String shown = out.toString().strip();
        boolean isCut = shown.length() > MOST_SHOWN;
        return isCut ? shown.substring(0, MOST_SHOWN) + CUT : shown;
    }

    private void step() {
        char c = sql.charAt(at);
        if (c == '\'') {
            text();
        } else if (c == '"') {
            identifierInQuotes();
        } else if (c == '$') {
            dollar();
        } else if (sql.startsWith("--", at)) {
            int end = sql.indexOf('\n', at);
            at = end < 0 ? sql.length() : end;
        } else if (sql.startsWith("/*", at)) {
            comment();
        } else if (isDigit(c) || c == '.' && at + 1 < sql.length() && isDigit(sql.charAt(at + 1))) {
            number();
        } else if (isNamePart(c)) {
            name();
        } else {
            at++;
            space(c);
        }
    }

    private void space(char c) {
        if (!Character.isWhitespace(c)) {
            out.append(Character.isISOControl(c) ? '.' : c);
        } else if (!out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
            out.append(' ');
        }
    }

    /** At a quote: to the one that ends it; two of them are one of its characters. */
    private void text() {
        out.append(LITERAL);
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c == '\\' && at < sql.length() && sql.charAt(at) == '\'') {
                at = sql.length();
                out.append(CUT);
            } else if (c == '\'') {
                if (at >= sql.length() || sql.charAt(at) != '\'') {
                    return;
                }
                at++;
            }
        }
    }

    private void identifierInQuotes() {
        int end = sql.indexOf('"', at + 1);
        int next = end < 0 ? sql.length() : end + 1;
        sql.substring(at, next).chars().forEach(c -> space((char) c));
        at = next;
    }

    /** A parameter ({@code $1}), which stays, or the beginning of a text between tags. */
    private void dollar() {
        int end = at + 1;
        while (end < sql.length() && isNamePart(sql.charAt(end)) && sql.charAt(end) != '$') {
            end++;
        }
        boolean isParameter = end > at + 1 && isDigit(sql.charAt(at + 1));
        if (isParameter) {
            out.append(sql, at, end);
            at = end;
        } else if (end < sql.length() && sql.charAt(end) == '$') {
            String tag = sql.substring(at, end + 1);
            int close = sql.indexOf(tag, end + 1);
            out.append(LITERAL);
            at = close < 0 ? sql.length() : close + tag.length();
        } else if (end >= sql.length()) {
            // Cut within a tag.
            out.append(LITERAL);
            at = end;
        } else {
            out.append('$');
            at++;
        }
    }

    /** Comments of this kind are nested. */
    private void comment() {
        int depth = 0;
        do {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length());
        space(' ');
    }

    private void number() {
        out.append(LITERAL);
        while (at < sql.length() && (isNamePart(sql.charAt(at)) || sql.charAt(at) == '.' || isSignOfExponent())) {
            at++;
        }
    }

    private boolean isSignOfExponent() {
        char c = sql.charAt(at);
        char before = sql.charAt(at - 1);
        return (c == '+' || c == '-') && (before == 'e' || before == 'E');
    }

    /** A word, which may be the prefix of a text. */
    private void name() {
        int begin = at;
        while (at < sql.length() && isNamePart(sql.charAt(at))) {
            at++;
        }
        boolean isPrefix = at == begin + 1 && at < sql.length() && "eEbBxXnN".indexOf(sql.charAt(begin)) >= 0;
        if (isPrefix && sql.charAt(at) == '\'') {
            text();
        } else {
            out.append(sql, begin, at);
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || Character.isSurrogate(c);
    }
}
