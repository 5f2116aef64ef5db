package dev.tocsin.web;

import dev.tocsin.core.Matcher;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.promql.MemorySource;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Series of a test, which tells how often they were looked up, and can make that take as long as the test likes. */
final class CountingSource implements SeriesSource {
    final AtomicInteger selections = new AtomicInteger();
    private final MemorySource memory = new MemorySource();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** Look-ups wait from now on, until the latch is counted down. */
    CountDownLatch hold() {
        gate = new CountDownLatch(1);
        return gate;
    }

    synchronized void change(Consumer<MemorySource> action) {
        action.accept(memory);
    }

    @Override
    public List<Series> select(List<Matcher> matchers, long afterMillis, long toMillis, int limit) {
        selections.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        synchronized (this) {
            return memory.select(matchers, afterMillis, toMillis, limit);
        }
    }

    @Override
    public synchronized SortedSet<String> labelNames(List<Matcher> matchers, long afterMillis, long toMillis) {
        return memory.labelNames(matchers, afterMillis, toMillis);
    }

    @Override
    public synchronized SortedSet<String> labelValues(
            String label, List<Matcher> matchers, long afterMillis, long toMillis) {
        return memory.labelValues(label, matchers, afterMillis, toMillis);
    }

    @Override
    public List<MetricMetadata> metadata() {
        return List.of(
                new MetricMetadata("up", "gauge", "", ""), new MetricMetadata("requests", "counter", "Requests", ""));
    }
}
