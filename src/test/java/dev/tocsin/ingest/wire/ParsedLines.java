package dev.tocsin.ingest.wire;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the parser made of one datagram, as text that a test can state: {@code DISTRIBUTION name 3.0 x2.0 #tags @ms}. */
record ParsedLines(List<String> rows, List<String> annotations, List<String> badLines, WireCounts counts, int samples) {
    static final int TOLD = 3;

    static ParsedLines parse(SignedGauges signedGauges, byte[] datagram) {
        return parse(signedGauges, datagram, 0, datagram.length);
    }

    static ParsedLines parse(SignedGauges signedGauges, byte[] bytes, int from, int to) {
        List<String> badLines = new ArrayList<>();
        List<String> annotations = new ArrayList<>();
        WireCounts counts = new WireCounts(TOLD, (reason, b, start, end) -> badLines.add(text(b, start, end)));
        DogStatsdParser parser = new DogStatsdParser(signedGauges, counts, (b, start, end) -> {
            boolean readable = AnnotationParser.parse(b, start, end, 0) != null;
            if (readable) {
                annotations.add(text(b, start, end));
            }
            return readable;
        });
        SampleBatch batch = SampleBatch.dogStatsd(1, 0);
        batch.ensureBytes(bytes.length);
        System.arraycopy(bytes, 0, batch.bytes, 0, bytes.length);
        batch.length = to;
        int samples = parser.parse(batch, from, to);
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            rows.add(row(batch, i));
        }
        return new ParsedLines(rows, annotations, badLines, counts, samples);
    }

    /** One entry per rejected sample, in the order of the enum. */
    List<Rejection> rejections() {
        List<Rejection> list = new ArrayList<>();
        for (Rejection reason : Rejection.values()) {
            for (long i = 0; i < counts.rejected(reason); i++) {
                list.add(reason);
            }
        }
        return list;
    }

    static String row(SampleBatch batch, int row) {
        byte[] b = batch.bytes;
        StringBuilder out = new StringBuilder();
        out.append(batch.kind(row)).append(' ').append(text(b, batch.nameStart(row), batch.nameEnd(row)));
        if (batch.kind(row) == Kind.SET) {
            out.append(" {")
                    .append(text(b, batch.memberStart(row), batch.memberEnd(row)))
                    .append('}');
        } else {
            out.append(batch.adjusts(row) ? " += " : " ").append(batch.value(row));
        }
        if (batch.kind(row) == Kind.DISTRIBUTION) {
            out.append(" x").append(batch.weight(row));
        }
        if (batch.tagsEnd(row) > batch.tagsStart(row)) {
            out.append(" #").append(text(b, batch.tagsStart(row), batch.tagsEnd(row)));
        }
        if (batch.timeMillis(row) != SampleBatch.NOW) {
            out.append(" @").append(batch.timeMillis(row));
        }
        return out.toString();
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
