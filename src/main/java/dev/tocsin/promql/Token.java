package dev.tocsin.promql;

import java.util.Locale;

/**
 * A piece of the text.
 *
 * @param text as written; of a string what stands between the quotes, unescaped
 */
record Token(TokenType type, String text, Span span) {
    /** The name in lower case, as keywords are compared; empty for anything but an identifier. */
    String keyword() {
        return type == TokenType.IDENTIFIER ? text.toLowerCase(Locale.ROOT) : "";
    }

    /** How error messages call what was found. */
    String found() {
        return switch (type) {
            case END -> "unexpected end of input";
            case IDENTIFIER -> "unexpected identifier \"" + text + "\"";
            case NUMBER -> "unexpected number \"" + text + "\"";
            case DURATION -> "unexpected duration \"" + text + "\"";
            case STRING -> "unexpected string " + Printer.quote(text);
            default -> "unexpected " + type.words();
        };
    }
}
