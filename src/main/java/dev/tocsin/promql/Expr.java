package dev.tocsin.promql;

import dev.tocsin.core.Matcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parsed and type-checked expression. Its {@code toString} gives its canonical text, which parses to an equal
 * expression (but for positions). Immutable.
 */
public sealed interface Expr {
    /** Where it stands in the text that was parsed. */
    Span span();

    ExprType type();

    /** @param duration whether it was written as a duration; then {@code value} is in seconds */
    record NumberLiteral(double value, boolean duration, Span span) implements Expr {
        @Override
        public ExprType type() {
            return ExprType.SCALAR;
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    record StringLiteral(String value, Span span) implements Expr {
        @Override
        public ExprType type() {
            return ExprType.STRING;
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /**
     * @param name the metric name where one is given; empty otherwise
     * @param matchers all conditions, that on the name included
     */
    record VectorSelector(String name, List<Matcher> matchers, Shift shift, Span span) implements Expr {
        @Override
        public ExprType type() {
            return ExprType.VECTOR;
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** @param vector carries the shift */
    record MatrixSelector(VectorSelector vector, long rangeMillis, Span span) implements Expr {
        @Override
        public ExprType type() {
            return ExprType.MATRIX;
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** @param stepMillis 0 where the default step is to be taken */
    record Subquery(Expr expr, long rangeMillis, long stepMillis, Shift shift, Span span) implements Expr {
        @Override
        public ExprType type() {
            return ExprType.MATRIX;
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** @param negative minus, or plus */
    record Unary(boolean negative, Expr expr, Span span) implements Expr {
        @Override
        public ExprType type() {
            return expr.type();
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** @param matching null unless both sides are vectors */
    record Binary(
            BinaryOp op,
            Expr left,
            Expr right,
            boolean bool,
            @Nullable VectorMatching matching,
            Span span) implements Expr {
        @Override
        public ExprType type() {
            boolean scalar = left.type() == ExprType.SCALAR && right.type() == ExprType.SCALAR;
            return scalar ? ExprType.SCALAR : ExprType.VECTOR;
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /**
     * @param param of {@code topk}, {@code quantile}, {@code count_values}, …; null for the others
     * @param without whether {@code grouping} are the labels that go, or those that stay
     */
    record Aggregate(AggregateOp op, @Nullable Expr param, Expr expr, List<String> grouping, boolean without, Span span)
            implements Expr {
        @Override
        public ExprType type() {
            return ExprType.VECTOR;
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    record Call(Function function, List<Expr> args, Span span) implements Expr {
        @Override
        public ExprType type() {
            return function.returns();
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    record Paren(Expr expr, Span span) implements Expr {
        @Override
        public ExprType type() {
            return expr.type();
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }

    /** The expression inside any parentheses. */
    default Expr unwrapped() {
        Expr e = this;
        while (e instanceof Paren paren) {
            e = paren.expr();
        }
        return e;
    }
}
