package dev.tocsin.promql;

import java.util.stream.Collectors;

/** Expressions laid out over lines for people: whatever fits on one line stays on it, anything longer is indented. */
final class PrettyPrinter {
    private static final int LINE = 100;
    private static final String INDENT = "  ";

    private PrettyPrinter() {}

    static String print(Expr expr) {
        return at(0, expr);
    }

    private static String at(int level, Expr expr) {
        String indent = INDENT.repeat(level);
        String line = expr.toString();
        if (line.length() <= LINE) {
            return indent + line;
        }
        return switch (expr) {
            case Expr.Binary b ->
                at(level + 1, b.left()) + "\n" + indent + Printer.operator(b) + "\n" + at(level + 1, b.right());
            case Expr.Aggregate a ->
                indent + Printer.aggregateHead(a) + "(\n"
                        + (a.param() == null ? "" : at(level + 1, a.param()) + ",\n")
                        + at(level + 1, a.expr()) + "\n" + indent + ")";
            case Expr.Call c ->
                c.args().stream()
                        .map(arg -> at(level + 1, arg))
                        .collect(Collectors.joining(",\n", indent + c.function().name() + "(\n", "\n" + indent + ")"));
            case Expr.Paren p -> indent + "(\n" + at(level + 1, p.expr()) + "\n" + indent + ")";
            case Expr.Unary u ->
                indent + (u.negative() ? "-" : "+") + at(level, u.expr()).stripLeading();
            case Expr.Subquery s -> at(level, s.expr()) + Printer.subquerySuffix(s);
            case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.VectorSelector _, Expr.MatrixSelector _ ->
                indent + line;
        };
    }
}
