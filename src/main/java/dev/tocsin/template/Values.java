package dev.tocsin.template;

import dev.tocsin.core.Labels;
import java.util.List;
import java.util.Map;

/**
 * What a template can hold, and Go's type for it: {@link Nil}, {@link Boolean} (bool), {@link Long} (int), {@link Double}
 * (float64), {@link String}, {@link Labels} (map[string]string), {@link Map} with text keys (map[string]interface {}),
 * {@link List}, {@link Struct}, {@link Markup} (template.HTML).
 */
final class Values {
    private Values() {}

    static String typeName(Object value) {
        return switch (value) {
            case Nil ignored -> "<nil>";
            case Boolean ignored -> "bool";
            case Long ignored -> "int";
            case Double ignored -> "float64";
            case String ignored -> "string";
            case Labels ignored -> "map[string]string";
            case Markup ignored -> "template.HTML";
            case Struct struct -> struct.typeName();
            case Map<?, ?> ignored -> "map[string]interface {}";
            case List<?> ignored -> "[]interface {}";
            default -> value.getClass().getSimpleName();
        };
    }

    /** Go: false, 0, nil, and whatever has length 0 are not true. */
    static boolean isTrue(Object value) {
        return switch (value) {
            case Nil ignored -> false;
            case Boolean b -> b;
            case Long n -> n != 0;
            case Double d -> d != 0;
            case String s -> !s.isEmpty();
            case Markup markup -> !markup.text().isEmpty();
            case Labels labels -> !labels.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case List<?> list -> !list.isEmpty();
            default -> true;
        };
    }

    /** As {@code strconv.ParseFloat} reads it. */
    static double parseDouble(String text) throws FunctionException {
        String plain = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
        double magnitude = switch (plain.toLowerCase(java.util.Locale.ROOT)) {
            case "inf", "infinity" -> Double.POSITIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> decimal(text, plain);
        };
        return text.startsWith("-") ? -magnitude : magnitude;
    }

    private static double decimal(String text, String plain) throws FunctionException {
        boolean digits = !plain.isEmpty() && "0123456789.".indexOf(plain.charAt(0)) >= 0;
        char last = plain.isEmpty() ? ' ' : plain.charAt(plain.length() - 1);
        if (digits && (Character.isDigit(last) || last == '.')) {
            try {
                return Double.parseDouble(plain);
            } catch (NumberFormatException e) {
                // told below
            }
        }
        throw new FunctionException("strconv.ParseFloat: parsing " + GoFormat.quote(text) + ": invalid syntax");
    }
}
