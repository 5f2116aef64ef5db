package dev.tocsin.promql;

import dev.tocsin.promql.PromqlException.Kind;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that queries may hold together. Each takes from it what its vectors and its answer come to, by estimate, and
 * gives it back when the answer is made; a query that would not fit fails and hurts no other. Safe from any thread.
 *
 * <p>What is counted: values, label sets, distributions and accumulators of every vector made, though some of them are
 * garbage before the query ends. What a selector reads of one series at a time is not.
 */
public final class QueryMemory {
    /** Taken at once, so that small vectors don't touch what all threads share. */
    private static final long CHUNK_BYTES = 64 * 1024;

    private final long maxBytes;
    private final AtomicLong heldBytes = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();

    public QueryMemory(long maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("queries need memory, not " + maxBytes + " bytes");
        }
        this.maxBytes = maxBytes;
    }

    /** Nothing yet, for one query. */
    public Share share() {
        return new Share();
    }

    public long maxBytes() {
        return maxBytes;
    }

    /** Never above {@link #maxBytes}. */
    public long heldBytes() {
        return heldBytes.get();
    }

    /** Queries that failed because they did not fit. */
    public long refusals() {
        return refusals.get();
    }

    /** What one query draws on. */
    public interface Source {
        /** No bound. */
        Source UNBOUNDED = bytes -> {};

        /** @throws PromqlException of kind TOO_MANY where the query alone is too large, BUSY where others hold the rest */
        void take(long bytes);
    }

    /** What one query holds; confined to its thread. */
    public final class Share implements Source, AutoCloseable {
        private long heldBytes;
        private long usedBytes;

        private Share() {}

        @Override
        public void take(long bytes) {
            usedBytes += bytes;
            if (usedBytes <= heldBytes) {
                return;
            }
            if (usedBytes > maxBytes) {
                refusals.incrementAndGet();
                throw new PromqlException(
                        Kind.TOO_MANY,
                        Span.NONE,
                        "query processing would hold more than the " + maxBytes + " bytes that all queries may;"
                                + " narrow its label matchers, its range or its resolution");
            }
            long missing = usedBytes - heldBytes;
            if (!hold(Math.max(missing, Math.min(CHUNK_BYTES, maxBytes - heldBytes))) && !hold(missing)) {
                refusals.incrementAndGet();
                throw new PromqlException(
                        Kind.BUSY,
                        Span.NONE,
                        "the queries that run now hold the " + maxBytes + " bytes that all may; ask again");
            }
        }

        private boolean hold(long bytes) {
            long before = QueryMemory.this.heldBytes.get();
            while (before + bytes <= maxBytes) {
                if (QueryMemory.this.heldBytes.compareAndSet(before, before + bytes)) {
                    heldBytes += bytes;
                    return true;
                }
                before = QueryMemory.this.heldBytes.get();
            }
            return false;
        }

        @Override
        public void close() {
            QueryMemory.this.heldBytes.addAndGet(-heldBytes);
            heldBytes = 0;
            usedBytes = 0;
        }
    }
}
