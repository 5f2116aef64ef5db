package dev.tocsin.watch.scrape;

import dev.tocsin.core.Labels;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The labels that stand in a series' bytes: {@code name{a="b",c="d\n",}}. Blanks may stand between the parts, a comma
 * after the last. Escapes are {@code \\}, {@code \"} and {@code \n}; another backslash is one. For series that are not
 * known yet: it allocates. Stateless.
 */
final class SeriesText {
    private SeriesText() {}

    /**
     * The labels of a series, its name among them.
     *
     * @param texts where names and values are shared with other series
     * @param error makes the exception of a problem
     */
    static Labels labels(byte[] bytes, int from, int to, SharedTexts texts, Function<String, ScrapeException> error)
            throws ScrapeException {
        Map<String, String> labels = new HashMap<>();
        int p = from;
        while (p < to && ExpositionParser.isNameByte(bytes[p])) {
            p++;
        }
        labels.put(Labels.NAME, new String(bytes, from, p - from, StandardCharsets.US_ASCII));
        p = blanks(bytes, p, to);
        if (p < to) {
            read(bytes, p, to, labels, error);
        }
        Map<String, String> shared = new HashMap<>();
        labels.forEach((name, value) -> shared.put(texts.of(name), texts.of(value)));
        return Labels.of(shared);
    }

    /** Looks whether labels, braces among them, have their shape. */
    static void check(byte[] bytes, int from, int to, Function<String, ScrapeException> error) throws ScrapeException {
        read(bytes, from, to, null, error);
    }

    /** @param labels taken into; null where they are only looked at */
    private static void read(
            byte[] bytes,
            int open,
            int to,
            @Nullable Map<String, String> labels,
            Function<String, ScrapeException> error)
            throws ScrapeException {
        int close = to - 1;
        int p = blanks(bytes, open + 1, close);
        while (p < close) {
            int nameStart = p;
            while (p < close && isLabelByte(bytes[p]) && (p > nameStart || bytes[p] < '0' || bytes[p] > '9')) {
                p++;
            }
            int nameEnd = p;
            p = blanks(bytes, p, close);
            if (nameEnd == nameStart || p >= close || bytes[p] != '=') {
                throw error.apply("expected a label like name=\"value\"");
            }
            p = blanks(bytes, p + 1, close);
            if (p >= close || bytes[p] != '"') {
                throw error.apply("expected a quoted value of a label");
            }
            int valueStart = ++p;
            while (p < close && bytes[p] != '"') {
                p += bytes[p] == '\\' ? 2 : 1;
            }
            if (p >= close) {
                throw error.apply("a label's value without a closing quote");
            }
            String name = new String(bytes, nameStart, nameEnd - nameStart, StandardCharsets.US_ASCII);
            String value = text(bytes, valueStart, p, error);
            if (labels != null && (labels.put(name, value) != null || name.equals(Labels.NAME))) {
                throw error.apply("label name \"" + name + "\" is not unique");
            }
            p = blanks(bytes, p + 1, close);
            if (p < close && bytes[p] != ',') {
                throw error.apply("expected a comma between labels");
            }
            p = p < close ? blanks(bytes, p + 1, close) : p;
        }
    }

    /** UTF-8, escapes undone. */
    static String text(byte[] bytes, int from, int to, Function<String, ScrapeException> error) throws ScrapeException {
        try {
            String raw = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
            return raw.indexOf('\\') < 0 ? raw : unescaped(raw);
        } catch (CharacterCodingException e) {
            throw error.apply("text that is not UTF-8");
        }
    }

    private static String unescaped(String raw) {
        StringBuilder out = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            char next = c == '\\' && i + 1 < raw.length() ? raw.charAt(i + 1) : 0;
            if (next == '\\' || next == '"' || next == 'n') {
                out.append(next == 'n' ? '\n' : next);
                i++;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static boolean isLabelByte(byte b) {
        return b != ':' && ExpositionParser.isNameByte(b);
    }

    private static int blanks(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to && (bytes[p] == ' ' || bytes[p] == '\t')) {
            p++;
        }
        return p;
    }
}
