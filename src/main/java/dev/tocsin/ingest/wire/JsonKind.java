package dev.tocsin.ingest.wire;

import dev.tocsin.core.Kind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a kind is called in JSON, told without making a String. */
final class JsonKind {
    private record Spelling(char[] text, Kind kind) {
        Spelling(String text, Kind kind) {
            this(text.toCharArray(), kind);
        }
    }

    /** The likeliest first. */
    private static final Spelling[] SPELLINGS = {
        new Spelling("counter", Kind.COUNTER),
        new Spelling("gauge", Kind.GAUGE),
        new Spelling("distribution", Kind.DISTRIBUTION),
        new Spelling("set", Kind.SET),
        new Spelling("c", Kind.COUNTER),
        new Spelling("g", Kind.GAUGE),
        new Spelling("d", Kind.DISTRIBUTION),
        new Spelling("h", Kind.DISTRIBUTION),
        new Spelling("ms", Kind.DISTRIBUTION),
        new Spelling("s", Kind.SET),
    };

    private JsonKind() {}

    static @Nullable Kind of(char[] chars, int start, int length) {
        for (Spelling each : SPELLINGS) {
            if (each.text.length == length && Arrays.equals(each.text, 0, length, chars, start, start + length)) {
                return each.kind;
            }
        }
        return null;
    }
}
