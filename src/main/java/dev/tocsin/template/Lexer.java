package dev.tocsin.template;

import dev.tocsin.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Text to tokens. Outside of {@code {{ }}} everything is text; a dash beside a delimiter trims the white space of the
 * text it faces; an action that holds nothing but a C comment is left out. Used by one thread, once.
 */
final class Lexer {
    private static final Set<String> KEYWORDS =
            Set.of("block", "break", "continue", "define", "else", "end", "if", "range", "template", "with");
    private static final String SPACE = " \t\r\n";

    private final String name;
    private final String input;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private boolean trimNext;
    private int parenDepth;

    Lexer(String name, String input) {
        this.name = name;
        this.input = input;
    }

    List<Token> tokens() {
        while (position < input.length()) {
            int open = input.indexOf("{{", position);
            int end = open < 0 ? input.length() : open;
            text(end);
            position = end;
            if (open >= 0) {
                action(open);
            }
        }
        tokens.add(new Token(Kind.END, "", input.length(), true));
        return tokens;
    }

    private void text(int end) {
        int from = position;
        int to = end;
        if (trimNext) {
            while (from < to && isSpace(input.charAt(from))) {
                from++;
            }
        }
        boolean trimsBefore =
                input.startsWith("{{-", end) && end + 3 < input.length() && isSpace(input.charAt(end + 3));
        if (trimsBefore) {
            while (to > from && isSpace(input.charAt(to - 1))) {
                to--;
            }
        }
        trimNext = false;
        if (to > from) {
            tokens.add(new Token(Kind.TEXT, input.substring(from, to), from, false));
        }
    }

    private void action(int open) {
        position = open + 2;
        if (input.startsWith("-", position) && position + 1 < input.length() && isSpace(input.charAt(position + 1))) {
            position++;
        }
        if (comment(open)) {
            return;
        }
        tokens.add(new Token(Kind.LEFT_DELIMITER, "{{", open, false));
        parenDepth = 0;
        boolean space = false;
        while (true) {
            if (position >= input.length()) {
                throw error(open, "unclosed action");
            }
            if (closes()) {
                if (parenDepth > 0) {
                    throw error(position, "unclosed left paren");
                }
                tokens.add(new Token(Kind.RIGHT_DELIMITER, "}}", position, space));
                skipRightDelimiter();
                return;
            }
            if (isSpace(input.charAt(position))) {
                position++;
                space = true;
            } else {
                item(space);
                space = false;
            }
        }
    }

    /** Skips a comment, which must fill its action. */
    private boolean comment(int open) {
        // After a trimming dash stands one white space, then the comment.
        int start = position > open + 2 ? position + 1 : position;
        if (!input.startsWith("/*", start)) {
            return false;
        }
        int close = input.indexOf("*/", start + 2);
        if (close < 0) {
            throw error(start, "unclosed comment");
        }
        position = close + 2;
        if (!closes()) {
            throw error(start, "comment ends before closing delimiter");
        }
        skipRightDelimiter();
        return true;
    }

    /** Whether the action ends here: with {@code }}}, or with white space and {@code -}}}. */
    private boolean closes() {
        return input.startsWith("}}", position) || closesTrimming();
    }

    private boolean closesTrimming() {
        return position < input.length() && isSpace(input.charAt(position)) && input.startsWith("-}}", position + 1);
    }

    private void skipRightDelimiter() {
        trimNext = closesTrimming();
        position += trimNext ? 4 : 2;
    }

