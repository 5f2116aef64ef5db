package dev.tocsin.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floating-point numbers as Go's {@code strconv.FormatFloat} writes them: exact decimal expansion, ties to even, exponents
 * of at least two digits.
 */
final class GoNumber {
    /** As many digits as tell the number from its neighbours. */
    static final int SHORTEST = -1;

    private GoNumber() {}

    /**
     * @param verb e, f or g
     * @param precision digits after the point (e, f) or significant digits (g), or {@link #SHORTEST}
     */
    static String format(double value, char verb, int precision) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
        double magnitude = Math.abs(value);
        if (Double.isInfinite(magnitude)) {
            return sign.isEmpty() ? "+Inf" : "-Inf";
        }
        Decimal exact = precision == SHORTEST ? shortest(magnitude) : Decimal.of(new BigDecimal(magnitude));
        return sign
                + switch (verb) {
                    case 'e' -> {
                        Decimal d = precision < 0 ? exact : exact.significant(precision + 1);
                        yield d.exponential(precision < 0 ? d.digits.length() - 1 : precision);
                    }
                    case 'f' -> {
                        Decimal d = precision < 0 ? exact : exact.places(precision);
                        yield d.plain(precision < 0 ? Math.max(d.digits.length() - d.point, 0) : precision);
                    }
                    default -> general(exact, precision);
                };
    }

    private static String general(Decimal exact, int precision) {
        int digits = precision == 0 ? 1 : precision;
        Decimal d = precision < 0 ? exact : exact.significant(digits);
        int length = d.digits.length();
        int threshold = digits;
        if (threshold > length && length >= d.point) {
            threshold = length;
        }
        if (precision < 0) {
            threshold = 6;
        }
        int exponent = d.point - 1;
        return exponent < -4 || exponent >= threshold
                ? d.exponential(length - 1)
                : d.plain(Math.max(length - d.point, 0));
    }

    private static Decimal shortest(double magnitude) {
        Decimal d = Decimal.of(new BigDecimal(Double.toString(magnitude)));
        // Java never gives less than two digits; of the smallest numbers one is enough.
        Decimal one = d.significant(1);
        return d.digits.length() == 2 && Double.parseDouble(one.exponential(0)) == magnitude ? one : d;
    }

    /**
     * A magnitude as 0.DIGITS × 10^point.
     *
     * @param digits without trailing zeros; "0" for zero, with point 1
     */
    private record Decimal(String digits, int point) {
        static Decimal of(BigDecimal value) {
            if (value.signum() == 0) {
                return new Decimal("0", 1);
            }
            BigDecimal stripped = value.stripTrailingZeros();
            return new Decimal(stripped.unscaledValue().toString(), stripped.precision() - stripped.scale());
        }

        private BigDecimal value() {
            return new BigDecimal(new java.math.BigInteger(digits), digits.length() - point);
        }

        Decimal significant(int count) {
            return digits.length() <= count ? this : of(value().round(new MathContext(count, RoundingMode.HALF_EVEN)));
        }

        Decimal places(int count) {
            return digits.length() - point <= count ? this : of(value().setScale(count, RoundingMode.HALF_EVEN));
        }

        String exponential(int places) {
            StringBuilder out = new StringBuilder();
            out.append(digits.charAt(0));
            if (places > 0) {
                out.append('.').append(digits, 1, Math.min(digits.length(), places + 1));
                out.repeat('0', Math.max(0, places + 1 - digits.length()));
            }
            int exponent = point - 1;
            out.append('e').append(exponent < 0 ? '-' : '+');
            int size = Math.abs(exponent);
            return out.append(size < 10 ? "0" : "").append(size).toString();
        }

        String plain(int places) {
            StringBuilder out = new StringBuilder();
            if (point <= 0) {
                out.append('0');
            } else {
                out.append(digits, 0, Math.min(point, digits.length()));
                out.repeat('0', Math.max(0, point - digits.length()));
            }
            if (places > 0) {
                out.append('.');
                for (int i = 0; i < places; i++) {
                    int digit = point + i;
                    out.append(digit >= 0 && digit < digits.length() ? digits.charAt(digit) : '0');
                }
            }
            return out.toString();
        }
    }
}
