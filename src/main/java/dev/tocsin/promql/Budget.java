package dev.tocsin.promql;

import dev.tocsin.core.Clock;
import dev.tocsin.promql.PromqlException.Kind;
import java.util.function.BooleanSupplier;

/** What one query has left to spend. Confined to the query's thread. */
final class Budget {
    /** Calls of {@link #work} between two looks at the clock: some 10 µs to 1 ms of work. */
    private static final int CHECK_MASK = 0x3f;

    private final QueryLimits limits;
    private final Clock clock;
    private final BooleanSupplier cancelled;
    private final QueryMemory.Source memory;
    private final long startNanos;
    private long samples;
    private int calls;

    Budget(QueryLimits limits, Clock clock, QueryOptions options) {
        this.limits = limits;
        this.clock = clock;
        this.cancelled = options.cancelled();
        this.memory = options.memory();
        this.startNanos = clock.monotonicNanos();
    }

    int maxSeries() {
        return limits.maxSeries();
    }

    /** Accounts for samples read or computed, and now and then for time. */
    void work(long moreSamples) {
        samples += moreSamples;
        if (samples > limits.maxSamples()) {
            throw new PromqlException(
                    Kind.TOO_MANY,
                    Span.NONE,
                    "query processing would load too many samples into memory: more than " + limits.maxSamples()
                            + "; narrow its label matchers, its range or its resolution");
        }
        if ((++calls & CHECK_MASK) == 0) {
            checkTime();
        }
    }

    /** Accounts for heap that stays in use until the query ends, or may. */
    void hold(long bytes) {
        memory.take(bytes);
    }

    void checkTime() {
        if (cancelled.getAsBoolean()) {
            throw new PromqlException(Kind.CANCELLED, Span.NONE, "query was canceled");
        }
        if (clock.monotonicNanos() - startNanos > limits.timeoutNanos()) {
            throw new PromqlException(
                    Kind.TIMEOUT,
                    Span.NONE,
                    "query timed out after " + limits.timeoutNanos() / 1_000_000 + " ms in expression evaluation");
        }
    }

    /** The steps from start to end, none where end is before start. */
    Steps steps(long startMillis, long endMillis, long stepMillis) {
        long count = endMillis < startMillis ? 0 : (endMillis - startMillis) / stepMillis + 1;
        if (count > Math.min(limits.maxSamples(), Integer.MAX_VALUE / 2)) {
            work(limits.maxSamples() + 1);
        }
        return new Steps(startMillis, stepMillis, (int) count);
    }
}
