package dev.tocsin.ingest;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.SampleSink;
import dev.tocsin.ingest.wire.WireCounts;
import io.micrometer.core.instrument.MeterRegistry;

/** One protocol on one event loop of the web server: where its samples go, and what became of them. Confined to it. */
final class HttpLoop {
    private static final byte[] BODY = {'b', 'o', 'd', 'y'};

    private final Clock clock;
    private final BadLineLog log;
    private final WireCounts counts;
    private final Accounting accounting;
    private final Intake intake;

    HttpLoop(String protocol, String socket, SampleSink sink, Clock clock, MeterRegistry registry) {
        this.clock = clock;
        log = new BadLineLog(socket + " " + protocol);
        counts = new WireCounts(BadLineLog.LINES_PER_REASON, log);
        accounting = new Accounting(protocol, socket, counts);
        intake = new Intake(sink, counts, accounting);
        // They live as long as the server does.
        new IngestMeters(registry, accounting).withSkippedFields();
    }

    Accounting accounting() {
        return accounting;
    }

    WireCounts counts() {
        return counts;
    }

    /**
     * Gives every row to the sink; the outcomes stand in the batch afterwards.
     *
     * @return whether the sink took the batch
     */
    boolean hand(SampleBatch batch) {
        return batch.size() == 0 || intake.hand(batch, clock.wallMillis());
    }

    /** What is wrong with a body, and where; the sample that it broke in is counted already. */
    void tellOfBrokenBody(String error) {
        log.brokenBody(error);
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
}
