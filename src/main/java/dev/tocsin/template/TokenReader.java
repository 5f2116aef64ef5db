package dev.tocsin.template;

import dev.tocsin.template.Token.Kind;
import java.util.List;

/** A place in a list of tokens, and the complaints about what stands there. */
final class TokenReader {
    private final String name;
    private final String text;
    private final List<Token> tokens;
    private int next;

    TokenReader(String name, String text, List<Token> tokens) {
        this.name = name;
        this.text = text;
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(Math.min(next, tokens.size() - 1));
    }

    Token peekSecond() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = peek();
        next++;
        return token;
    }

    void expect(Kind kind, String context) {
        Token token = next();
        if (token.kind() != kind) {
            throw unexpected(token, context);
        }
    }

    TemplateException unexpected(Token token, String context) {
        return error(token.offset(), "unexpected " + token.describe() + " in " + context);
    }

    TemplateException error(int offset, String reason) {
        return Positions.error(name, text, offset, reason);
    }

    /** The value of a text or character constant. */
    String unquote(Token token) {
        if (token.kind() == Kind.RAW_STRING) {
            return token.text().substring(1, token.text().length() - 1).replace("\r", "");
        }
        try {
            return GoLiterals.unquote(token.text());
        } catch (IllegalArgumentException e) {
            throw error(token.offset(), "invalid syntax in " + token.text() + ": " + e.getMessage());
        }
    }
}
