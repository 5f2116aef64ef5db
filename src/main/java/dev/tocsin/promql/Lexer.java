package dev.tocsin.promql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Text to tokens. Braces and brackets change what characters mean (inside braces a name has no colon; inside brackets a
 * colon stands alone), so the lexer keeps track of them. One use, one thread.
 */
final class Lexer {
    private static final int EOF = -1;

    private final String text;
    private final int[] lineStarts;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private boolean inBraces;
    private boolean inBrackets;

    private Lexer(String text) {
        this.text = text;
        this.lineStarts = lineStarts(text);
    }

    /** All tokens, the last of them {@link TokenType#END}. */
    static List<Token> tokens(String text) {
        Lexer lexer = new Lexer(text);
        while (lexer.next()) {}
        return lexer.tokens;
    }

    private static int[] lineStarts(String text) {
        int[] starts = new int[8];
        int n = 1;
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
            if (n == starts.length) {
                starts = Arrays.copyOf(starts, n * 2);
            }
            starts[n++] = i + 1;
        }
        return Arrays.copyOf(starts, n);
    }

    private Span span(int start, int end) {
        int found = Arrays.binarySearch(lineStarts, start);
        int line = found >= 0 ? found : -found - 2;
        return new Span(start, end, line + 1, start - lineStarts[line] + 1);
    }

    private int peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : EOF;
    }

    private boolean add(TokenType type, int length) {
        tokens.add(new Token(type, text.substring(at, at + length), span(at, at + length)));
        at += length;
        return true;
    }

    private PromqlException error(int start, String problem) {
        return PromqlException.parse(span(start, Math.min(text.length(), start + 1)), problem);
    }

    /** Reads one token; false once the end has been added. */
    private boolean next() {
        skipBlanksAndComments();
        int c = peek(0);
        if (c == EOF) {
            tokens.add(new Token(TokenType.END, "", span(at, at)));
            return false;
        }
        if (c == '"' || c == '\'' || c == '`') {
            int start = at;
            String value = new StringReader(text, start).read(c == '`' ? Quote.RAW : Quote.ESCAPED, this::error);
            at = StringReader.end(text, start);
            tokens.add(new Token(TokenType.STRING, value, span(start, at)));
            return true;
        }
        return inBraces ? insideBraces(c) : outsideBraces(c);
    }

    private boolean insideBraces(int c) {
        if (isNameStart(c)) {
            return add(TokenType.IDENTIFIER, nameLength(false));
        }
        return switch (c) {
            case ',' -> add(TokenType.COMMA, 1);
            case '=' -> peek(1) == '~' ? add(TokenType.MATCH_REGEX, 2) : add(TokenType.ASSIGN, 1);
            case '!' -> bang();
            case '}' -> {
                inBraces = false;
                yield add(TokenType.RIGHT_BRACE, 1);
            }
            case '{' -> throw error(at, "unexpected left brace \"{\" inside braces");
            default -> throw error(at, "unexpected character inside braces: " + show(c));
        };
    }

    private boolean outsideBraces(int c) {
        if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
            return number();
        }
        if (isNameStart(c) || (c == ':' && !inBrackets)) {
            int length = nameLength(!inBrackets);
            String name = text.substring(at, at + length);
            boolean number = name.equalsIgnoreCase("inf") || name.equalsIgnoreCase("nan");
            return add(number ? TokenType.NUMBER : TokenType.IDENTIFIER, length);
        }
        return switch (c) {
            case '(' -> add(TokenType.LEFT_PAREN, 1);
            case ')' -> add(TokenType.RIGHT_PAREN, 1);
            case ',' -> add(TokenType.COMMA, 1);
            case ':' -> add(TokenType.COLON, 1);
            case '@' -> add(TokenType.AT, 1);
            case '+' -> add(TokenType.ADD, 1);
            case '-' -> add(TokenType.SUB, 1);
            case '*' -> add(TokenType.MUL, 1);
            case '/' -> add(TokenType.DIV, 1);
            case '%' -> add(TokenType.MOD, 1);
            case '^' -> add(TokenType.POW, 1);
            case '<' -> peek(1) == '=' ? add(TokenType.LESS_EQUAL, 2) : add(TokenType.LESS, 1);
            case '>' -> peek(1) == '=' ? add(TokenType.GREATER_EQUAL, 2) : add(TokenType.GREATER, 1);
            case '=' -> {
                if (peek(1) == '=') {
                    yield add(TokenType.EQUAL, 2);
                }
                yield peek(1) == '~' ? add(TokenType.MATCH_REGEX, 2) : add(TokenType.ASSIGN, 1);
            }
            case '!' -> bang();
            case '{' -> {
                inBraces = true;
                yield add(TokenType.LEFT_BRACE, 1);
            }
            case '[' -> {
                if (inBrackets) {
                    throw error(at, "unexpected left bracket \"[\" inside brackets");
                }
                inBrackets = true;
                yield add(TokenType.LEFT_BRACKET, 1);
            }
            case ']' -> {
                inBrackets = false;
                yield add(TokenType.RIGHT_BRACKET, 1);
            }
            case '}' -> throw error(at, "unexpected right brace \"}\"");
            default -> throw error(at, "unexpected character: " + show(text.codePointAt(at)));
        };
    }

    private boolean bang() {
        return switch (peek(1)) {
            case '=' -> add(TokenType.NOT_EQUAL, 2);
            case '~' -> add(TokenType.NOT_MATCH_REGEX, 2);
            case EOF -> throw error(at, "unexpected end of input after \"!\", expected \"!=\" or \"!~\"");
            default ->
                throw error(
                        at,
                        "unexpected character after \"!\": " + show(text.codePointAt(at + 1))
                                + ", expected \"!=\" or \"!~\"");
        };
    }

    /**
     * A number, or a duration where letters of units follow its digits: {@code 12 1.5e-3 .5 0x1F 017 1_000 5m 1h30m}.
     */
    private boolean number() {
        int end = at;
        while (end < text.length() && isNumberPart(end)) {
            end++;
        }
        String word = text.substring(at, end);
        if (NumberLiterals.isNumber(word)) {
            return add(TokenType.NUMBER, word.length());
        }
        if (NumberLiterals.isDuration(word)) {
            return add(TokenType.DURATION, word.length());
        }
        throw PromqlException.parse(
                span(at, end),
                "bad number or duration syntax: \"" + word + "\", expected something like 12.5 or 1h30m");
    }

    private boolean isNumberPart(int i) {
        char c = text.charAt(i);
        if (isDigit(c) || isNameStart(c) || c == '.') {
            return true;
        }
        char before = text.charAt(i - 1 < at ? at : i - 1);
        boolean hexadecimal = at + 1 < text.length() && (text.charAt(at + 1) | 0x20) == 'x';
        return (c == '+' || c == '-') && (before == 'e' || before == 'E') && !hexadecimal;
    }

    private void skipBlanksAndComments() {
        while (true) {
            int c = peek(0);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else if (c == '#') {
                int line = text.indexOf('\n', at);
                at = line < 0 ? text.length() : line;
            } else {
                return;
            }
        }
    }

    private int nameLength(boolean colons) {
        int end = at;
        while (end < text.length()
                && (isNameStart(text.charAt(end))
                        || isDigit(text.charAt(end))
                        || (colons && text.charAt(end) == ':'))) {
            end++;
        }
        return end - at;
    }

    private static boolean isNameStart(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static String show(int c) {
        return "'" + Character.toString(c) + "'";
    }

    /** How a string literal is to be read. */
    enum Quote {
        RAW,
        ESCAPED
    }
}
