package dev.tocsin.promql;

import dev.tocsin.promql.VectorMatching.Cardinality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens to an expression, by precedence climbing. {@code x offset 5m}, {@code x @ t} and {@code x[5m]} bind tightest,
 * then {@code ^}, then a sign, then the other operators by {@link BinaryOp#precedence}. One use, one thread.
 */
final class Parser {
    /**
     * How deep an expression may be. Parsing, checking, printing and evaluating all recurse; what a level costs of the
     * stack differs, so levels weigh: something in parentheses {@link #NESTING}, one more operator in a row 1. At this
     * depth none of them comes near the end of a 512 KiB stack, interpreted as it may be.
     */
    static final int MAX_DEPTH = 512;

    private static final int NESTING = 4;

    private static final int SIGN_PRECEDENCE = BinaryOp.MUL.precedence();

    /** Keywords that cannot name a metric without quotes. */
    private static final Set<String> RESERVED = Set.of("bool", "on", "ignoring", "group_left", "group_right", "atan2");

    /** Whether a metric of this name must be quoted: {@code {"bool"}}. */
    static boolean isReserved(String name) {
        String keyword = name.toLowerCase(Locale.ROOT);
        return RESERVED.contains(keyword) || keyword.equals("inf") || keyword.equals("nan");
    }

    private final TokenStream tokens;
    private final SelectorParser selectors;
    private final boolean experimental;
    private int depth;

    Parser(List<Token> tokens, boolean experimental) {
        this.tokens = new TokenStream(tokens);
        this.selectors = new SelectorParser(this.tokens);
        this.experimental = experimental;
    }

    /** The whole text as one expression. */
    Expr whole() {
        if (tokens.at(TokenType.END)) {
            throw tokens.error("no expression found in input");
        }
        Expr expr = expression(0);
        if (!tokens.at(TokenType.END)) {
            throw tokens.unexpectedAfterOperand("an operator or the end of the expression");
        }
        return expr;
    }

    private void descend(int weight) {
        depth += weight;
        if (depth > MAX_DEPTH) {
            throw tokens.error("the expression is nested too deeply, expected at most " + MAX_DEPTH / NESTING
                    + " levels, or " + MAX_DEPTH + " operators in a row");
        }
    }

    private Expr expression(int lowest) {
        int before = depth;
        descend(NESTING);
        Expr left = signed();
        while (true) {
            BinaryOp op = BinaryOp.of(tokens.peek());
            if (op == null || op.precedence() < lowest) {
                depth = before;
                return left;
            }
            // Each operator of a chain makes the tree one level deeper on its left side.
            descend(1);
            tokens.next();
            left = binary(op, left);
        }
    }

    private Expr signed() {
        Token sign = tokens.peek();
        if (sign.type() != TokenType.SUB && sign.type() != TokenType.ADD) {
            return selectors.modifiers(primary());
        }
        tokens.next();
        boolean negative = sign.type() == TokenType.SUB;
        Expr operand = expression(SIGN_PRECEDENCE + 1);
        Span span = sign.span().to(operand.span());
        if (operand instanceof Expr.NumberLiteral number) {
            return new Expr.NumberLiteral(negative ? -number.value() : number.value(), number.duration(), span);
        }
        return new Expr.Unary(negative, operand, span);
    }

    private Expr binary(BinaryOp op, Expr left) {
        boolean bool = tokens.skipKeyword("bool");
        VectorMatching matching = matching();
        Expr right = expression(op.isRightAssociative() ? op.precedence() : op.precedence() + 1);
        Span span = left.span().to(right.span());
        return TypeCheck.binary(op, left, right, bool, matching, span);
    }

    private VectorMatching matching() {
        boolean on = tokens.atKeyword("on");
        if (!on && !tokens.atKeyword("ignoring")) {
            return VectorMatching.DEFAULT;
        }
        tokens.next();
        List<String> labels = selectors.labelList();
        boolean left = tokens.atKeyword("group_left");
        if (!left && !tokens.atKeyword("group_right")) {
            return new VectorMatching(Cardinality.ONE_TO_ONE, on, labels, List.of());
        }
        tokens.next();
        List<String> include = tokens.at(TokenType.LEFT_PAREN) ? selectors.labelList() : List.of();
        return new VectorMatching(left ? Cardinality.MANY_TO_ONE : Cardinality.ONE_TO_MANY, on, labels, include);
    }

    private Expr primary() {
        Token token = tokens.peek();
        return switch (token.type()) {
            case NUMBER -> number(tokens.next());
            case DURATION -> new Expr.NumberLiteral(tokens.durationMillis() / 1e3, true, token.span());
            case STRING -> {
                tokens.next();
                yield new Expr.StringLiteral(token.text(), token.span());
            }
            case LEFT_PAREN -> {
                tokens.next();
                Expr inner = expression(0);
                if (!tokens.at(TokenType.RIGHT_PAREN)) {
                    throw tokens.unexpectedAfterOperand("\")\" or an operator");
                }
                Token close = tokens.next();
                yield new Expr.Paren(inner, token.span().to(close.span()));
            }
            case LEFT_BRACE -> selectors.selector(null);
            case IDENTIFIER -> named(token);
            default -> throw tokens.unexpected("an expression");
        };
    }

    private static Expr number(Token token) {
        double value = NumberLiterals.value(token.text());
        if (Double.isInfinite(value) && !token.text().equalsIgnoreCase("inf")) {
            throw PromqlException.parse(
                    token.span(), "number out of range: \"" + token.text() + "\", expected at most 1.8e308, or Inf");
        }
        return new Expr.NumberLiteral(value, false, token.span());
    }

    private Expr named(Token name) {
        String keyword = name.keyword();
        boolean called = tokens.peekAfter().type() == TokenType.LEFT_PAREN;
        AggregateOp aggregate = AggregateOp.of(keyword);
        String after = tokens.peekAfter().keyword();
        if (aggregate != null && (called || after.equals("by") || after.equals("without"))) {
            return aggregate(aggregate);
        }
        if (RESERVED.contains(keyword)) {
            throw tokens.unexpected("an expression");
        }
        if (!called || keyword.equals("by") || keyword.equals("without") || keyword.equals("offset")) {
            tokens.next();
            return selectors.selector(name);
        }
        return call(name);
    }

    private Expr call(Token name) {
        Function function = Functions.find(name.text());
        if (function == null) {
            throw PromqlException.parse(
                    name.span(),
                    "unknown function with name \"" + name.text() + "\"" + NearMiss.hint(name.text(), callables()));
        }
        if (function.experimental() && !experimental) {
            throw PromqlException.parse(
                    name.span(),
                    "function \"" + function.name()
                            + "\" is not enabled: it is experimental in Prometheus, expected a stable one");
        }
        tokens.next();
        List<Expr> args = arguments();
        return new Expr.Call(
                function, List.copyOf(args), name.span().to(tokens.previous().span()));
    }

    private static List<String> callables() {
        List<String> names = new ArrayList<>();
        Functions.all().forEach(f -> names.add(f.name()));
        for (AggregateOp op : AggregateOp.values()) {
            names.add(op.symbol());
        }
        return names;
    }

    private Expr aggregate(AggregateOp op) {
        Token name = tokens.next();
        if (op.isExperimental() && !(experimental && op == AggregateOp.LIMITK)) {
            throw PromqlException.parse(
                    name.span(),
                    op.symbol() + "() is experimental and must be enabled with "
                            + "--enable-feature=promql-experimental-functions");
        }
        Grouping grouping = grouping();
        if (!tokens.at(TokenType.LEFT_PAREN)) {
            throw tokens.unexpected("\"(\" and the expression to aggregate");
        }
        List<Expr> args = arguments();
        if (grouping == null) {
            grouping = grouping();
        }
        Span span = name.span().to(tokens.previous().span());
        Grouping labels = grouping == null ? new Grouping(List.of(), false) : grouping;
        return TypeCheck.aggregate(op, args, labels.labels(), labels.without(), span);
    }

    private record Grouping(List<String> labels, boolean without) {}

    private @Nullable Grouping grouping() {
        boolean without = tokens.atKeyword("without");
        if (!without && !tokens.atKeyword("by")) {
            return null;
        }
        tokens.next();
        return new Grouping(selectors.labelList(), without);
    }

    private List<Expr> arguments() {
        tokens.expect(TokenType.LEFT_PAREN, "\"(\"");
        List<Expr> args = new ArrayList<>();
        if (tokens.skip(TokenType.RIGHT_PAREN)) {
            return args;
        }
        while (true) {
            args.add(expression(0));
            if (tokens.skip(TokenType.RIGHT_PAREN)) {
                return args;
            }
            if (!tokens.skip(TokenType.COMMA)) {
                throw tokens.unexpectedAfterOperand("\",\", \")\" or an operator");
            }
            if (tokens.at(TokenType.RIGHT_PAREN)) {
                throw tokens.error("trailing commas not allowed in function call args");
            }
        }
    }
}
