package dev.tocsin.ingest;

import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.SampleSink;
import dev.tocsin.ingest.wire.WireCounts;
import java.lang.System.Logger.Level;

/**
 * The last step of every receiver: hands a filled batch to the sink and counts what became of each row. Confined to
 * the receiver's thread, as are the batch, the sink and the writing side of the accounting.
 */
final class Intake {
    private static final System.Logger LOG = System.getLogger(Intake.class.getName());

    private final SampleSink sink;
    private final WireCounts counts;
    private final Accounting accounting;
    private boolean sinkFailureTold;

    Intake(SampleSink sink, WireCounts counts, Accounting accounting) {
        this.sink = sink;
        this.counts = counts;
        this.accounting = accounting;
    }

    Accounting accounting() {
        return accounting;
    }

    /**
     * Gives every row to the sink. Afterwards the batch holds each row's outcome as the sink wrote it, until the caller
     * resets it. A sink that throws loses the whole batch, which is counted as dropped.
     *
     * @return whether the sink took the batch
     */
    boolean hand(SampleBatch batch, long nowMillis) {
        if (batch.size() == 0) {
            return true;
        }
        try {
            sink.accept(batch, nowMillis);
        } catch (RuntimeException e) {
            accounting.addDropped(batch.size());
            if (!sinkFailureTold) {
                sinkFailureTold = true;
                LOG.log(Level.ERROR, accounting.socket() + ": samples are lost, the series table failed", e);
            }
            return false;
        }
        int rejected = 0;
        for (int row = 0; row < batch.size(); row++) {
            if (batch.isRejected(row)) {
                rejected++;
                reject(batch, row);
            }
        }
        accounting.addAccepted(batch.size() - rejected);
        return true;
    }

    private void reject(SampleBatch batch, int row) {
        Rejection reason = batch.rejection(row);
        if (reason != null) {
            int end = Math.max(batch.nameEnd(row), batch.tagsEnd(row));
            counts.reject(reason, batch.bytes, batch.nameStart(row), end);
        }
    }
}
