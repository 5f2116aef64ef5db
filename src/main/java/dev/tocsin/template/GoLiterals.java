package dev.tocsin.template;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Go's literals: text, characters, numbers. */
final class GoLiterals {
    private GoLiterals() {}

    /**
     * The value of text in double or single quotes.
     *
     * @throws IllegalArgumentException where an escape is none of Go's
     */
    static String unquote(String literal) {
        char quote = literal.charAt(0);
        // Escapes \x and \NNN are bytes, so the value is gathered in UTF-8.
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        int end = literal.length() - 1;
        int i = 1;
        while (i < end) {
            int c = literal.codePointAt(i);
            if (c != '\\') {
                append(bytes, c);
                i += Character.charCount(c);
                continue;
            }
            if (i + 1 >= end) {
                throw new IllegalArgumentException("a backslash with nothing after it");
            }
            char escape = literal.charAt(i + 1);
            i += 2;
            switch (escape) {
                case 'a' -> bytes.write(7);
                case 'b' -> bytes.write('\b');
                case 'f' -> bytes.write('\f');
                case 'n' -> bytes.write('\n');
                case 'r' -> bytes.write('\r');
                case 't' -> bytes.write('\t');
                case 'v' -> bytes.write(11);
                case '\\' -> bytes.write('\\');
                case 'x' -> {
                    bytes.write(digits(literal, i, end, 2, 16));
                    i += 2;
                }
                case 'u', 'U' -> {
                    int length = escape == 'u' ? 4 : 8;
                    append(bytes, digits(literal, i, end, length, 16));
                    i += length;
                }
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    bytes.write(digits(literal, i - 1, end, 3, 8));
                    i += 2;
                }
                default -> {
                    if (escape != quote) {
                        throw new IllegalArgumentException("unknown escape \\" + escape);
                    }
                    bytes.write(quote);
                }
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("escapes do not make valid UTF-8", e);
        }
    }

    private static void append(java.io.ByteArrayOutputStream bytes, int codePoint) {
        bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
    }

    private static int digits(String literal, int from, int end, int length, int radix) {
        try {
            int value = from + length <= end ? Integer.parseUnsignedInt(literal, from, from + length, radix) : -1;
            if (value >= 0 && value <= (radix == 8 ? 255 : Character.MAX_CODE_POINT)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("bad digits after a backslash");
    }

    /**
     * A whole number as {@link Long}; one with a point or an exponent as {@link Double}.
     *
     * @throws NumberFormatException where it is no number of Go's
     */
    static Object number(String literal) {
        String text = literal.toLowerCase(Locale.ROOT);
        if (text.contains("__") || text.endsWith("_") || text.endsWith("i")) {
            throw new NumberFormatException(literal);
        }
        text = text.replace("_", "");
        boolean hex = text.contains("0x");
        if (text.contains(".") || (hex ? text.contains("p") : text.contains("e"))) {
            // Java reads 1f and 1d as numbers, Go does not.
            if (!hex && (text.endsWith("f") || text.endsWith("d"))) {
                throw new NumberFormatException(literal);
            }
            return Double.parseDouble(text);
        }
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        BigInteger magnitude = switch (digits.length() > 1 && digits.charAt(0) == '0' ? digits.charAt(1) : ' ') {
            case 'x' -> magnitude(digits.substring(2), 16);
            case 'b' -> magnitude(digits.substring(2), 2);
            case 'o' -> magnitude(digits.substring(2), 8);
            default -> magnitude(digits, digits.length() > 1 && digits.startsWith("0") ? 8 : 10);
        };
        BigInteger value = negative ? magnitude.negate() : magnitude;
        if (value.bitLength() > 63) {
            throw new NumberFormatException("integer overflow: " + literal);
        }
        return value.longValue();
    }

    private static BigInteger magnitude(String digits, int radix) {
        if (digits.startsWith("-") || digits.startsWith("+") || digits.length() > 100) {
            throw new NumberFormatException(digits);
        }
        return new BigInteger(digits, radix);
    }
}
