package dev.tocsin.rule;

import dev.tocsin.promql.BinaryOp;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ExprType;
import java.util.List;

/** Expressions without the comparisons in them. Stateless. */
final class Comparisons {
    private Comparisons() {}

    /**
     * The expression as it would be if none of its filtering comparisons filtered: with the same label sets, whatever
     * the values. Where that cannot be said (a comparison of vectors that changes labels), it stays.
     */
    static Expr takenAway(Expr expr) {
        return switch (expr) {
            case Expr.Paren paren -> {
                Expr inner = takenAway(paren.expr());
                yield inner.equals(paren.expr()) ? paren : new Expr.Paren(inner, paren.span());
            }
            case Expr.Binary binary -> binary(binary);
            case Expr.Unary unary -> new Expr.Unary(unary.negative(), takenAway(unary.expr()), unary.span());
            case Expr.Aggregate a ->
                new Expr.Aggregate(a.op(), a.param(), takenAway(a.expr()), a.grouping(), a.without(), a.span());
            case Expr.Call call -> {
                List<Expr> args =
                        call.args().stream().map(Comparisons::takenAway).toList();
                yield new Expr.Call(call.function(), args, call.span());
            }
            case Expr.Subquery s ->
                new Expr.Subquery(takenAway(s.expr()), s.rangeMillis(), s.stepMillis(), s.shift(), s.span());
            case Expr.NumberLiteral ignored -> expr;
            case Expr.StringLiteral ignored -> expr;
            case Expr.VectorSelector ignored -> expr;
            case Expr.MatrixSelector ignored -> expr;
        };
    }

    private static Expr binary(Expr.Binary binary) {
        if (binary.op() == BinaryOp.UNLESS) {
            return takenAway(binary.left());
        }
        Expr left = takenAway(binary.left());
        Expr right = takenAway(binary.right());
        if (!binary.op().isComparison() || binary.bool()) {
            return new Expr.Binary(binary.op(), left, right, binary.bool(), binary.matching(), binary.span());
        }
        if (binary.matching() == null) {
            return binary.left().type() == ExprType.SCALAR ? right : left;
        }
        boolean keepsLabels = !binary.matching().on()
                && binary.matching().labels().isEmpty()
                && binary.matching().include().isEmpty();
        return keepsLabels ? left : binary;
    }

    /** Whether {@code absent} or {@code absent_over_time} stands in it. */
    static boolean asksForAbsence(Expr expr) {
        return switch (expr) {
            case Expr.Paren paren -> asksForAbsence(paren.expr());
            case Expr.Binary binary -> asksForAbsence(binary.left()) || asksForAbsence(binary.right());
            case Expr.Unary unary -> asksForAbsence(unary.expr());
            case Expr.Aggregate aggregate -> asksForAbsence(aggregate.expr());
            case Expr.Call call ->
                call.function().name().startsWith("absent")
                        || call.args().stream().anyMatch(Comparisons::asksForAbsence);
            case Expr.Subquery subquery -> asksForAbsence(subquery.expr());
            case Expr.NumberLiteral ignored -> false;
            case Expr.StringLiteral ignored -> false;
            case Expr.VectorSelector ignored -> false;
            case Expr.MatrixSelector ignored -> false;
        };
    }
}
