package dev.tocsin.core.tick;

import java.util.List;

/** What an earlier process closed, as a test kept it. One use. */
public final class KeptTicks implements StoredTicks {
    private final List<EncodedTick> ticks;
    private int next;

    public KeptTicks(List<EncodedTick> ticks) {
        this.ticks = ticks;
    }

    @Override
    public long[] positions() {
        return ticks.stream().mapToLong(EncodedTick::position).toArray();
    }

    @Override
    public long[] tickMillis() {
        return ticks.stream().mapToLong(EncodedTick::tickMillis).toArray();
    }

    @Override
    public boolean next(Taker taker) {
        if (next == ticks.size()) {
            return false;
        }
        EncodedTick tick = ticks.get(next++);
        long at = tick.position();
        taker.names(at, tick.tickMillis(), tick.names(), 0, tick.names().length);
        taker.columns(at, tick.tickMillis(), tick.columns(), 0, tick.columns().length);
        return true;
    }

    @Override
    public void close() {}
}
