package dev.tocsin.config;

import java.util.Map;

/**
 * Replaces {@code ${NAME}} by environment variables, {@code ${NAME:-text}} by {@code text} where the variable is unset,
 * and a doubled dollar before a brace by a single one. Every other dollar stays. Immutable.
 */
record Placeholders(Map<String, String> environment) {
    Placeholders {
        environment = Map.copyOf(environment);
    }

    /** @throws IllegalArgumentException saying which variable is not set, or that a brace is open */
    String expand(String text) {
        int from = text.indexOf("${");
        if (from < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int done = 0;
        while (from >= 0) {
            if (from > done && text.charAt(from - 1) == '$') {
                out.append(text, done, from - 1).append("${");
                done = from + 2;
            } else {
                int end = text.indexOf('}', from);
                if (end < 0) {
                    throw new IllegalArgumentException(
                            "\"${\" without \"}\"; write \"$${\" for the characters themselves");
                }
                out.append(text, done, from).append(value(text.substring(from + 2, end)));
                done = end + 1;
            }
            from = text.indexOf("${", done);
        }
        return out.append(text, done, text.length()).toString();
    }

    private String value(String placeholder) {
        int fallback = placeholder.indexOf(":-");
        String name = fallback < 0 ? placeholder : placeholder.substring(0, fallback);
        String value = environment.get(name);
        if (value != null) {
            return value;
        }
        if (fallback < 0) {
            throw new IllegalArgumentException("the environment variable \"" + name
                    + "\" is not set; set it, or write ${" + name + ":-text} to say what stands for it");
        }
        return placeholder.substring(fallback + 2);
    }
}
