package dev.tocsin.ingest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JsonFuzzTest {
    private static final String ALPHABET = "{{}}[[]]\"\"\"\"::,,,  \n\\u0dn.-+eE0123456789nametypeluscg";

    private final Fuzz fuzz = new Fuzz("JSON against the reference", ALPHABET);

    @Test
    void readsWhatTheReferenceReads() {
        for (int i = 0; i < Fuzz.INPUTS; i++) {
            byte[] body = switch (fuzz.below(10)) {
                case 0, 1, 2, 3 -> body();
                case 4, 5, 6 -> fuzz.spoil(body());
                case 7 -> cut(body());
                case 8 -> fuzz.meaningful(fuzz.below(60));
                default -> fuzz.noise(fuzz.below(60));
            };
            // Invalid UTF-8 and NUL are told apart differently; whether they are told at all is the next test.
            String text = new String(body, StandardCharsets.UTF_8);
            if (text.indexOf('\ufffd') < 0 && text.indexOf('\0') < 0) {
                compare(body, text);
            } else {
                JsonSamplesTest.Read.all(body, 1 + fuzz.below(5));
            }
        }
    }

    private void compare(byte[] body, String text) {
        JsonSamplesTest.Read read = JsonSamplesTest.Read.all(body, 1 + fuzz.below(5));
        ReferenceJson expected = new ReferenceJson(text);
        if (!read.rows().equals(expected.rows)
                || !read.rejected().equals(expected.rejected)
                || (read.error() != null) != expected.broken) {
            assertThat(read.rows()).as(text).isEqualTo(expected.rows);
            assertThat(read.rejected()).as(text).isEqualTo(expected.rejected);
            assertThat(read.error() != null).as("%s: %s", text, read.error()).isEqualTo(expected.broken);
        }
    }

    private byte[] cut(byte[] body) {
        return Arrays.copyOf(body, fuzz.below(body.length));
    }

    private byte[] body() {
        StringBuilder out = new StringBuilder();
        out.append(fuzz.oneIn(20) ? "{\"host\":[1,{\"samples\":[]}]," : "{").append("\"samples\":[");
        int items = fuzz.below(4);
        for (int i = 0; i < items; i++) {
            out.append(i == 0 ? "" : ",").append(fuzz.oneIn(10) ? " \n" : "").append(item());
        }
        return out.append(fuzz.oneIn(20) ? "],\"z\":null}" : "]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private String item() {
        if (fuzz.oneIn(30)) {
            return fuzz.oneOf("null", "1", "[]", "{}", "\"x\"");
        }
        StringBuilder out = new StringBuilder("{");
        String type = fuzz.oneOf("counter", "gauge", "distribution", "set", "c", "g", "d", "h", "ms", "s");
        boolean typeFirst = fuzz.oneIn(2);
        if (typeFirst) {
            out.append("\"type\":\"").append(type).append("\",");
        }
        out.append("\"name\":").append(fuzz.oneIn(30) ? "7" : string()).append(',');
        out.append(fuzz.oneIn(3) ? "\"values\":[" + value() + "," + value() + "]" : "\"value\":" + value());
        if (!typeFirst) {
            out.append(",\"type\":\"").append(type).append('"');
        }
        while (fuzz.oneIn(2)) {
            out.append(',');
            out.append(
                    switch (fuzz.below(6)) {
                        case 0 -> "\"rate\":" + fuzz.oneOf("0.5", "1", "null", "0.3", number());
                        case 1 -> "\"time\":" + fuzz.oneOf("1732165200.5", "null", number());
                        case 2 -> "\"unit\":{\"x\":[1,\"y\"]}";
                        default ->
                            "\"labels\":"
                                    + fuzz.oneOf(
                                            "{}", "null", "{" + label() + "}", "{" + label() + "," + label() + "}");
                    });
        }
        return out.append('}').toString();
    }

    private String label() {
        return string() + ":" + fuzz.oneOf(string(), string(), "true", "1.50", "null", "[]");
    }

    private String value() {
        return fuzz.oneOf(number(), number(), number(), number(), number(), string(), "null", "[1]", "true");
    }

    private String string() {
        return fuzz.oneOf(
                "\"api.latency\"",
                "\"a\"",
                "\"\"",
                "\"größe 😀\"",
                "\"\\u00fc\\ud83d\\ude00\"",
                "\"\\ud800x\\u001e\"",
                "\"\\\"\\\\\\/\\n\"");
    }

    /** As JSON has numbers: without a plus, without zeros before. */
    private String number() {
        String number = fuzz.number().replace("+", "");
        return number.replaceFirst("^(-?)0+(?=[0-9])", "$1")
                .replaceFirst("\\.(?=e|E|$)", ".0")
                .replace("NaN", "0")
                .replace("Infinity", "1e999");
    }
}
