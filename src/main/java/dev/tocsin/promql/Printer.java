package dev.tocsin.promql;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.PromDuration;
import dev.tocsin.promql.VectorMatching.Cardinality;
import java.util.List;
import java.util.Locale;

/** Expressions to their canonical text. */
final class Printer {
    private final StringBuilder out = new StringBuilder();

    private Printer() {}

    static String print(Expr expr) {
        Printer printer = new Printer();
        printer.add(expr);
        return printer.out.toString();
    }

    private void add(Expr expr) {
        switch (expr) {
            case Expr.NumberLiteral n -> out.append(number(n));
            case Expr.StringLiteral s -> out.append(quote(s.value()));
            case Expr.VectorSelector v -> {
                add(v);
                add(v.shift());
            }
            case Expr.MatrixSelector m -> {
                add(m.vector());
                out.append('[').append(PromDuration.format(m.rangeMillis())).append(']');
                add(m.vector().shift());
            }
            case Expr.Subquery s -> {
                add(s.expr());
                addSuffix(s);
            }
            case Expr.Unary u -> {
                out.append(u.negative() ? '-' : '+');
                add(u.expr());
            }
            case Expr.Binary b -> add(b);
            case Expr.Aggregate a -> {
                addHead(a);
                out.append('(');
                if (a.param() != null) {
                    add(a.param());
                    out.append(", ");
                }
                add(a.expr());
                out.append(')');
            }
            case Expr.Call c -> {
                out.append(c.function().name()).append('(');
                String separator = "";
                for (Expr arg : c.args()) {
                    out.append(separator);
                    add(arg);
                    separator = ", ";
                }
                out.append(')');
            }
            case Expr.Paren p -> {
                out.append('(');
                add(p.expr());
                out.append(')');
            }
        }
    }

    private static String number(Expr.NumberLiteral n) {
        if (n.duration()) {
            return PromDuration.format(Math.round(n.value() * 1000));
        }
        // With a sign it would be a signed expression: +Inf ^ 2 is +(Inf ^ 2).
        return n.value() == Double.POSITIVE_INFINITY ? "Inf" : PromNumber.format(n.value());
    }

    private void add(Expr.Binary b) {
        add(b.left());
        out.append(' ');
        addOperator(b);
        out.append(' ');
        add(b.right());
    }

    /** The operator with its modifiers: {@code > bool on (a)}. */
    static String operator(Expr.Binary b) {
        Printer printer = new Printer();
        printer.addOperator(b);
        return printer.out.toString();
    }

    /** The operator with its grouping: {@code sum by (a) }. */
    static String aggregateHead(Expr.Aggregate a) {
        Printer printer = new Printer();
        printer.addHead(a);
        return printer.out.toString();
    }

    /** The range, step and modifiers: {@code [5m:1m] offset 1h}. */
    static String subquerySuffix(Expr.Subquery s) {
        Printer printer = new Printer();
        printer.addSuffix(s);
        return printer.out.toString();
    }

    private void addSuffix(Expr.Subquery s) {
        out.append('[').append(PromDuration.format(s.rangeMillis())).append(':');
        if (s.stepMillis() != 0) {
            out.append(PromDuration.format(s.stepMillis()));
        }
        out.append(']');
        add(s.shift());
    }

    private void addHead(Expr.Aggregate a) {
        out.append(a.op().symbol());
        if (a.without() || !a.grouping().isEmpty()) {
            out.append(a.without() ? " without (" : " by (");
            addLabels(a.grouping());
            out.append(") ");
        }
    }

    private void addOperator(Expr.Binary b) {
        out.append(b.op().symbol());
        if (b.bool()) {
            out.append(" bool");
        }
        VectorMatching matching = b.matching();
        if (matching != null) {
            boolean grouped = matching.isGrouped();
            if (matching.on() || !matching.labels().isEmpty() || grouped) {
                out.append(matching.on() ? " on (" : " ignoring (");
                addLabels(matching.labels());
                out.append(')');
            }
            if (grouped) {
                boolean left = matching.cardinality() == Cardinality.MANY_TO_ONE;
                out.append(left ? " group_left (" : " group_right (");
                addLabels(matching.include());
                out.append(')');
            }
        }
    }

    private void add(Expr.VectorSelector v) {
        boolean bareName = isName(v.name(), true);
        out.append(bareName ? v.name() : "");
        String separator = "{";
        if (!v.name().isEmpty() && !bareName) {
            out.append(separator).append(quote(v.name()));
            separator = ",";
        }
        for (Matcher m : v.matchers()) {
            boolean isTheName = m.name().equals(Labels.NAME) && m.op() == Matcher.Op.EQUAL;
            if (!(isTheName && !v.name().isEmpty())) {
                out.append(separator)
                        .append(label(m.name()))
                        .append(m.op().symbol())
                        .append(quote(m.value()));
                separator = ",";
            }
        }
        if (separator.equals(",")) {
            out.append('}');
        }
    }

    private void add(Shift shift) {
        switch (shift.at()) {
            case Shift.At.Time time -> {
                long millis = time.timeMillis();
                out.append(" @ ").append(millis < 0 ? "-" : "");
                long abs = Math.abs(millis);
                out.append(abs / 1000).append(String.format(Locale.ROOT, ".%03d", abs % 1000));
            }
            case Shift.At.Start _ -> out.append(" @ start()");
            case Shift.At.End _ -> out.append(" @ end()");
            case null -> {}
        }
        if (shift.offsetMillis() != 0) {
            out.append(" offset ").append(PromDuration.format(shift.offsetMillis()));
        }
    }

    private void addLabels(List<String> labels) {
        String separator = "";
        for (String label : labels) {
            out.append(separator).append(label(label));
            separator = ", ";
        }
    }

    private static String label(String name) {
        return isName(name, false) ? name : quote(name);
    }

    /** Whether a metric or label can be named so without quotes. */
    private static boolean isName(String name, boolean metric) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (metric && c == ':');
            if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
                return false;
            }
        }
        return !name.isEmpty() && !(metric && Parser.isReserved(name));
    }

    /** In double quotes, with Go's escapes for what needs one. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    boolean escaped = c < ' ' || c == 0x7f || Utf8Escapes.isByte(text, i);
                    out.append(escaped ? String.format(Locale.ROOT, "\\x%02x", c & 0xff) : Character.toString(c));
                }
            }
        }
        return out.append('"').toString();
    }
}
