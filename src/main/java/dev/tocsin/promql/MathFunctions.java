package dev.tocsin.promql;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Functions of one number, with Go's special cases. */
final class MathFunctions {
    private static final double LN_2 = Math.log(2);

    private static final Map<String, DoubleUnaryOperator> ALL = Map.ofEntries(
            Map.entry("abs", Math::abs),
            Map.entry("acos", Math::acos),
            Map.entry("acosh", MathFunctions::acosh),
            Map.entry("asin", Math::asin),
            Map.entry("asinh", MathFunctions::asinh),
            Map.entry("atan", Math::atan),
            Map.entry("atanh", MathFunctions::atanh),
            Map.entry("ceil", Math::ceil),
            Map.entry("cos", Math::cos),
            Map.entry("cosh", Math::cosh),
            Map.entry("deg", v -> v * 180 / Math.PI),
            Map.entry("exp", Math::exp),
            Map.entry("floor", Math::floor),
            Map.entry("ln", Math::log),
            Map.entry("log10", Math::log10),
            Map.entry("log2", MathFunctions::log2),
            Map.entry("rad", v -> v * Math.PI / 180),
            Map.entry("sgn", Math::signum),
            Map.entry("sin", Math::sin),
            Map.entry("sinh", Math::sinh),
            Map.entry("sqrt", Math::sqrt),
            Map.entry("tan", Math::tan),
            Map.entry("tanh", Math::tanh));

    private MathFunctions() {}

    static @Nullable DoubleUnaryOperator find(String name) {
        return ALL.get(name);
    }

    /** Exact for powers of two. */
    private static double log2(double v) {
        int exponent = Math.getExponent(v);
        boolean normal = v > 0 && exponent >= Double.MIN_EXPONENT && exponent <= Double.MAX_EXPONENT;
        return normal ? exponent + Math.log(Math.scalb(v, -exponent)) / LN_2 : Math.log(v) / LN_2;
    }

    private static double asinh(double v) {
        double a = Math.abs(v);
        double result = a > 1e8 ? Math.log(a) + LN_2 : Math.log1p(a + a * a / (1 + Math.sqrt(1 + a * a)));
        return Math.copySign(result, v);
    }

    private static double acosh(double v) {
        if (v > 1e8) {
            return Math.log(v) + LN_2;
        }
        double above = v - 1;
        return above < 0 ? Double.NaN : Math.log1p(above + Math.sqrt(2 * above + above * above));
    }

    private static double atanh(double v) {
        double a = Math.abs(v);
        return Math.copySign(a > 1 ? Double.NaN : 0.5 * Math.log1p(2 * a / (1 - a)), v);
    }
}
