package dev.tocsin.promql;

import com.google.re2j.Pattern;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.promql.Value.MatrixSeries;
import dev.tocsin.promql.Value.MatrixValue;
import dev.tocsin.promql.Value.ScalarValue;
import dev.tocsin.promql.Value.StringValue;
import dev.tocsin.promql.Value.VectorSample;
import dev.tocsin.promql.Value.VectorValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * One {@code eval} of a script.
 *
 * @param stepMillis 0 for an instant query at {@code startMillis}
 */
record ScriptEval(String expression, long startMillis, long endMillis, long stepMillis, Expectation expected) {
    /** Relative tolerance, as in Prometheus' own runner. */
    private static final double EPSILON = 1e-6;

    /** What the lines below an eval say. */
    static final class Expectation {
        private static final java.util.regex.Pattern LINE =
                java.util.regex.Pattern.compile("expect\\s+(\\w+)(?:\\s+(msg|regex):\\s*(.*))?");
        private static final java.util.regex.Pattern RANGE_VECTOR = java.util.regex.Pattern.compile(
                "expect\\s+range\\s+vector\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)");

        private boolean fail;
        private boolean ordered;
        private boolean noWarn;
        private boolean noInfo;
        private final List<Pattern> failures = new ArrayList<>();
        private final List<Pattern> warnings = new ArrayList<>();
        private final List<Pattern> infos = new ArrayList<>();
        private String string;
        private long[] rangeVector;
        private Double scalar;
        private final List<SeriesNotation> series = new ArrayList<>();

        /** The variants before {@code expect} lines: {@code eval_fail}, {@code eval_ordered}, … */
        void deprecated(String suffix) {
            switch (suffix) {
                case "_fail" -> fail = true;
                case "_ordered" -> ordered = true;
                case "_warn" -> warnings.add(Pattern.compile(""));
                case "_info" -> infos.add(Pattern.compile(""));
                case null -> {}
                default -> throw new IllegalArgumentException("no command eval" + suffix);
            }
        }

        void add(String line) {
            if (line.startsWith("expected_fail_message")) {
                failures.add(
                        exact(line.substring("expected_fail_message".length()).strip()));
            } else if (line.startsWith("expected_fail_regexp")) {
                failures.add(Pattern.compile(
                        line.substring("expected_fail_regexp".length()).strip()));
            } else if (line.startsWith("expect ")) {
                expect(line);
            } else if (series.isEmpty() && line.matches("[-+]?(?i:inf|nan|[0-9.][0-9.eE+-]*)")) {
                scalar = PromNumber.parse(line);
            } else {
                series.add(SeriesNotation.parse(line));
            }
        }

        private void expect(String line) {
            if (line.startsWith("expect string ")) {
                string = ((Expr.StringLiteral) Promql.parse(line.substring("expect string ".length()))).value();
                return;
            }
            Matcher range = RANGE_VECTOR.matcher(line);
            if (range.matches()) {
                rangeVector = new long[] {
                    PromqlScript.time(range.group(1)),
                    PromqlScript.time(range.group(2)),
                    PromqlScript.time(range.group(3))
                };
                return;
            }
            Matcher m = LINE.matcher(line);
            if (!m.matches()) {
                throw new IllegalArgumentException("not an expectation: " + line);
            }
            Pattern pattern = m.group(2) == null
                    ? Pattern.compile("")
                    : m.group(2).equals("msg") ? exact(unquoted(m.group(3))) : Pattern.compile(unquoted(m.group(3)));
            switch (m.group(1)) {
                case "fail" -> {
                    fail = true;
                    failures.add(pattern);
                }
                case "warn" -> warnings.add(pattern);
                case "info" -> infos.add(pattern);
                case "no_warn" -> noWarn = true;
                case "no_info" -> noInfo = true;
                case "ordered" -> ordered = true;
                default -> throw new IllegalArgumentException("not an expectation: " + line);
            }
        }

        private static Pattern exact(String text) {
            return Pattern.compile("^" + Pattern.quote(text) + "$");
        }

        private static String unquoted(String text) {
            boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
            return quoted ? text.substring(1, text.length() - 1) : text;
        }
    }

