package dev.tocsin.core;

/**
 * Where a producer's samples go: one shard of the series table. Each producer thread has a sink of its own and is the
 * only one to call it. For a known series nothing is allocated and no lock is taken.
 */
public interface SampleSink {
    /**
     * Takes every row of the batch, or says why not by {@link SampleBatch#reject}. Never throws for bad input.
     *
     * @param nowMillis wall time of the batch, read once by the caller
     */
    void accept(SampleBatch batch, long nowMillis);
}
