package dev.tocsin.promql;

import java.math.BigDecimal;

/** Numbers as Prometheus writes and reads them, which is as Go does. */
public final class PromNumber {
    private PromNumber() {}

    /** The shortest decimal that reads back as {@code v}, never with an exponent: as in the HTTP API's answers. */
    public static String format(double v) {
        if (Double.isNaN(v)) {
            return "NaN";
        }
        if (Double.isInfinite(v)) {
            return v > 0 ? "+Inf" : "-Inf";
        }
        if (v == Math.rint(v) && Math.abs(v) < 1e15) {
            return v == 0 && 1 / v < 0 ? "-0" : Long.toString((long) v);
        }
        return new BigDecimal(Double.toString(v)).stripTrailingZeros().toPlainString();
    }

    /** As Go's {@code %g} or {@code %v}: with an exponent below 1e-4 and from 1e21 (or 1e6 for {@code %g}) on. */
    static String formatGeneral(double v) {
        double magnitude = Math.abs(v);
        if (v == 0 || Double.isNaN(v) || Double.isInfinite(v) || (magnitude >= 1e-4 && magnitude < 1e6)) {
            return format(v);
        }
        BigDecimal decimal = new BigDecimal(Double.toString(v)).stripTrailingZeros();
        String digits = decimal.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        StringBuilder out = new StringBuilder(v < 0 ? "-" : "").append(digits.charAt(0));
        if (digits.length() > 1) {
            out.append('.').append(digits, 1, digits.length());
        }
        out.append('e').append(exponent < 0 ? '-' : '+');
        return (Math.abs(exponent) < 10 ? out.append('0') : out)
                .append(Math.abs(exponent))
                .toString();
    }

    /**
     * Reads a number as Prometheus reads a bucket's {@code le}: decimal, or an infinity or NaN in any case and with
     * any sign.
     *
     * @throws NumberFormatException where it is none
     */
    public static double parse(String text) {
        int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        String body = text.substring(sign);
        if (body.equalsIgnoreCase("inf") || body.equalsIgnoreCase("infinity")) {
            return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (sign == 0 && body.equalsIgnoreCase("nan")) {
            return Double.NaN;
        }
        // Java takes more than Go does: a trailing d or f, blanks around.
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (!(c >= '0' && c <= '9') && c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-') {
                throw new NumberFormatException("not a number: \"" + text + "\"");
            }
        }
        return Double.parseDouble(text);
    }
}
