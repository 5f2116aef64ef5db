package dev.tocsin.ingest;

import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.ingest.wire.JsonSamples;
import java.io.IOException;
import java.io.InputStream;

/** JSON bodies on one event loop. Confined to it. */
final class JsonLoop {
    /** About two milliseconds' worth. */
    static final int SLICE_ROWS = 1_000;

    static final int SLICE_BYTES = 128 << 10;

    private final HttpLoop loop;
    private final SampleBatch batch = SampleBatch.anyText(2 * SLICE_ROWS, 2 * SLICE_BYTES);

    JsonLoop(HttpLoop loop) {
        this.loop = loop;
    }

    HttpLoop loop() {
        return loop;
    }

    JsonSamples reader(InputStream body, JsonAnswer answer) throws IOException {
        return JsonSamples.of(body, loop.counts(), answer);
    }

    /**
     * Reads the next samples of a body and gives them to the sink.
     *
     * @return whether there may be more
     */
    boolean readSlice(JsonSamples samples, JsonAnswer answer) {
        batch.reset();
        long rejectedBefore = loop.counts().rejectedInAll();
        boolean more = samples.read(batch, SLICE_ROWS, SLICE_BYTES);
        loop.accounting().addReceived(batch.size() + loop.counts().rejectedInAll() - rejectedBefore);
        if (loop.hand(batch)) {
            int accepted = 0;
            for (int row = 0; row < batch.size(); row++) {
                Rejection reason = batch.rejection(row);
                if (reason == null) {
                    accepted++;
                } else {
                    answer.rejected(samples.itemOf(row), reason);
                }
            }
            answer.accepted(accepted);
        } else {
            answer.lost(batch.size());
        }
        loop.accounting().publish();
        return more;
    }
}
