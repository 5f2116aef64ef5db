package dev.tocsin.series;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What one shard took in since its last flip, on its way to the series thread by reference. Made by {@link Shard#flip};
 * must be given to {@link SeriesTable#close} or {@link SeriesTable#absorb} once: only then does the shard have columns
 * for its next flip.
 */
public final class ClosedInterval {
    private final Shard shard;
    private final long tickMillis;
    private final AtomicReference<@Nullable IntervalColumns> columns;

    ClosedInterval(Shard shard, long tickMillis, @Nullable IntervalColumns columns) {
        this.shard = shard;
        this.tickMillis = tickMillis;
        this.columns = new AtomicReference<>(columns);
    }

    Shard shard() {
        return shard;
    }

    /** The tick it was flipped for. */
    public long tickMillis() {
        return tickMillis;
    }

    /** Whether nothing was handed over because the one before had not been merged yet; it comes with the next. */
    public boolean isSkipped() {
        return columns.get() == null;
    }

    /** The columns, the first time. */
    @Nullable
    IntervalColumns take() {
        return columns.getAndSet(null);
    }
}
