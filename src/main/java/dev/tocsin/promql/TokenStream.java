package dev.tocsin.promql;

import java.util.List;

/** The tokens and a place among them. One use, one thread. */
final class TokenStream {
    /** Words that may follow an operand, or the name of an aggregation. */
    private static final List<String> AFTER_OPERAND = List.of(
            "and",
            "or",
            "unless",
            "atan2",
            "offset",
            "by",
            "without",
            "bool",
            "on",
            "ignoring",
            "group_left",
            "group_right");

    /** Anything is near to a word of two letters. */
    private static final int SHORTEST_MISSPELT = 3;

    private final List<Token> tokens;
    private int next;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(next);
    }

    Token peekAfter() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    Token previous() {
        return tokens.get(Math.max(0, next - 1));
    }

    Token next() {
        Token token = peek();
        if (token.type() != TokenType.END) {
            next++;
        }
        return token;
    }

    boolean at(TokenType type) {
        return peek().type() == type;
    }

    boolean atKeyword(String keyword) {
        return peek().keyword().equals(keyword);
    }

    boolean skip(TokenType type) {
        boolean found = at(type);
        if (found) {
            next();
        }
        return found;
    }

    boolean skipKeyword(String keyword) {
        boolean found = atKeyword(keyword);
        if (found) {
            next();
        }
        return found;
    }

    Token expect(TokenType type, String expected) {
        if (!at(type)) {
            throw unexpected(expected);
        }
        return next();
    }

    PromqlException unexpected(String expected) {
        return error(peek().found() + ", expected " + expected);
    }

    /** As {@link #unexpected}, after an operand: a word is perhaps one of those that may follow, misspelt. */
    PromqlException unexpectedAfterOperand(String expected) {
        Token found = peek();
        boolean misspelt = found.type() == TokenType.IDENTIFIER
                && found.text().length() >= SHORTEST_MISSPELT
                && !AFTER_OPERAND.contains(found.keyword());
        return error(found.found() + ", expected " + expected
                + (misspelt ? NearMiss.hint(found.text(), AFTER_OPERAND) : ""));
    }

    PromqlException error(String problem) {
        return PromqlException.parse(peek().span(), problem);
    }

    /** Takes a duration ({@code 5m}). */
    long durationMillis() {
        Token token = next();
        try {
            return NumberLiterals.durationMillis(token.text());
        } catch (IllegalArgumentException e) {
            throw PromqlException.parse(token.span(), String.valueOf(e.getMessage()));
        }
    }

    /** Takes a duration, or a number of seconds, with a sign where {@code signed}. */
    long durationOrSecondsMillis(boolean signed, String expected) {
        boolean negative = signed && at(TokenType.SUB);
        if (negative || (signed && at(TokenType.ADD))) {
            next();
        }
        Token token = peek();
        long millis;
        if (token.type() == TokenType.DURATION) {
            millis = durationMillis();
        } else if (token.type() == TokenType.NUMBER) {
            next();
            double exact = NumberLiterals.value(token.text()) * 1000;
            if (!(Math.abs(exact) < MAX_DURATION_MILLIS)) {
                throw PromqlException.parse(token.span(), "duration out of range: " + token.text());
            }
            millis = Math.round(exact);
        } else {
            throw unexpected(expected);
        }
        return negative ? -millis : millis;
    }

    /** As in Prometheus, whose durations are 64-bit nanoseconds: about 292 years. */
    private static final double MAX_DURATION_MILLIS = Long.MAX_VALUE / 1e6;
}
