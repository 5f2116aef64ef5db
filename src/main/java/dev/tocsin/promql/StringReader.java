package dev.tocsin.promql;

import dev.tocsin.promql.Lexer.Quote;
import java.io.ByteArrayOutputStream;
import java.util.function.BiFunction;

/**
 * Reads one string literal, with Go's escapes: {@code \a \b \f \n \r \t \v \\ \' \"}, octal {@code \101}, bytes
 * {@code \x41}, and code points {@code \u00e9 \U0001F514}. Bytes are UTF-8, or {@link Utf8Escapes}. One use.
 */
final class StringReader {
    private static final String SIMPLE = "abfnrtv\\";
    private static final String MEANING = "\u0007\b\f\n\r\t\u000b\\";

    private final String text;
    private final int start;
    private int at;

    StringReader(String text, int start) {
        this.text = text;
        this.start = start;
        this.at = start + 1;
    }

    /** Index after the closing quote of the literal at {@code start}, which {@link #read} has found well formed. */
    static int end(String text, int start) {
        char quote = text.charAt(start);
        int i = start + 1;
        while (text.charAt(i) != quote) {
            i += text.charAt(i) == '\\' && quote != '`' ? 2 : 1;
        }
        return i + 1;
    }

    /** @param error makes the exception for an index and a problem */
    String read(Quote kind, BiFunction<Integer, String, PromqlException> error) {
        char quote = text.charAt(start);
        if (kind == Quote.RAW) {
            int close = text.indexOf(quote, at);
            if (close < 0) {
                throw error.apply(start, "unterminated raw string, expected a closing `");
            }
            return text.substring(at, close);
        }
        StringBuilder out = new StringBuilder();
        while (true) {
            if (at >= text.length() || text.charAt(at) == '\n') {
                throw error.apply(start, "unterminated quoted string, expected a closing " + quote);
            }
            char c = text.charAt(at++);
            if (c == quote) {
                return out.toString();
            }
            if (c == '\\') {
                escape(quote, out, error);
            } else {
                out.append(c);
            }
        }
    }

    private void escape(char quote, StringBuilder out, BiFunction<Integer, String, PromqlException> error) {
        if (at >= text.length()) {
            throw error.apply(start, "unterminated quoted string, expected a closing " + quote);
        }
        char c = text.charAt(at);
        int simple = SIMPLE.indexOf(c);
        if (simple >= 0 || c == quote) {
            at++;
            out.append(c == quote ? quote : MEANING.charAt(simple));
        } else if (c == 'x' || isOctal(c)) {
            out.append(bytes(error));
        } else if (c == 'u' || c == 'U') {
            at++;
            int codePoint = digits(c == 'u' ? 4 : 8, 16, error);
            if (!Character.isValidCodePoint(codePoint) || (codePoint >= 0xd800 && codePoint < 0xe000)) {
                throw error.apply(at, "escape sequence is an invalid Unicode code point");
            }
            out.appendCodePoint(codePoint);
        } else {
            throw error.apply(at - 1, "unknown escape sequence '\\" + Character.toString(text.codePointAt(at)) + "'");
        }
    }

    /** A run of byte escapes, decoded together so that they can spell a character of several bytes. */
    private String bytes(BiFunction<Integer, String, PromqlException> error) {
        ByteArrayOutputStream run = new ByteArrayOutputStream();
        while (true) {
            int value;
            if (text.charAt(at) == 'x') {
                at++;
                value = digits(2, 16, error);
            } else {
                value = digits(3, 8, error);
                if (value > 255) {
                    throw error.apply(at, "octal escape value " + value + " > 255");
                }
            }
            run.write(value);
            boolean more = at + 1 < text.length()
                    && text.charAt(at) == '\\'
                    && (text.charAt(at + 1) == 'x' || isOctal(text.charAt(at + 1)));
            if (!more) {
                return Utf8Escapes.decode(run.toByteArray());
            }
            at++;
        }
    }

    private int digits(int count, int base, BiFunction<Integer, String, PromqlException> error) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            int digit = at < text.length() && text.charAt(at) < 128 ? Character.digit(text.charAt(at), base) : -1;
            if (digit < 0) {
                throw error.apply(
                        Math.min(at, text.length()),
                        "illegal character in escape sequence, expected " + count + " digits of base " + base);
            }
            value = value * base + digit;
            at++;
        }
        return value > Character.MAX_CODE_POINT ? Integer.MAX_VALUE : (int) value;
    }

    private static boolean isOctal(char c) {
        return c >= '0' && c <= '7';
    }
}
