package dev.tocsin.promql;

import org.jspecify.annotations.Nullable;

/** The binary operators, by how tightly they bind. */
public enum BinaryOp {
    OR("or", 1),
    AND("and", 2),
    UNLESS("unless", 2),
    EQUAL("==", 3),
    NOT_EQUAL("!=", 3),
    LESS_EQUAL("<=", 3),
    LESS("<", 3),
    GREATER_EQUAL(">=", 3),
    GREATER(">", 3),
    ADD("+", 4),
    SUB("-", 4),
    MUL("*", 5),
    DIV("/", 5),
    MOD("%", 5),
    ATAN2("atan2", 5),
    POW("^", 6);

    private final String symbol;
    private final int precedence;

    BinaryOp(String symbol, int precedence) {
        this.symbol = symbol;
        this.precedence = precedence;
    }

    /** As written in an expression. */
    public String symbol() {
        return symbol;
    }

    /** Higher binds tighter. */
    int precedence() {
        return precedence;
    }

    boolean isRightAssociative() {
        return this == POW;
    }

    /** Whether it filters, or says 0 or 1 with {@code bool}. */
    public boolean isComparison() {
        return precedence == 3;
    }

    /** Whether it takes and leaves whole elements: {@code and}, {@code or}, {@code unless}. */
    public boolean isSetOperator() {
        return precedence <= 2;
    }

    static @Nullable BinaryOp of(Token token) {
        return switch (token.type()) {
            case ADD -> ADD;
            case SUB -> SUB;
            case MUL -> MUL;
            case DIV -> DIV;
            case MOD -> MOD;
            case POW -> POW;
            case EQUAL -> EQUAL;
            case NOT_EQUAL -> NOT_EQUAL;
            case LESS -> LESS;
            case LESS_EQUAL -> LESS_EQUAL;
            case GREATER -> GREATER;
            case GREATER_EQUAL -> GREATER_EQUAL;
            case IDENTIFIER ->
                switch (token.keyword()) {
                    case "or" -> OR;
                    case "and" -> AND;
                    case "unless" -> UNLESS;
                    case "atan2" -> ATAN2;
                    default -> null;
                };
            default -> null;
        };
    }

    /** The operator on two numbers; a comparison gives 1 or 0. Special cases as in Go's {@code math} package. */
    double apply(double a, double b) {
        return switch (this) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MOD -> a % b;
            case POW -> a == 1 || (a == -1 && Double.isInfinite(b)) ? 1 : Math.pow(a, b);
            case ATAN2 -> Math.atan2(a, b);
            case EQUAL -> a == b ? 1 : 0;
            case NOT_EQUAL -> a != b ? 1 : 0;
            case LESS -> a < b ? 1 : 0;
            case LESS_EQUAL -> a <= b ? 1 : 0;
            case GREATER -> a > b ? 1 : 0;
            case GREATER_EQUAL -> a >= b ? 1 : 0;
            case OR, AND, UNLESS -> throw new IllegalStateException(symbol + " has no meaning on numbers");
        };
    }
}
