package dev.tocsin.web;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the stream tells of itself. Safe from any thread. */
final class StreamMeters {
    final AtomicInteger subscribers = new AtomicInteger();
    final AtomicInteger subscriptions = new AtomicInteger();
    final AtomicLong unsentBytes = new AtomicLong();
    private final Counter frames;
    private final Counter skipped;
    private final Counter closedTooSlow;
    private final Counter refused;
    private final Counter ticksLeftOut;
    private final Timer evaluation;

    StreamMeters(MeterRegistry meters, StreamSettings settings) {
        Gauge.builder("tocsin.stream.subscribers", subscribers, AtomicInteger::get)
                .description("Open live connections")
                .register(meters);
        Gauge.builder("tocsin.stream.subscriptions", subscriptions, AtomicInteger::get)
                .description("Distinct sets of live queries")
                .register(meters);
        Gauge.builder("tocsin.stream.unsent.bytes", unsentBytes, AtomicLong::get)
                .description("Bytes written to live connections and not yet sent")
                .register(meters);
        Gauge.builder("tocsin.stream.unsent.limit.bytes", settings, StreamSettings::maxUnsentBytes)
                .description("Bytes that may wait for one live connection; past it frames are left out")
                .register(meters);
        frames = Counter.builder("tocsin.stream.frames")
                .description("Frames sent to live connections")
                .register(meters);
        skipped = Counter.builder("tocsin.stream.frames.skipped")
                .description("Frames that a slow reader did not get, and was told of")
                .register(meters);
        closedTooSlow = Counter.builder("tocsin.stream.closed.too.slow")
                .description("Live connections closed because their reader was too far behind")
                .register(meters);
        refused = Counter.builder("tocsin.stream.refused")
                .description("Live connections refused because there were too many")
                .register(meters);
        ticksLeftOut = Counter.builder("tocsin.stream.ticks.left.out")
                .description("Ticks that a subscription left out because its evaluations fell behind")
                .register(meters);
        evaluation = Timer.builder("tocsin.stream.evaluation")
                .description("Time to evaluate and encode one subscription at one tick")
                .register(meters);
    }

    void frameSent() {
        frames.increment();
    }

    void frameSkipped() {
        skipped.increment();
    }

    void closedTooSlow() {
        closedTooSlow.increment();
    }

    void refused() {
        refused.increment();
    }

    void tickLeftOut() {
        ticksLeftOut.increment();
    }

    void evaluated(long nanos) {
        evaluation.record(nanos, TimeUnit.NANOSECONDS);
    }
}
