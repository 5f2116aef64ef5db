package dev.tocsin.ingest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Kind;
import dev.tocsin.core.SampleBatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InfluxFuzzTest {
    private static final String ALPHABET = ",,,===   \n\n\r\t\"\"\\\\#.-+eE0123456789iutTrfF\0\u001d\u001e\u001f\u00ff";

    private static final int INPUTS = Fuzz.INPUTS / 4;

    private final Fuzz fuzz = new Fuzz("Influx lines against the reference", INPUTS, ALPHABET);

    @Test
    void readsWhatTheReferenceReads() {
        for (int i = 0; i < INPUTS; i++) {
            compare(
                    switch (fuzz.below(10)) {
                        case 0, 1, 2 -> body();
                        case 3, 4, 5, 6, 7 -> fuzz.spoil(body());
                        case 8 -> fuzz.meaningful(fuzz.below(60));
                        default -> fuzz.noise(fuzz.below(60));
                    });
        }
    }

    private void compare(byte[] body) {
        InfluxPrecision precision = fuzz.oneOf(InfluxPrecision.values());
        // Other bytes stand before and behind; what follows would continue a number or a tag.
        int before = fuzz.below(10);
        byte[] bytes = new byte[before + body.length + 20];
        Arrays.fill(bytes, (byte) '7');
        System.arraycopy(body, 0, bytes, before, body.length);
        List<String> problems = new ArrayList<>();
        WireCounts counts = new WireCounts(0, (reason, b, from, to) -> {});
        InfluxParser parser = new InfluxParser(
                counts, (problem, b, from, to) -> problems.add(contains(b, from, to, '\\') ? "?" : problem.name()));
        SampleBatch lines = InfluxParser.batch(4, 0);
        SampleBatch escaped = InfluxParser.unescapedBatch();
        lines.bytes = bytes;
        int read = parser.parse(lines, escaped, precision, before, before + body.length, true);

        ReferenceInflux expected = new ReferenceInflux(precision, body);
        String shown = BadLineText.of(body);
        assertThat(read).as(shown).isEqualTo(before + body.length);
        assertThat(problems).as(shown).isEqualTo(expected.problems);
        assertThat(counts.rejectedInAll()).as(shown).isEqualTo(expected.problems.size());
        assertThat(counts.skipped(WireCounts.SkippedField.STRING)).as(shown).isEqualTo(expected.strings);
        List<String> rows = new ArrayList<>();
        rows(lines, rows);
        rows(escaped, rows);
        rows.sort(null);
        expected.rows.sort(null);
        assertThat(rows).as(shown).isEqualTo(expected.rows);
    }

    private static boolean contains(byte[] bytes, int from, int to, char wanted) {
        return IntStream.range(from, to).anyMatch(i -> bytes[i] == wanted);
    }

    private static void rows(SampleBatch batch, List<String> out) {
        for (int row = 0; row < batch.size(); row++) {
            assertThat(batch.kind(row)).isEqualTo(Kind.GAUGE);
            String tags = text(batch, batch.tagsStart(row), batch.tagsEnd(row));
            if (batch.pairSeparator == ',') {
                tags = controlsGone(tags).replace(',', '\u001e').replace('=', '\u001f');
            }
            out.add(controlsGone(text(batch, batch.nameStart(row), batch.nameEnd(row))) + " " + batch.value(row)
                    + (tags.isEmpty() ? "" : " #" + tags)
                    + (batch.timeMillis(row) == SampleBatch.NOW ? "" : " @" + batch.timeMillis(row)));
        }
    }

    /** In lines with escapes they are replaced, in others they stay: either way they end up as '_' in a name. */
    private static String controlsGone(String text) {
        return text.replaceAll("[\u001d-\u001f]", "_");
    }

    private static String text(SampleBatch batch, int from, int to) {
        return new String(batch.bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private byte[] body() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = fuzz.below(4); i >= 0; i--) {
            out.writeBytes(line().getBytes(StandardCharsets.ISO_8859_1));
            out.writeBytes(fuzz.oneOf("\n", "\n", "\r\n", "\n\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        byte[] bytes = out.toByteArray();
        return fuzz.oneIn(3) ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    private String line() {
        if (fuzz.oneIn(12)) {
            return fuzz.oneOf("# a comment, \"with\" things=1", "", "  ", "\t#");
        }
        StringBuilder line = new StringBuilder(fuzz.oneOf("", "", "", " ", "\t "));
        line.append(name()).append(fuzz.oneIn(8) ? "=" : "");
        for (int i = fuzz.below(5); i > 0; i--) {
            line.append(',').append(name()).append('=').append(name());
        }
        line.append(fuzz.oneOf(" ", " ", "   "));
        for (int i = fuzz.below(4); i >= 0; i--) {
            line.append(fuzz.oneIn(3) ? "value" : name())
                    .append('=')
                    .append(value())
                    .append(i > 0 ? "," : "");
        }
        if (!fuzz.oneIn(3)) {
            line.append(fuzz.oneOf(" ", "  ")).append(fuzz.oneOf("", "", "-")).append(fuzz.digits(1 + fuzz.below(20)));
        }
        return line.append(fuzz.oneOf("", "", " ")).toString();
    }

    private String name() {
        String plain = fuzz.oneOf("cpu", "m", "usage_idle", "host", "a.b-c", "Z\u00fcrich", "t", "value", "/mnt/x");
        return fuzz.oneIn(6) ? plain + fuzz.oneOf("\\,", "\\ ", "\\=", "\\\\", "\\", "\\n", "\"") + "z" : plain;
    }

    private String value() {
        return switch (fuzz.below(8)) {
            case 0, 1, 2 -> fuzz.number();
            case 3 -> fuzz.oneOf("", "-") + fuzz.digits(1 + fuzz.below(20)) + "i";
            case 4 -> fuzz.digits(1 + fuzz.below(21)) + "u";
            case 5 -> fuzz.oneOf("t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE", "tRue", "no");
            default -> "\"" + fuzz.oneOf("", "text", "a b,c=d", "q\\\"q", "b\\\\", "two\nlines", "\\n") + "\"";
        };
    }
}
