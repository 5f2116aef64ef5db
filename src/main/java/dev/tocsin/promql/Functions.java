package dev.tocsin.promql;

import static dev.tocsin.promql.ExprType.MATRIX;
import static dev.tocsin.promql.ExprType.SCALAR;
import static dev.tocsin.promql.ExprType.STRING;
import static dev.tocsin.promql.ExprType.VECTOR;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every function of PromQL by name: its shape, not its meaning. */
public final class Functions {
    private static final Map<String, Function> ALL = new LinkedHashMap<>();

    static {
        for (String name : List.of(
                "abs",
                "absent",
                "acos",
                "acosh",
                "asin",
                "asinh",
                "atan",
                "atanh",
                "ceil",
                "cos",
                "cosh",
                "deg",
                "exp",
                "floor",
                "ln",
                "log2",
                "log10",
                "rad",
                "sgn",
                "sin",
                "sinh",
                "sort",
                "sort_desc",
                "sqrt",
                "tan",
                "tanh",
                "timestamp",
                "histogram_avg",
                "histogram_count",
                "histogram_stddev",
                "histogram_stdvar",
                "histogram_sum")) {
            add(name, VECTOR, VECTOR);
        }
        for (String name : List.of(
                "absent_over_time",
                "avg_over_time",
                "changes",
                "count_over_time",
                "delta",
                "deriv",
                "idelta",
                "increase",
                "irate",
                "last_over_time",
                "max_over_time",
                "min_over_time",
                "present_over_time",
                "rate",
                "resets",
                "stddev_over_time",
                "stdvar_over_time",
                "sum_over_time")) {
            add(name, VECTOR, MATRIX);
        }
        for (String name : List.of(
                "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year")) {
            add(name, 1, VECTOR, VECTOR);
        }
        add("clamp", VECTOR, VECTOR, SCALAR, SCALAR);
        add("clamp_max", VECTOR, VECTOR, SCALAR);
        add("clamp_min", VECTOR, VECTOR, SCALAR);
        add("histogram_fraction", VECTOR, SCALAR, SCALAR, VECTOR);
        add("histogram_quantile", VECTOR, SCALAR, VECTOR);
        // Ours.
        add("completeness", VECTOR, MATRIX);
        // Experimental in Prometheus; here several percentiles of a distribution at once are everyday business.
        add("histogram_quantiles", 9, VECTOR, VECTOR, STRING, SCALAR, SCALAR);
        add("label_join", -1, VECTOR, VECTOR, STRING, STRING, STRING);
        add("label_replace", VECTOR, VECTOR, STRING, STRING, STRING, STRING);
        add("pi", SCALAR);
        add("predict_linear", VECTOR, MATRIX, SCALAR);
        add("quantile_over_time", VECTOR, SCALAR, MATRIX);
        add("round", 1, VECTOR, VECTOR, SCALAR);
        add("scalar", SCALAR, VECTOR);
        add("time", SCALAR);
        add("vector", VECTOR, SCALAR);

        for (String name : List.of(
                "first_over_time",
                "mad_over_time",
                "ts_of_first_over_time",
                "ts_of_last_over_time",
                "ts_of_max_over_time",
                "ts_of_min_over_time")) {
            addExperimental(name, 0, VECTOR, MATRIX);
        }
        for (String name : List.of("start", "end", "range", "step")) {
            addExperimental(name, 0, SCALAR);
        }
        addExperimental("double_exponential_smoothing", 0, VECTOR, MATRIX, SCALAR, SCALAR);
        addExperimental("info", 1, VECTOR, VECTOR, VECTOR);
        addExperimental("max_of", 0, SCALAR, SCALAR, SCALAR);
        addExperimental("min_of", 0, SCALAR, SCALAR, SCALAR);
        addExperimental("sort_by_label", -1, VECTOR, VECTOR, STRING);
        addExperimental("sort_by_label_desc", -1, VECTOR, VECTOR, STRING);
    }

    private Functions() {}

    private static void add(String name, ExprType returns, ExprType... args) {
        add(name, 0, returns, args);
    }

    private static void add(String name, int variadic, ExprType returns, ExprType... args) {
        ALL.put(name, new Function(name, List.of(args), variadic, returns, false));
    }

    private static void addExperimental(String name, int variadic, ExprType returns, ExprType... args) {
        ALL.put(name, new Function(name, List.of(args), variadic, returns, true));
    }

    static @Nullable Function find(String name) {
        return ALL.get(name);
    }

    /** All functions, the experimental ones too. */
    public static Collection<Function> all() {
        return Collections.unmodifiableCollection(ALL.values());
    }
}