    private void item(boolean space) {
        int start = position;
        char c = input.charAt(position);
        switch (c) {
            case '|' -> add(Kind.PIPE, start, start + 1, space);
            case ',' -> add(Kind.COMMA, start, start + 1, space);
            case '=' -> add(Kind.ASSIGN, start, start + 1, space);
            case '(' -> {
                parenDepth++;
                add(Kind.LEFT_PAREN, start, start + 1, space);
            }
            case ')' -> {
                if (--parenDepth < 0) {
                    throw error(start, "unexpected right paren");
                }
                add(Kind.RIGHT_PAREN, start, start + 1, space);
            }
            case ':' -> {
                if (!input.startsWith(":=", start)) {
                    throw error(start, "expected :=");
                }
                add(Kind.DECLARE, start, start + 2, space);
            }
            case '"' -> quoted('"', Kind.STRING, "unterminated quoted string", space);
            case '\'' -> quoted('\'', Kind.CHARACTER, "unterminated character constant", space);
            case '`' -> rawString(space);
            case '$' -> word(Kind.VARIABLE, start, space);
            case '.' -> {
                char next = start + 1 < input.length() ? input.charAt(start + 1) : ' ';
                if (next >= '0' && next <= '9') {
                    number(space);
                } else if (isWord(next)) {
                    word(Kind.FIELD, start, space);
                } else {
                    add(Kind.DOT, start, start + 1, space);
                }
            }
            default -> {
                if (c == '+' || c == '-' || (c >= '0' && c <= '9')) {
                    number(space);
                } else if (isWord(c)) {
                    word(Kind.IDENTIFIER, start, space);
                } else {
                    throw error(
                            start, String.format("unrecognized character in action: U+%04X", input.codePointAt(start)));
                }
            }
        }
    }

    private void word(Kind kind, int start, boolean space) {
        int end = start + (kind == Kind.IDENTIFIER ? 0 : 1);
        while (end < input.length() && isWord(input.charAt(end))) {
            end++;
        }
        requireTerminator(end);
        String text = input.substring(start, end);
        Kind exact = kind != Kind.IDENTIFIER
                ? kind
                : KEYWORDS.contains(text)
                        ? Kind.KEYWORD
                        : text.equals("true") || text.equals("false")
                                ? Kind.BOOLEAN
                                : text.equals("nil") ? Kind.NIL : Kind.IDENTIFIER;
        add(exact, start, end, space);
    }

    private void requireTerminator(int end) {
        if (end < input.length()
                && !isSpace(input.charAt(end))
                && ".,|:)(".indexOf(input.charAt(end)) < 0
                && !input.startsWith("}}", end)) {
            int c = input.codePointAt(end);
            throw error(end, String.format("bad character U+%04X '%s'", c, Character.toString(c)));
        }
    }

    private void number(boolean space) {
        int start = position;
        int end = start;
        if (input.charAt(end) == '+' || input.charAt(end) == '-') {
            end++;
        }
        while (end < input.length()) {
            char c = input.charAt(end);
            boolean exponentSign =
                    (c == '+' || c == '-') && "eEpP".indexOf(input.charAt(end - 1)) >= 0 && !isHex(start, end);
            if (!isWord(c) && c != '.' && !exponentSign) {
                break;
            }
            end++;
        }
        add(Kind.NUMBER, start, end, space);
    }

    private boolean isHex(int start, int end) {
        return input.substring(start, end).toLowerCase(java.util.Locale.ROOT).contains("0x")
                && "eE".indexOf(input.charAt(end - 1)) >= 0;
    }

    private void quoted(char quote, Kind kind, String unterminated, boolean space) {
        int start = position;
        int end = start + 1;
        while (end < input.length() && input.charAt(end) != quote) {
            if (input.charAt(end) == '\n') {
                throw error(start, unterminated);
            }
            end += input.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= input.length()) {
            throw error(start, unterminated);
        }
        add(kind, start, end + 1, space);
    }

    private void rawString(boolean space) {
        int end = input.indexOf('`', position + 1);
        if (end < 0) {
            throw error(position, "unterminated raw quoted string");
        }
        add(Kind.RAW_STRING, position, end + 1, space);
    }

    private void add(Kind kind, int start, int end, boolean space) {
        tokens.add(new Token(kind, input.substring(start, end), start, space));
        position = end;
    }

    private TemplateException error(int offset, String reason) {
        return Positions.error(name, input, offset, reason);
    }

    private static boolean isSpace(char c) {
        return SPACE.indexOf(c) >= 0;
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }
}
