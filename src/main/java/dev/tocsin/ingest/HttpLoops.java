package dev.tocsin.ingest;

import dev.tocsin.core.Clock;
import dev.tocsin.core.SampleSink;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The event loops of the web server as receivers of samples. Each loop gets a {@link SampleSink} of its own: the
 * supplier is called on the loop's thread, when its first body comes, and that sink is never touched by another thread.
 * All protocols of a loop share it; each has a {@link HttpLoop} of its own. Safe from any thread.
 */
public final class HttpLoops {
    private record Sink(String socket, SampleSink sink) {}

    private final HttpIngestSettings settings;
    private final Clock clock;
    private final MeterRegistry registry;
    private final BodyBudget budget;
    private final AtomicInteger opened = new AtomicInteger();
    private final ThreadLocal<Sink> sinkOfLoop;
    private final List<HttpLoop> loops = new CopyOnWriteArrayList<>();

    /** @param sinkOfLoop called once per event loop, on it */
    public HttpLoops(
            HttpIngestSettings settings, Supplier<SampleSink> sinkOfLoop, Clock clock, MeterRegistry registry) {
        this.settings = settings;
        this.clock = clock;
        this.registry = registry;
        this.budget = new BodyBudget(settings.maxBufferedBytes());
        this.sinkOfLoop = ThreadLocal.withInitial(() -> new Sink("http-" + opened.getAndIncrement(), sinkOfLoop.get()));
    }

    /** What came in over HTTP, one entry per event loop and protocol that has brought a body. */
    public List<Accounting> accounting() {
        return loops.stream().map(HttpLoop::accounting).toList();
    }

    HttpIngestSettings settings() {
        return settings;
    }

    BodyBudget budget() {
        return budget;
    }

    /** To be called once per protocol on the event loop itself. */
    HttpLoop open(String protocol) {
        Sink here = sinkOfLoop.get();
        HttpLoop loop = new HttpLoop(protocol, here.socket(), here.sink(), clock, registry);
        loops.add(loop);
        return loop;
    }
}
