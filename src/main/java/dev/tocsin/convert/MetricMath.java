package dev.tocsin.convert;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CloudWatch's metric math, as far as it is arithmetic: {@code 100 * errors / requests}. No state. */
final class MetricMath {
    private static final Pattern ARITHMETIC = Pattern.compile("[\\w.+\\-*/()\\s]+");
    private static final Pattern ID = Pattern.compile("[a-zA-Z_]\\w*");

    private MetricMath() {}

    /**
     * @param operands PromQL of each id, without labels in its answer
     * @return PromQL; empty where the expression has a function, or an id that is not there
     */
    static Optional<String> expression(String math, Map<String, String> operands) {
        if (!ARITHMETIC.matcher(math).matches()) {
            return Optional.empty();
        }
        Matcher ids = ID.matcher(math);
        StringBuilder out = new StringBuilder();
        while (ids.find()) {
            String operand = operands.get(ids.group());
            if (operand == null) {
                return Optional.empty();
            }
            ids.appendReplacement(out, Matcher.quoteReplacement("(" + operand + ")"));
        }
        return Optional.of(ids.appendTail(out).toString());
    }
}