    /** What did not hold, or nothing. */
    String run(MemorySource source) {
        Evaluator evaluator = new Evaluator(source, QueryLimits.DEFAULT);
        QueryResult result;
        try {
            Expr expr = Promql.parse(expression, Promql.Experimental.ALLOWED);
            result = stepMillis == 0
                    ? evaluator.instant(expr, startMillis, QueryOptions.DEFAULT)
                    : evaluator.range(expr, startMillis, endMillis, stepMillis, QueryOptions.DEFAULT);
            String problem = check(result);
            return problem.isEmpty() && stepMillis == 0 ? asRange(evaluator, expr, result) : problem;
        } catch (PromqlException e) {
            if (!expected.fail) {
                return "expected a result, got the error: " + e.getMessage();
            }
            boolean matches = expected.failures.stream()
                    .allMatch(p -> p.matcher(e.getMessage()).find());
            return matches ? "" : "expected the error " + expected.failures + ", got: " + e.getMessage();
        }
    }

    /** Whether something is expected, and a selector matches no series at all. */
    boolean lacksData(MemorySource source) {
        if (expected.fail || (expected.series.isEmpty() && expected.scalar == null)) {
            return false;
        }
        try {
            return lacksData(Promql.parse(expression, Promql.Experimental.ALLOWED), source);
        } catch (PromqlException e) {
            return false;
        }
    }

    private static boolean lacksData(Expr expr, MemorySource source) {
        return switch (expr) {
            case Expr.VectorSelector v ->
                source.select(v.matchers(), Long.MIN_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE)
                        .isEmpty();
            case Expr.MatrixSelector m -> lacksData(m.vector(), source);
            case Expr.Subquery s -> lacksData(s.expr(), source);
            case Expr.Paren p -> lacksData(p.expr(), source);
            case Expr.Unary u -> lacksData(u.expr(), source);
            case Expr.Binary b -> lacksData(b.left(), source) || lacksData(b.right(), source);
            case Expr.Aggregate a -> lacksData(a.expr(), source);
            case Expr.Call c -> c.args().stream().anyMatch(a -> lacksData(a, source));
            case Expr.NumberLiteral _, Expr.StringLiteral _ -> false;
        };
    }

    private String check(QueryResult result) {
        if (expected.fail) {
            return "expected an error, got " + show(result.value());
        }
        String annotations = annotations("warn", expected.warnings, expected.noWarn, result.warnings())
                + annotations("info", expected.infos, expected.noInfo, result.infos());
        return annotations.isEmpty() ? values(result.value()) : annotations;
    }

    private static String annotations(String kind, List<Pattern> expected, boolean none, List<String> got) {
        if (none && !got.isEmpty()) {
            return "expected no " + kind + ", got " + got + "\n";
        }
        for (Pattern p : expected) {
            if (got.stream().noneMatch(text -> p.matcher(text).find())) {
                return "expected the " + kind + " \"" + p + "\", got " + got + "\n";
            }
        }
        for (String text : got) {
            if (!expected.isEmpty()
                    && expected.stream().noneMatch(p -> p.matcher(text).find())) {
                return "expected no " + kind + " but " + expected + ", got " + got + "\n";
            }
        }
        return "";
    }

    private String values(Value value) {
        return switch (value) {
            case StringValue s -> s.value().equals(expected.string) ? "" : difference(value);
            case ScalarValue s ->
                expected.scalar != null && nearly(expected.scalar, s.value()) ? "" : difference(value);
            case VectorValue v -> vector(v) ? "" : difference(value);
            case MatrixValue m -> matrix(m) ? "" : difference(value);
        };
    }

    private boolean vector(VectorValue vector) {
        if (expected.scalar != null || vector.samples().size() != expected.series.size()) {
            return false;
        }
        for (int i = 0; i < expected.series.size(); i++) {
            SeriesNotation series = expected.series.get(i);
            VectorSample sample = expected.ordered
                    ? vector.samples().get(i)
                    : vector.samples().stream()
                            .filter(s -> s.labels().equals(series.labels()))
                            .findFirst()
                            .orElse(null);
            if (sample == null
                    || !sample.labels().equals(series.labels())
                    || sample.distribution() != null
                    || !nearly(series.values().getFirst(), sample.value())) {
                return false;
            }
        }
        return true;
    }

