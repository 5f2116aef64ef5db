package dev.tocsin.promql;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Selectors, and what follows a selector or subquery: ranges, {@code offset} and {@code @}. One use, one thread. */
final class SelectorParser {
    private final TokenStream tokens;
    /** Where the braces opened last. */
    private Span open = Span.NONE;

    SelectorParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** @param name the metric name that has just been taken, or null where the braces come first */
    Expr selector(@Nullable Token name) {
        List<Matcher> matchers = new ArrayList<>();
        String metric = name == null ? "" : name.text();
        if (tokens.at(TokenType.LEFT_BRACE)) {
            metric = braces(metric, matchers);
        }
        Span span = (name == null ? open : name.span()).to(tokens.previous().span());
        if (!metric.isEmpty()) {
            for (Matcher m : matchers) {
                if (m.name().equals(Labels.NAME)) {
                    throw PromqlException.parse(
                            span, "metric name must not be set twice: \"" + metric + "\" or \"" + m.value() + "\"");
                }
            }
            matchers.add(Matcher.equal(Labels.NAME, metric));
        }
        if (matchers.stream().allMatch(Matcher::matchesEmpty)) {
            throw PromqlException.parse(
                    span, "vector selector must contain at least one non-empty matcher, expected one like {job=\"x\"}");
        }
        return new Expr.VectorSelector(metric, List.copyOf(matchers), Shift.NONE, span);
    }

    /** @return the metric name, which may have been quoted inside the braces */
    private String braces(String metric, List<Matcher> matchers) {
        open = tokens.next().span();
        String name = metric;
        while (!tokens.skip(TokenType.RIGHT_BRACE)) {
            Token label = tokens.peek();
            if (label.type() != TokenType.IDENTIFIER && label.type() != TokenType.STRING) {
                throw tokens.unexpected("a label name or \"}\"");
            }
            tokens.next();
            boolean quotedMetric = label.type() == TokenType.STRING
                    && (tokens.at(TokenType.COMMA) || tokens.at(TokenType.RIGHT_BRACE));
            if (quotedMetric) {
                if (!name.isEmpty()) {
                    throw PromqlException.parse(
                            label.span(),
                            "metric name must not be set twice: \"" + name + "\" or \"" + label.text() + "\"");
                }
                name = label.text();
            } else {
                matchers.add(matcher(label));
            }
            if (!tokens.at(TokenType.RIGHT_BRACE)) {
                tokens.expect(TokenType.COMMA, "\",\" or \"}\"");
            }
        }
        return name;
    }

    private Matcher matcher(Token label) {
        Matcher.Op op = switch (tokens.peek().type()) {
            case ASSIGN -> Matcher.Op.EQUAL;
            case NOT_EQUAL -> Matcher.Op.NOT_EQUAL;
            case MATCH_REGEX -> Matcher.Op.MATCHES;
            case NOT_MATCH_REGEX -> Matcher.Op.NOT_MATCHES;
            default -> throw tokens.unexpected("a label matching operator, one of = != =~ !~");
        };
        tokens.next();
        Token value = tokens.expect(TokenType.STRING, "a string to match label \"" + label.text() + "\" with");
        try {
            return new Matcher(label.text(), op, value.text());
        } catch (IllegalArgumentException e) {
            throw PromqlException.parse(value.span(), String.valueOf(e.getMessage()));
        }
    }

    /** {@code (a, b)} of a grouping or matching; any word may be a label's name, and a quoted one any text. */
    List<String> labelList() {
        tokens.expect(TokenType.LEFT_PAREN, "\"(\" and label names");
        List<String> labels = new ArrayList<>();
        while (!tokens.skip(TokenType.RIGHT_PAREN)) {
            Token label = tokens.peek();
            boolean word = label.type() == TokenType.IDENTIFIER && label.text().indexOf(':') < 0;
            // The words inf and nan are numbers elsewhere.
            boolean number = label.type() == TokenType.NUMBER
                    && Character.isLetter(label.text().charAt(0));
            if (!word && !number && label.type() != TokenType.STRING) {
                throw tokens.unexpected("a label name or \")\"");
            }
            tokens.next();
            labels.add(label.text());
            if (!tokens.at(TokenType.RIGHT_PAREN)) {
                tokens.expect(TokenType.COMMA, "\",\" or \")\"");
            }
        }
        return List.copyOf(labels);
    }

