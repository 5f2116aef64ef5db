package dev.tocsin.notify;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Texts as a channel takes them. Stateless. */
final class Texts {
    private static final String ELLIPSIS = "…";

    private Texts() {}

    /** At most so many code points, the last an ellipsis where something is cut. */
    static String truncated(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, most - 1)) + ELLIPSIS;
    }

    /** At most so many bytes of UTF-8 (from 3 on), an ellipsis last where something is cut. */
    static String truncatedBytes(String text, int most) {
        if (text.getBytes(StandardCharsets.UTF_8).length <= most) {
            return text;
        }
        int room = most - ELLIPSIS.getBytes(StandardCharsets.UTF_8).length;
        int end = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            room -= c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (room < 0) {
                break;
            }
            i += Character.charCount(c);
            end = i;
        }
        return text.substring(0, end) + ELLIPSIS;
    }

    /** The parts between commas, stripped; empty ones are left out. */
    static List<String> list(String commaSeparated) {
        return Arrays.stream(commaSeparated.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** Puts a text that is not empty. */
    static void putIfAny(JsonObject json, String key, String text) {
        if (!text.isEmpty()) {
            json.put(key, text);
        }
    }
}
