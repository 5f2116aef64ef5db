package dev.tocsin.ingest;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.SampleSink;
import dev.tocsin.ingest.wire.JsonSamples;
import dev.tocsin.ingest.wire.WireCounts;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;

/** What one event loop of the web server needs to take samples in: its sink, its batch, its counts. Confined to it. */
final class HttpLoop {
    /** About two milliseconds' worth. */
    static final int SLICE_ROWS = 1_000;

    static final int SLICE_BYTES = 128 << 10;

    private static final byte[] BODY = {'b', 'o', 'd', 'y'};

    private final SampleBatch batch = SampleBatch.anyText(2 * SLICE_ROWS, 2 * SLICE_BYTES);
    private final Clock clock;
    private final WireCounts counts;
    private final Accounting accounting;
    private final Intake intake;
    private final IngestMeters meters;

    HttpLoop(String name, SampleSink sink, Clock clock, MeterRegistry registry) {
        this.clock = clock;
        this.counts = new WireCounts(BadLineLog.LINES_PER_REASON, new BadLineLog(name));
        this.accounting = new Accounting("json", name, counts);
        this.intake = new Intake(sink, counts, accounting);
        this.meters = new IngestMeters(registry, accounting);
    }

    Accounting accounting() {
        return accounting;
    }

    JsonSamples reader(InputStream body, JsonAnswer answer) throws IOException {
        return JsonSamples.of(body, counts, answer);
    }

    /**
     * Reads the next samples of a body and gives them to the sink.
     *
     * @return whether there may be more
     */
    boolean readSlice(JsonSamples samples, JsonAnswer answer) {
        batch.reset();
        long rejectedBefore = counts.rejectedInAll();
        boolean more = samples.read(batch, SLICE_ROWS, SLICE_BYTES);
        accounting.addReceived(batch.size + counts.rejectedInAll() - rejectedBefore);
        if (intake.hand(batch, clock.wallMillis())) {
            int accepted = 0;
            for (int row = 0; row < batch.size; row++) {
                Rejection reason = batch.rejection(row);
                if (reason == null) {
                    accepted++;
                } else {
                    answer.rejected(samples.itemOf(row), reason);
                }
            }
            answer.accepted(accepted);
        } else {
            answer.lost(batch.size);
        }
        accounting.publish();
        return more;
    }

    /** A body that was not read counts as one sample: nobody knows how many were in it. */
    void rejectBody(Rejection reason) {
        accounting.addReceived(1);
        counts.reject(reason, BODY, 0, BODY.length);
        accounting.publish();
    }

    /** A body that there was no room for. */
    void dropBody() {
        accounting.addReceived(1);
        accounting.addDropped(1);
        accounting.publish();
    }

    void close() {
        meters.remove();
    }
}
