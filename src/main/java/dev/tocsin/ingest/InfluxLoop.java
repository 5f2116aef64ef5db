package dev.tocsin.ingest;

import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.ingest.wire.InfluxParser;
import dev.tocsin.ingest.wire.InfluxPrecision;
import org.jspecify.annotations.Nullable;

/** Bodies of line protocol on one event loop: parser and batches, shared by all of the loop's requests. Confined to it. */
final class InfluxLoop {
    private static final int FIRST_ROWS = 2_048;
    private static final int FIRST_BYTES = 256 << 10;
    /** After a body with very many names the batches are made anew. */
    private static final int MAX_KEPT_BYTES = 2 << 20;

    private final HttpLoop loop;
    private final InfluxParser parser;
    private SampleBatch lines = InfluxParser.batch(FIRST_ROWS, FIRST_BYTES);
    private SampleBatch escaped = InfluxParser.unescapedBatch();
    private @Nullable InfluxAnswer current;

    InfluxLoop(HttpLoop loop) {
        this.loop = loop;
        parser = new InfluxParser(loop.counts(), (problem, bytes, from, to) -> {
            if (current != null) {
                current.unreadable(problem, bytes, from, to);
            }
        });
    }

    HttpLoop loop() {
        return loop;
    }

    /** Room for so many bytes of lines, to be written from 0 on before the next {@link #take}. */
    byte[] room(int bytes) {
        if (lines.bytes.length > MAX_KEPT_BYTES || escaped.bytes.length > MAX_KEPT_BYTES) {
            lines = InfluxParser.batch(FIRST_ROWS, FIRST_BYTES);
            escaped = InfluxParser.unescapedBatch();
        }
        lines.reset();
        lines.ensureBytes(bytes + InfluxParser.PADDING);
        return lines.bytes;
    }

    /** The bytes of the last {@link #room}, which may stand elsewhere by now. */
    byte[] bytes() {
        return lines.bytes;
    }

    /**
     * Takes the samples of the lines that stand in the room's first {@code length} bytes, from {@code from} on.
     *
     * @param last whether the body ends there
     * @return where the line begins that is not yet whole, or {@code length}
     */
    int take(InfluxAnswer answer, InfluxPrecision precision, int from, int length, boolean last) {
        long rejectedBefore = loop.counts().rejectedInAll();
        int p = from;
        int before;
        current = answer;
        do {
            before = p;
            lines.truncate(0);
            escaped.reset();
            p = parser.parse(lines, escaped, precision, p, length, last);
            loop.accounting()
                    .addReceived(lines.size() + escaped.size() + loop.counts().rejectedInAll() - rejectedBefore);
            hand(answer, lines);
            hand(answer, escaped);
            rejectedBefore = loop.counts().rejectedInAll();
        } while (p > before && p < length);
        current = null;
        loop.accounting().publish();
        return p;
    }

    /** A line that is too long to be read whole; its beginning stands in the room. */
    void rejectTooLong(InfluxAnswer answer, int from, int to) {
        current = answer;
        parser.rejectTooLong(lines.bytes, from, to);
        current = null;
        loop.accounting().addReceived(1);
        loop.accounting().publish();
    }

    private void hand(InfluxAnswer answer, SampleBatch batch) {
        if (!loop.hand(batch)) {
            answer.lost(batch.size());
            return;
        }
        int accepted = 0;
        for (int row = 0; row < batch.size(); row++) {
            Rejection reason = batch.rejection(row);
            if (reason == null) {
                accepted++;
            } else {
                answer.refused(reason);
            }
        }
        answer.accepted(accepted);
    }
}
