package dev.tocsin.ingest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DogStatsdFuzzTest {
    private static final String ALPHABET = ":::|||@#,\n\n\r.-+eE0123456789cgmshdTx_{}\0\u00ff";

    private final Fuzz fuzz = new Fuzz("DogStatsD against the reference", ALPHABET);

    @Test
    void readsWhatTheReferenceReads() {
        for (int i = 0; i < Fuzz.INPUTS; i++) {
            byte[] datagram = switch (fuzz.below(10)) {
                case 0, 1, 2 -> datagram();
                case 3, 4, 5, 6, 7 -> fuzz.spoil(datagram());
                case 8 -> fuzz.meaningful(fuzz.below(60));
                default -> fuzz.noise(fuzz.below(60));
            };
            compare(fuzz.oneOf(SignedGauges.values()), datagram);
        }
    }

    private void compare(SignedGauges signedGauges, byte[] datagram) {
        // Other bytes stand before and behind, to be left alone; what follows would continue a number or a tag.
        int before = fuzz.below(10);
        byte[] bytes = new byte[before + datagram.length + 20];
        Arrays.fill(bytes, (byte) '7');
        System.arraycopy(datagram, 0, bytes, before, datagram.length);

        WireCounts counts = new WireCounts(0, (reason, b, from, to) -> {});
        DogStatsdParser parser = new DogStatsdParser(
                signedGauges, counts, (b, from, to) -> AnnotationParser.parse(b, from, to, 0) != null);
        SampleBatch batch = SampleBatch.dogStatsd(4, 0);
        batch.bytes = bytes;
        batch.length = before + datagram.length;
        int samples = parser.parse(batch, before, batch.length);

        ReferenceDogStatsd expected = new ReferenceDogStatsd(signedGauges, datagram);
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < batch.size; row++) {
            rows.add(ParsedLines.row(batch, row));
        }
        Map<Rejection, Long> rejected = new EnumMap<>(Rejection.class);
        for (Rejection reason : Rejection.values()) {
            if (counts.rejected(reason) > 0) {
                rejected.put(reason, counts.rejected(reason));
            }
        }
        Map<WireCounts.SkippedField, Long> skipped = new EnumMap<>(WireCounts.SkippedField.class);
        for (WireCounts.SkippedField field : WireCounts.SkippedField.values()) {
            if (counts.skipped(field) > 0) {
                skipped.put(field, counts.skipped(field));
            }
        }
        if (!rows.equals(expected.rows)
                || !rejected.equals(expected.rejected)
                || !skipped.equals(expected.skipped)
                || samples != expected.samples) {
            String text = signedGauges + " " + new String(datagram, StandardCharsets.ISO_8859_1);
            assertThat(rows).as(text).isEqualTo(expected.rows);
            assertThat(rejected).as(text).isEqualTo(expected.rejected);
            assertThat(skipped).as(text).isEqualTo(expected.skipped);
            assertThat(samples).as(text).isEqualTo(expected.samples);
        }
    }

    private byte[] datagram() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int lines = 1 + fuzz.below(3); lines > 0; lines--) {
            out.writeBytes(line().getBytes(StandardCharsets.UTF_8));
            if (lines > 1 || fuzz.oneIn(2)) {
                out.writeBytes(fuzz.oneIn(8) ? new byte[] {'\r', '\n'} : new byte[] {'\n'});
            }
        }
        return out.toByteArray();
    }

    private String line() {
        if (fuzz.oneIn(20)) {
            return fuzz.oneOf("_e{1,2}:a|bc|#x", "_sc|a|0|m:b", "_e{9,9}:a|b", "_e:1|c", "_sc:1|c");
        }
        StringBuilder line = new StringBuilder(fuzz.oneOf("a", "api.latency", "page.views.total.eu", "größe", "_n"));
        for (int elements = fuzz.oneIn(12) ? 2 : 1; elements > 0; elements--) {
            String type = fuzz.oneOf("c", "g", "ms", "h", "d", "s");
            for (int values = fuzz.oneIn(4) ? 1 + fuzz.below(4) : 1; values > 0; values--) {
                line.append(':').append(type.equals("s") ? fuzz.oneOf("al", "10.0.0.1", "") : fuzz.number());
            }
            line.append('|').append(type);
            if (elements > 1 && fuzz.oneIn(2)) {
                line.append("|@0.5");
            }
        }
        while (fuzz.oneIn(2)) {
            line.append('|');
            line.append(
                    switch (fuzz.below(8)) {
                        case 0 -> "@" + fuzz.oneOf("0.1", "1", "0.3333333333333333", "1e-3", fuzz.number());
                        case 1 -> "T" + fuzz.digits(fuzz.oneIn(4) ? fuzz.below(15) : 10);
                        case 2 -> "c:ci-" + fuzz.digits(5);
                        case 3 -> fuzz.oneOf("e:it-false", "card:low", "new:1", "");
                        default -> fuzz.oneOf("#env:prod,route:/login", "#a", "#", "#k:v:w,ö:ü");
                    });
        }
        return line.toString();
    }
}
