package dev.tocsin.promql;

import dev.tocsin.promql.VectorMatching.Cardinality;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refuses expressions whose parts do not fit together, in Prometheus' words. */
final class TypeCheck {
    private TypeCheck() {}

    /** Makes a binary expression, with what its parts say about matching settled. */
    static Expr binary(BinaryOp op, Expr left, Expr right, boolean bool, VectorMatching matching, Span span) {
        if (bool && !op.isComparison()) {
            throw PromqlException.parse(span, "bool modifier can only be used on comparison operators");
        }
        ExprType l = left.type();
        ExprType r = right.type();
        if (notNumeric(l) || notNumeric(r)) {
            Expr culprit = notNumeric(l) ? left : right;
            throw PromqlException.parse(
                    culprit.span(),
                    "binary expression must contain only scalar and instant vector types, got "
                            + culprit.type().words());
        }
        boolean vectors = l == ExprType.VECTOR && r == ExprType.VECTOR;
        if (op.isComparison() && !bool && l == ExprType.SCALAR && r == ExprType.SCALAR) {
            throw PromqlException.parse(
                    span, "comparisons between scalars must use BOOL modifier, expected " + op.symbol() + " bool");
        }
        if (!vectors) {
            if (op.isSetOperator()) {
                throw PromqlException.parse(
                        span,
                        "set operator \"" + op.symbol()
                                + "\" not allowed in binary scalar expression, expected instant vectors");
            }
            if (!matching.labels().isEmpty()) {
                throw PromqlException.parse(span, "vector matching only allowed between instant vectors");
            }
            return new Expr.Binary(op, left, right, bool, null, span);
        }
        for (String label : matching.labels()) {
            if (matching.on() && matching.include().contains(label)) {
                throw PromqlException.parse(
                        span, "label \"" + label + "\" must not occur in ON and GROUP clause at once");
            }
        }
        if (op.isSetOperator()) {
            if (matching.cardinality() != Cardinality.ONE_TO_ONE) {
                throw PromqlException.parse(span, "no grouping allowed for \"" + op.symbol() + "\" operation");
            }
            return new Expr.Binary(op, left, right, bool, matching.withCardinality(Cardinality.MANY_TO_MANY), span);
        }
        return new Expr.Binary(op, left, right, bool, matching, span);
    }

    private static boolean notNumeric(ExprType type) {
        return type != ExprType.SCALAR && type != ExprType.VECTOR;
    }

    /** Makes an aggregation of the arguments in its parentheses. */
    static Expr aggregate(AggregateOp op, List<Expr> args, List<String> grouping, boolean without, Span span) {
        int expected = op.param() == null ? 1 : 2;
        if (args.isEmpty()) {
            throw PromqlException.parse(span, "no arguments for aggregate expression provided");
        }
        if (args.size() != expected) {
            throw PromqlException.parse(
                    span,
                    "wrong number of arguments for aggregate expression provided, expected " + expected + ", got "
                            + args.size());
        }
        @Nullable Expr param = expected == 2 ? args.getFirst() : null;
        return new Expr.Aggregate(op, param, args.getLast(), grouping, without, span);
    }

    /** Checks the types of all arguments and operands, from the outermost expression in. */
    static void check(Expr expr) {
        switch (expr) {
            case Expr.Paren p -> check(p.expr());
            case Expr.Binary b -> {
                check(b.left());
                check(b.right());
            }
            case Expr.Unary u -> {
                if (notNumeric(u.expr().type())) {
                    throw PromqlException.parse(
                            u.span(),
                            "unary expression only allowed on expressions of type scalar or instant vector, got \""
                                    + u.expr().type().words() + "\"");
                }
                check(u.expr());
            }
            case Expr.Subquery s -> {
                if (s.expr().type() != ExprType.VECTOR) {
                    throw PromqlException.parse(
                            s.expr().span(),
                            "subquery is only allowed on instant vector, got "
                                    + s.expr().type().words() + " instead");
                }
                check(s.expr());
            }
            case Expr.Aggregate a -> {
                if (a.param() != null && a.op().param() != null) {
                    expect(a.param(), a.op().param(), "aggregation parameter");
                    check(a.param());
                }
                expect(a.expr(), ExprType.VECTOR, "aggregation expression");
                check(a.expr());
            }
            case Expr.Call c -> call(c);
            case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.VectorSelector _, Expr.MatrixSelector _ -> {}
        }
    }

    private static void call(Expr.Call call) {
        Function function = call.function();
        int count = call.args().size();
        if (count < function.fewestArgs() || count > function.mostArgs()) {
            boolean exact = function.fewestArgs() == function.mostArgs();
            boolean few = count < function.fewestArgs();
            String bound = exact ? "" : few ? "at least " : "at most ";
            throw PromqlException.parse(
                    call.span(),
                    "expected " + bound + (few ? function.fewestArgs() : function.mostArgs())
                            + " argument(s) in call to \"" + function.name() + "\", got " + count);
        }
        for (int i = 0; i < count; i++) {
            Expr arg = call.args().get(i);
            expect(arg, function.argType(i), "call to function \"" + function.name() + "\"");
            check(arg);
        }
    }

    private static void expect(Expr expr, ExprType type, String context) {
        if (expr.type() != type) {
            throw PromqlException.parse(
                    expr.span(),
                    "expected type " + type.words() + " in " + context + ", got "
                            + expr.type().words());
        }
    }
}
