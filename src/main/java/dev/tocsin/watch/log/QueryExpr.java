package dev.tocsin.watch.log;

import com.google.re2j.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a query computes for a row. Values are null (there is no such field), String, Double, Boolean, or {@link Time}. A
 * text that is a number is one wherever one is needed. A comparison with null is false, but for {@code !=}.
 */
sealed interface QueryExpr {
    /** A moment; as a number, its milliseconds since the epoch. */
    record Time(long millis) {}

    /** One row of what passes between two stages. */
    interface Row {
        /** Null where there is no such field. */
        @Nullable
        Object get(String name);

        /** The event that the row is made of; null for a row of {@code stats}. */
        @Nullable
        LogEvent event();
    }

    @Nullable
    Object of(Row row);

    /** Of {@link #of}: null, and false, are not. */
    default boolean holds(Row row) {
        return Boolean.TRUE.equals(of(row));
    }

    record Constant(Object value) implements QueryExpr {
        @Override
        public Object of(Row row) {
            return value;
        }
    }

    record Field(String name) implements QueryExpr {
        @Override
        public @Nullable Object of(Row row) {
            return row.get(name);
        }
    }

    record And(QueryExpr left, QueryExpr right) implements QueryExpr {
        @Override
        public Object of(Row row) {
            return left.holds(row) && right.holds(row);
        }
    }

    record Or(QueryExpr left, QueryExpr right) implements QueryExpr {
        @Override
        public Object of(Row row) {
            return left.holds(row) || right.holds(row);
        }
    }

    record Not(QueryExpr inner) implements QueryExpr {
        @Override
        public Object of(Row row) {
            return !inner.holds(row);
        }
    }

    /** @param op one of {@code = != < <= > >=} */
    record Compare(String op, QueryExpr left, QueryExpr right) implements QueryExpr {
        @Override
        public Object of(Row row) {
            Object a = left.of(row);
            Object b = right.of(row);
            if (a == null || b == null) {
                return op.equals("!=") && !Objects.equals(a, b);
            }
            int order = compare(a, b);
            return switch (op) {
                case "=" -> order == 0;
                case "!=" -> order != 0;
                case "<" -> order < 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                default -> order >= 0;
            };
        }
    }

    /** Whether the text has a match of the expression in it. */
    record Like(QueryExpr text, Pattern pattern, Literal literal) implements QueryExpr {
        /** Looks for the expression's literal texts first, where the whole event is meant. Confined to one thread. */
        record Literal(@Nullable PatternSet whole) {}

        @Override
        public Object of(Row row) {
            LogEvent event = row.event();
            if (literal.whole != null && event != null) {
                return literal.whole.find(event) != 0;
            }
            Object value = text.of(row);
            return value != null && pattern.matcher(shown(value)).find();
        }
    }

    record In(QueryExpr value, List<QueryExpr> list) implements QueryExpr {
        @Override
        public Object of(Row row) {
            Object found = value.of(row);
            if (found == null) {
                return false;
            }
            for (QueryExpr each : list) {
                Object candidate = each.of(row);
                if (candidate != null && compare(found, candidate) == 0) {
                    return true;
                }
            }
            return false;
        }
    }

    /** @param op one of {@code + - * /} */
    record Arithmetic(char op, QueryExpr left, QueryExpr right) implements QueryExpr {
        @Override
        public @Nullable Object of(Row row) {
            Object a = left.of(row);
            Object b = right.of(row);
            double x = number(a);
            double y = number(b);
            double result = switch (op) {
                case '+' -> x + y;
                case '-' -> x - y;
                case '*' -> x * y;
                default -> x / y;
            };
            if (Double.isNaN(result)) {
                return null;
            }
            boolean moment = a instanceof Time != b instanceof Time && (op == '+' || op == '-');
            return moment ? (Object) new Time((long) result) : (Object) result;
        }
    }

    /** The start of the interval of this length that the moment lies in. */
    record Bin(QueryExpr moment, long millis) implements QueryExpr {
        @Override
        public @Nullable Object of(Row row) {
            double time = number(moment.of(row));
            return Double.isNaN(time) ? null : new Time(Math.floorDiv((long) time, millis) * millis);
        }
    }

    record IsPresent(QueryExpr inner) implements QueryExpr {
        @Override
        public Object of(Row row) {
            return inner.of(row) != null;
        }
    }

    /** NaN for what is no number. */
    static double number(@Nullable Object value) {
        return switch (value) {
            case Double number -> number;
            case Time time -> time.millis;
            case String text -> parsed(text);
            case null, default -> Double.NaN;
        };
    }

    private static double parsed(String text) {
        if (text.isEmpty() || text.charAt(text.length() - 1) > '9' || text.length() > 40) {
            return Double.NaN;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** As numbers where both are, else as texts. */
    static int compare(Object a, Object b) {
        double x = number(a);
        double y = number(b);
        return Double.isNaN(x) || Double.isNaN(y) ? shown(a).compareTo(shown(b)) : Double.compare(x, y);
    }

    /** As text: whole numbers without a fraction, moments in ISO 8601. */
    static String shown(Object value) {
        return switch (value) {
            case Double number ->
                number == Math.rint(number) && Math.abs(number) < 1e15
                        ? Long.toString(number.longValue())
                        : number.toString();
            case Time time -> Instant.ofEpochMilli(time.millis).toString();
            default -> value.toString();
        };
    }
}
