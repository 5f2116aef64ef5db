package dev.tocsin.web;

import dev.tocsin.promql.PromNumber;
import java.math.BigDecimal;

/**
 * Sample values as Prometheus' JSON writes them: the shortest decimal that reads back the same, plain between 1e-6 and
 * 1e21, with an exponent of at least two digits outside. (Prometheus, {@code jsonutil.MarshalFloat}.)
 */
final class PromFloat {
    private PromFloat() {}

    static String format(double v) {
        double magnitude = Math.abs(v);
        if (v == 0 || !Double.isFinite(v) || (magnitude >= 1e-6 && magnitude < 1e21)) {
            return PromNumber.format(v);
        }
        BigDecimal decimal = new BigDecimal(Double.toString(magnitude)).stripTrailingZeros();
        String digits = decimal.unscaledValue().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return (v < 0 ? "-" : "")
                + digits.charAt(0)
                + fraction
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    /** Milliseconds as seconds, with three decimals unless whole. */
    static String seconds(long millis) {
        long magnitude = Math.abs(millis);
        long fraction = magnitude % 1_000;
        String whole = (millis < 0 ? "-" : "") + magnitude / 1_000;
        return fraction == 0
                ? whole
                : whole + "." + Long.toString(1_000 + fraction).substring(1);
    }
}