    /** Takes whatever follows an operand: {@code [5m]}, {@code [5m:1m]}, {@code offset 5m}, {@code @ 12}. */
    Expr modifiers(Expr operand) {
        Expr expr = operand;
        boolean offsetSet = false;
        boolean atSet = false;
        while (true) {
            if (tokens.at(TokenType.LEFT_BRACKET)) {
                expr = range(expr);
                offsetSet = false;
                atSet = false;
            } else if (tokens.atKeyword("offset")) {
                if (offsetSet) {
                    throw tokens.error("offset may not be set multiple times");
                }
                offsetSet = true;
                Token keyword = tokens.next();
                long offset = tokens.durationOrSecondsMillis(true, "a duration like 5m");
                Shift old = shift(expr, keyword, "offset");
                expr = shifted(expr, new Shift(offset, old.at()));
            } else if (tokens.at(TokenType.AT)) {
                if (atSet) {
                    throw tokens.error("@ <timestamp> may not be set multiple times");
                }
                atSet = true;
                Token keyword = tokens.next();
                Shift old = shift(expr, keyword, "@");
                expr = shifted(expr, new Shift(old.offsetMillis(), at()));
            } else {
                return expr;
            }
        }
    }

    private Shift.At at() {
        boolean bound = tokens.atKeyword("start") || tokens.atKeyword("end");
        if (bound && tokens.peekAfter().type() == TokenType.LEFT_PAREN) {
            boolean start = tokens.next().keyword().equals("start");
            tokens.expect(TokenType.LEFT_PAREN, "\"(\"");
            tokens.expect(TokenType.RIGHT_PAREN, "\")\"");
            return start ? new Shift.At.Start() : new Shift.At.End();
        }
        return new Shift.At.Time(tokens.durationOrSecondsMillis(true, "a Unix timestamp in seconds, start() or end()"));
    }

    private Expr range(Expr expr) {
        Token bracket = tokens.next();
        long range = positive(tokens.peek(), tokens.durationOrSecondsMillis(false, "a duration like 5m"));
        if (tokens.skip(TokenType.COLON)) {
            long step = tokens.at(TokenType.RIGHT_BRACKET)
                    ? 0
                    : positive(tokens.peek(), tokens.durationOrSecondsMillis(false, "a duration like 1m or \"]\""));
            tokens.expect(TokenType.RIGHT_BRACKET, "\"]\"");
            Span span = expr.span().to(tokens.previous().span());
            return new Expr.Subquery(expr, range, step, Shift.NONE, span);
        }
        tokens.expect(TokenType.RIGHT_BRACKET, "\"]\" or \":\"");
        if (!(expr instanceof Expr.VectorSelector vector)) {
            throw PromqlException.parse(
                    bracket.span(), "ranges only allowed for vector selectors, expected [5m:] here");
        }
        if (!vector.shift().equals(Shift.NONE)) {
            String modifier = vector.shift().isFixed() ? "@" : "offset";
            throw PromqlException.parse(
                    bracket.span(),
                    "no " + modifier + " modifiers allowed before range, expected the range right after the selector");
        }
        return new Expr.MatrixSelector(
                vector, range, expr.span().to(tokens.previous().span()));
    }

    private static long positive(Token token, long millis) {
        if (millis <= 0) {
            throw PromqlException.parse(token.span(), "duration must be greater than 0");
        }
        return millis;
    }

    private static Shift shift(Expr expr, Token keyword, String modifier) {
        return switch (expr) {
            case Expr.VectorSelector v -> v.shift();
            case Expr.MatrixSelector m -> m.vector().shift();
            case Expr.Subquery s -> s.shift();
            default ->
                throw PromqlException.parse(
                        keyword.span(),
                        modifier + " modifier must be preceded by an instant vector selector or range vector selector"
                                + " or a subquery");
        };
    }

    private Expr shifted(Expr expr, Shift shift) {
        Span span = expr.span().to(tokens.previous().span());
        return switch (expr) {
            case Expr.VectorSelector v -> new Expr.VectorSelector(v.name(), v.matchers(), shift, span);
            case Expr.MatrixSelector m -> {
                Expr.VectorSelector v = m.vector();
                yield new Expr.MatrixSelector(
                        new Expr.VectorSelector(v.name(), v.matchers(), shift, v.span()), m.rangeMillis(), span);
            }
            case Expr.Subquery s -> new Expr.Subquery(s.expr(), s.rangeMillis(), s.stepMillis(), shift, span);
            default -> expr;
        };
    }
}