    private boolean matrix(MatrixValue matrix) {
        boolean raw = expected.rangeVector != null;
        long start = raw ? expected.rangeVector[0] : startMillis;
        long step = raw ? expected.rangeVector[2] : stepMillis;
        Map<Labels, Points> want = new HashMap<>();
        expected.series.forEach(s -> want.put(s.labels(), s.points(start, step)));
        want.values().removeIf(p -> p.size == 0);
        if (want.size() != matrix.series().size()) {
            return false;
        }
        for (MatrixSeries got : matrix.series()) {
            Points points = want.get(got.labels());
            if (points == null || points.size != got.points().size) {
                return false;
            }
            for (int i = 0; i < points.size; i++) {
                if (points.timeMillis[i] != got.points().timeMillis[i]
                        || got.points().distribution[i] != null
                        || !nearly(points.value[i], got.points().value[i])) {
                    return false;
                }
            }
        }
        return true;
    }

    /** An instant query must say the same as the middle step of a range query around it. */
    private String asRange(Evaluator evaluator, Expr expr, QueryResult instant) {
        boolean ofBounds = expression.matches(".*\\b(start|end|range|step)\\(\\).*");
        if (expr.type() == ExprType.STRING || expr.type() == ExprType.MATRIX || expected.ordered || ofBounds) {
            return "";
        }
        QueryResult range =
                evaluator.range(expr, startMillis - 60_000, startMillis + 60_000, 60_000, QueryOptions.DEFAULT);
        Map<Labels, Double> middle = new HashMap<>();
        for (MatrixSeries s : ((MatrixValue) range.value()).series()) {
            for (int i = 0; i < s.points().size; i++) {
                if (s.points().timeMillis[i] == startMillis) {
                    middle.put(s.labels(), s.points().value[i]);
                }
            }
        }
        Map<Labels, Double> want = new HashMap<>();
        switch (instant.value()) {
            case ScalarValue s -> want.put(Labels.EMPTY, s.value());
            case VectorValue v -> v.samples().forEach(s -> want.put(s.labels(), s.value()));
            default -> throw new IllegalStateException();
        }
        boolean same = want.keySet().equals(middle.keySet())
                && want.entrySet().stream().allMatch(e -> nearly(e.getValue(), middle.get(e.getKey())));
        return same ? "" : "expected " + want + " in the middle of a range query too, got " + middle;
    }

    static boolean nearly(double a, double b) {
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Double.isNaN(a) && Double.isNaN(b);
        }
        if (a == b) {
            return true;
        }
        double difference = Math.abs(a - b);
        double total = Math.abs(a) + Math.abs(b);
        if (a == 0 || b == 0 || total < Double.MIN_NORMAL) {
            return difference < EPSILON * Double.MIN_NORMAL;
        }
        return difference / Math.min(total, Double.MAX_VALUE) < EPSILON;
    }

    private String difference(Value got) {
        StringBuilder want = new StringBuilder();
        if (expected.scalar != null) {
            want.append(expected.scalar);
        } else if (expected.string != null) {
            want.append(Printer.quote(expected.string));
        } else {
            expected.series.forEach(
                    s -> want.append("\n      ").append(s.labels()).append(' ').append(s.values()));
        }
        return "expected " + (want.isEmpty() ? "nothing" : want) + "\n    got " + show(got);
    }

    private static String show(Value value) {
        StringBuilder out = new StringBuilder();
        switch (value) {
            case StringValue s -> out.append(Printer.quote(s.value()));
            case ScalarValue s -> out.append(s.value());
            case VectorValue v ->
                v.samples()
                        .forEach(s -> out.append("\n      ")
                                .append(s.labels())
                                .append(' ')
                                .append(s.distribution() == null ? s.value() : s.distribution()));
            case MatrixValue m ->
                m.series().forEach(s -> {
                    out.append("\n      ").append(s.labels());
                    for (int i = 0; i < s.points().size; i++) {
                        out.append(' ').append(s.points().value[i]);
                        out.append('@').append(s.points().timeMillis[i] / 1e3);
                    }
                });
        }
        return out.isEmpty() ? "nothing" : out.toString();
    }
}
