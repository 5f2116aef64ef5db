package dev.tocsin.ingest.wire;

import java.nio.charset.StandardCharsets;

/** Input of a failed test, as a Java literal would show it. */
final class BadLineText {
    private BadLineText() {}

    static String of(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (char c : new String(bytes, StandardCharsets.ISO_8859_1).toCharArray()) {
            out.append(c >= ' ' && c < 0x7f ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return out.toString().replace("%", "%%");
    }
}
