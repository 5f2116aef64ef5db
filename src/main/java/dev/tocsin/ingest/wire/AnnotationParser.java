package dev.tocsin.ingest.wire;

import dev.tocsin.core.Event.Annotation;
import dev.tocsin.core.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * DogStatsD's events and service checks. Stateless, safe from any thread. Rare lines, so Strings are made.
 *
 * <pre>
 *   _e{5,4}:title|text|d:1656581400|h:host|k:key|p:low|s:source|t:error|#tag:value,tag
 *      | |  '-5-' '-4' bytes, so right for UTF-8; "\\n" in them stands for a newline
 *   _sc|name|0|d:1656581400|h:host|#tag:value|m:message, up to |c: |e: |card: or the line's end
 * </pre>
 *
 * Tags become labels; {@code h:} the label {@code host}, {@code k:} {@code aggregation_key}, {@code p:}
 * {@code priority}, {@code s:} {@code source_type_name}. Other fields are ignored, a date or level that cannot be read
 * is as good as none. At most {@value #MAX_LABELS} labels are kept.
 */
public final class AnnotationParser {
    private static final int MAX_LABELS = 64;
    private static final String[] CHECK_LEVELS = {"ok", "warning", "critical", "unknown"};

    private static final String[] FIELDS_BEHIND_MESSAGE = {"|c:", "|e:", "|card:"};

    private AnnotationParser() {}

    /**
     * @param nowMillis taken where the line has no date of its own
     * @return null where the line is malformed
     */
    public static @Nullable Annotation parse(byte[] bytes, int from, int to, long nowMillis) {
        // One char per byte, so that lengths in bytes are lengths in chars; the parts are decoded as UTF-8 later.
        String line = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        if (line.startsWith("_e{")) {
            return event(line, nowMillis);
        }
        return line.startsWith("_sc|") ? check(line, nowMillis) : null;
    }

    private static @Nullable Annotation event(String line, long nowMillis) {
        int comma = line.indexOf(',');
        int brace = line.indexOf("}:");
        if (comma < 0 || brace < comma) {
            return null;
        }
        long titleLength = number(line.substring(3, comma));
        long textLength = number(line.substring(comma + 1, brace));
        int titleStart = brace + 2;
        if (titleLength < 1 || textLength < 0 || titleStart + titleLength + 1 + textLength > line.length()) {
            return null;
        }
        int titleEnd = titleStart + (int) titleLength;
        int textEnd = titleEnd + 1 + (int) textLength;
        if (line.charAt(titleEnd) != '|' || (textEnd < line.length() && line.charAt(textEnd) != '|')) {
            return null;
        }
        Fields fields = new Fields(nowMillis, "info");
        if (textEnd < line.length()) {
            for (String field : line.substring(textEnd + 1).split("\\|")) {
                fields.take(field);
            }
        }
        return new Annotation(
                fields.timeMillis,
                text(line.substring(titleStart, titleEnd)),
                text(line.substring(titleEnd + 1, textEnd)),
                fields.level,
                Labels.of(fields.labels));
    }

    private static @Nullable Annotation check(String line, long nowMillis) {
        String[] parts = line.split("\\|", 4);
        if (parts.length < 3 || parts[1].isEmpty()) {
            return null;
        }
        long status = number(parts[2]);
        if (status < 0 || status >= CHECK_LEVELS.length) {
            return null;
        }
        Fields fields = new Fields(nowMillis, CHECK_LEVELS[(int) status]);
        String message = "";
        if (parts.length == 4) {
            String rest = parts[3];
            int messageStart = rest.startsWith("m:") ? 0 : rest.indexOf("|m:") + 1;
            if (messageStart > 0 || rest.startsWith("m:")) {
                int messageEnd = messageEnd(rest, messageStart);
                message = rest.substring(messageStart + 2, messageEnd).replace("m\\:", "m:");
                rest = rest.substring(0, messageStart) + rest.substring(messageEnd);
            }
            for (String field : rest.split("\\|")) {
                if (!field.startsWith("t:")) {
                    fields.take(field);
                }
            }
        }
        return new Annotation(fields.timeMillis, text(parts[1]), text(message), fields.level, Labels.of(fields.labels));
    }

    /** Clients put the newer fields behind the message, which the specification wants last. */
    private static int messageEnd(String rest, int messageStart) {
        int end = rest.length();
        for (String field : FIELDS_BEHIND_MESSAGE) {
            int start = rest.indexOf(field, messageStart);
            end = start < 0 ? end : Math.min(end, start);
        }
        return end;
    }

    /** A whole number of at most twelve digits, or -1. */
    private static long number(String digits) {
        if (digits.isEmpty() || digits.length() > 12) {
            return -1;
        }
        long n = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            n = n * 10 + (c - '0');
        }
        return n;
    }

    private static String text(String raw) {
        return utf8(raw).replace("\\n", "\n");
    }

    private static String utf8(String bytesAsChars) {
        return new String(bytesAsChars.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Collects the fields of one line. */
    private static final class Fields {
        private final Map<String, String> labels = new TreeMap<>();
        private long timeMillis;
        private String level;

        Fields(long nowMillis, String level) {
            this.timeMillis = nowMillis;
            this.level = level;
        }

        void take(String field) {
            if (field.startsWith("#")) {
                for (String tag : field.substring(1).split(",")) {
                    int colon = tag.indexOf(':');
                    label(colon < 0 ? tag : tag.substring(0, colon), colon < 0 ? "true" : tag.substring(colon + 1));
                }
            } else if (field.startsWith("d:")) {
                long seconds = number(field.substring(2));
                timeMillis = seconds < 0 ? timeMillis : seconds * 1000;
            } else if (field.startsWith("h:")) {
                label("host", field.substring(2));
            } else if (field.startsWith("k:")) {
                label("aggregation_key", field.substring(2));
            } else if (field.startsWith("p:")) {
                label("priority", field.substring(2));
            } else if (field.startsWith("s:")) {
                label("source_type_name", field.substring(2));
            } else if (field.startsWith("t:")) {
                level = switch (field.substring(2)) {
                    case "error" -> "error";
                    case "warning" -> "warning";
                    case "success" -> "success";
                    default -> "info";
                };
            }
        }

        private void label(String name, String value) {
            if (!name.isEmpty() && labels.size() < MAX_LABELS) {
                labels.put(labelName(name), utf8(value));
            }
        }

        private static String labelName(String raw) {
            String name = utf8(raw).replaceAll("[^a-zA-Z0-9_]", "_");
            return Character.isDigit(name.charAt(0)) ? "_" + name : name;
        }
    }
}
