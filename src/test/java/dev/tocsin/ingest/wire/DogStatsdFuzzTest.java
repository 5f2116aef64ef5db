package dev.tocsin.ingest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.KeyHash;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Ten million lines, good and spoilt, must be the same rows in all columns, and counted under the same reasons, as
 * {@link ReferenceDogStatsd} makes of them. Another count: {@code -Dtocsin.fuzz.lines=100000000}.
 */
class DogStatsdFuzzTest {
    private static final int LINES = Integer.getInteger("tocsin.fuzz.lines", 10_000_000);
    private static final Rejection[] REJECTIONS = Rejection.values();
    private static final WireCounts.SkippedField[] FIELDS = WireCounts.SkippedField.values();

    @Test
    void readsWhatTheReferenceReads() {
        Fuzz fuzz = new Fuzz("DogStatsD against the reference", LINES, DogStatsdLines.ALPHABET);
        DogStatsdLines lines = new DogStatsdLines(fuzz);
        Readers absolute = new Readers(SignedGauges.ABSOLUTE);
        Readers relative = new Readers(SignedGauges.RELATIVE);
        int done = 0;
        for (int datagrams = 0; done < LINES; datagrams++) {
            // What stands before must be left alone.
            int from = datagrams % 10;
            done += lines.fill(from);
            (datagrams % 2 == 0 ? absolute : relative).compare(lines.bytes, from, lines.length);
        }
        assertThat(absolute.rows + relative.rows)
                .as("rows, so that it is not all rejected")
                .isGreaterThan(LINES / 4);
    }

    /** Both readers of one way to take signs, used for one datagram after another. */
    private static final class Readers {
        private final WireCounts counts = new WireCounts(0, (reason, b, from, to) -> {});
        private final SampleBatch batch = SampleBatch.dogStatsd(4, 0);
        private final SignedGauges signedGauges;
        private final DogStatsdParser parser;
        private final ReferenceDogStatsd reference;
        long rows;

        Readers(SignedGauges signedGauges) {
            this.signedGauges = signedGauges;
            parser = new DogStatsdParser(
                    signedGauges, counts, (b, from, to) -> AnnotationParser.parse(b, from, to, 0) != null);
            reference = new ReferenceDogStatsd(signedGauges);
        }

        void compare(byte[] bytes, int from, int to) {
            reference.read(bytes, from, to);
            batch.reset();
            batch.bytes = bytes;
            batch.length = to;
            int samples = parser.parse(batch, from, to);
            rows += batch.size();
            if (samples != reference.samples || !sameRows() || !sameCounts()) {
                explain(samples, new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
            }
        }

        private boolean sameRows() {
            if (batch.size() != reference.rows.size()) {
                return false;
            }
            for (int row = 0; row < batch.size(); row++) {
                ReferenceDogStatsd.Row expected = reference.rows.get(row);
                // Bit by bit, so that -0 is not 0.
                if (batch.kind(row) != expected.kind()
                        || Double.doubleToRawLongBits(batch.value(row)) != Double.doubleToRawLongBits(expected.value())
                        || Double.doubleToRawLongBits(batch.weight(row))
                                != Double.doubleToRawLongBits(expected.weight())
                        || batch.adjusts(row) != expected.relative()
                        || batch.timeMillis(row) != expected.timeMillis()
                        || !isText(expected.name(), batch.nameStart(row), batch.nameEnd(row))
                        || !isText(expected.tags(), batch.tagsStart(row), batch.tagsEnd(row))
                        || batch.keyHash(row) != keyHash(row)
                        || !expected.member().equals(member(row))) {
                    return false;
                }
            }
            return true;
        }

        /** Of the text as it stands, where the parser hashed it while it looked for its end. */
        private long keyHash(int row) {
            return KeyHash.of(
                    batch.bytes,
                    batch.nameStart(row),
                    batch.nameEnd(row),
                    batch.tagsStart(row),
                    batch.tagsEnd(row),
                    batch.shape(row));
        }

        private String member(int row) {
            return batch.kind(row) == Kind.SET ? text(batch.memberStart(row), batch.memberEnd(row)) : "";
        }

        private boolean isText(String expected, int from, int to) {
            if (expected.length() != to - from) {
                return false;
            }
            for (int i = from; i < to; i++) {
                if ((batch.bytes[i] & 0xff) != expected.charAt(i - from)) {
                    return false;
                }
            }
            return true;
        }

        private boolean sameCounts() {
            for (Rejection reason : REJECTIONS) {
                if (counts.rejected(reason) != reference.rejected.getOrDefault(reason, 0L)) {
                    return false;
                }
            }
            for (WireCounts.SkippedField field : FIELDS) {
                if (counts.skipped(field) != reference.skipped.getOrDefault(field, 0L)) {
                    return false;
                }
            }
            return true;
        }

        /** Fails, with the rows and counts that differ. */
        private void explain(int samples, String datagram) {
            String where = signedGauges + " " + datagram;
            List<ReferenceDogStatsd.Row> made = new ArrayList<>();
            for (int row = 0; row < batch.size(); row++) {
                made.add(new ReferenceDogStatsd.Row(
                        batch.kind(row),
                        text(batch.nameStart(row), batch.nameEnd(row)),
                        text(batch.tagsStart(row), batch.tagsEnd(row)),
                        batch.value(row),
                        batch.weight(row),
                        batch.adjusts(row),
                        member(row),
                        batch.timeMillis(row)));
            }
            assertThat(made).as(where).isEqualTo(reference.rows);
            for (Rejection reason : REJECTIONS) {
                assertThat(counts.rejected(reason))
                        .as("%s in all up to %s", reason, where)
                        .isEqualTo(reference.rejected.getOrDefault(reason, 0L));
            }
            for (WireCounts.SkippedField field : FIELDS) {
                assertThat(counts.skipped(field))
                        .as("%s in all up to %s", field, where)
                        .isEqualTo(reference.skipped.getOrDefault(field, 0L));
            }
            assertThat(samples).as(where).isEqualTo(reference.samples);
            throw new AssertionError("differs: " + where);
        }

        private String text(int from, int to) {
            return new String(batch.bytes, from, to - from, StandardCharsets.ISO_8859_1);
        }
    }
}
