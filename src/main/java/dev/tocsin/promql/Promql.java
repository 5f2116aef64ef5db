package dev.tocsin.promql;

import dev.tocsin.core.Matcher;
import java.util.List;

/** The way in: text to {@link Expr}. Stateless; callable from any thread. */
public final class Promql {
    /** Longest text that is parsed, in characters. */
    public static final int MAX_LENGTH = 256 * 1024;

    private Promql() {}

    /** What Prometheus keeps behind feature flags. */
    public enum Experimental {
        REFUSED,
        ALLOWED
    }

    /**
     * Parses and type-checks an expression of stable PromQL.
     *
     * @throws PromqlException of kind PARSE
     */
    public static Expr parse(String text) {
        return parse(text, Experimental.REFUSED);
    }

    /** @throws PromqlException of kind PARSE */
    public static Expr parse(String text, Experimental experimental) {
        Expr expr = parser(text, experimental).whole();
        TypeCheck.check(expr);
        return expr;
    }

    /**
     * Parses a series selector without modifiers, as {@code match[]} of the HTTP API takes it.
     *
     * @throws PromqlException of kind PARSE
     */
    public static List<Matcher> parseSelector(String text) {
        Expr expr = parse(text);
        if (expr instanceof Expr.VectorSelector selector && selector.shift().equals(Shift.NONE)) {
            return selector.matchers();
        }
        throw PromqlException.parse(
                expr.span(), "expected a series selector like up{job=\"x\"}, found another expression");
    }

    /** The expression for people to read: over several lines where it is long. It parses to the same. */
    public static String pretty(Expr expr) {
        return PrettyPrinter.print(expr);
    }

    private static Parser parser(String text, Experimental experimental) {
        if (text.length() > MAX_LENGTH) {
            throw PromqlException.parse(
                    Span.NONE,
                    "the expression is " + text.length() + " characters long, expected at most " + MAX_LENGTH);
        }
        return new Parser(Lexer.tokens(text), experimental == Experimental.ALLOWED);
    }
}
