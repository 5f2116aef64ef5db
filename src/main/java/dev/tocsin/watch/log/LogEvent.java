package dev.tocsin.watch.log;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event: a line of a log, with those that belong to it. Text, fields and values are only made when asked for. Used
 * again and again; valid until the next {@link #set}. Confined to one thread.
 */
final class LogEvent {
    byte[] bytes = new byte[0];
    int from;
    int to;
    private @Nullable String text;
    private @Nullable String values;
    private @Nullable Map<String, Object> fields;

    void set(byte[] eventBytes, int start, int end) {
        bytes = eventBytes;
        from = start;
        to = end;
        text = null;
        values = null;
        fields = null;
    }

    /** All lines, with line ends between them. */
    String text() {
        String known = text;
        if (known == null) {
            known = new String(bytes, from, to - from, StandardCharsets.UTF_8);
            text = known;
        }
        return known;
    }

    boolean isJson() {
        return to > from && bytes[from] == '{';
    }

    /**
     * Strings, numbers (as they stand, in a {@link JsonFields.Number}) and truth values by name: of a JSON line with dots
     * between levels, else of {@code key=value} pairs. Empty where there are none, or the JSON is broken before the first.
     */
    Map<String, Object> fields() {
        Map<String, Object> known = fields;
        if (known == null) {
            known = isJson() ? JsonFields.read(bytes, from, to) : PairFields.read(text());
            fields = known;
        }
        return known;
    }

    /** As text; null where there is no such field. */
    @Nullable
    String field(String name) {
        Object value = fields().get(name);
        return value == null ? null : value.toString();
    }

    /** The values of a JSON line, each on a line of its own; of anything else its text. */
    String values() {
        String known = values;
        if (known == null) {
            known = isJson() && !fields().isEmpty() ? joined(fields()) : text();
            values = known;
        }
        return known;
    }

    private static String joined(Map<String, Object> fields) {
        StringBuilder out = new StringBuilder();
        fields.values().forEach(value -> out.append(value).append('\n'));
        return out.toString();
    }
}
