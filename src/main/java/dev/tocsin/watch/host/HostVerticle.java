package dev.tocsin.watch.host;

import dev.tocsin.core.Clock;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.SampleSink;
import dev.tocsin.core.check.HostFigures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures the host once a second, or once a tick where ticks are longer, as {@code host_*} series, as node_exporter's, or both. Lives on its event loop, where the sink is called; the
 * reading itself, which may block on a dead mount, runs on a thread of its own, one at a time. A reading that is not
 * done when the next is due is waited for, and the periods without one are counted. Deployment returns before the first
 * reading, so the start of the server never waits for it.
 */
public final class HostVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(HostVerticle.class.getName());

    private static final long PERIOD_MILLIS = 1_000;
    private static final double NANOS_PER_MILLI = 1e6;
    /** Well inside an interval, so that each has exactly one reading whatever the timer's jitter. */
    private static final long PHASE_MILLIS = 500;
    /** File systems fill slowly; asking a network mount is dear, and so is a look at every process or socket. */
    private static final int READINGS_PER_SLOW_READING = 10;

    private final HostProbe probe;
    private final SampleSink sink;
    private final Clock clock;
    private final long periodMillis;
    private final Consumer<OshiProbe.Failure> failures;
    private final Timer duration;
    private final Counter missed;
    private final HostMetrics metrics = new HostMetrics();
    private final LastReading last = new LastReading();
    private final SampleBatch batch = SampleBatch.anyText(256, 16 << 10);
    private @Nullable WorkerExecutor reader;
    private long readings;
    private boolean stopped;

    /**
     * @param sink of this verticle alone, called on its event loop
     * @param recorder takes what is named as node_exporter names it; called on the thread that reads
     * @param mayRecord false until what was recorded before a restart is back, for it comes first
     * @param tickMillis more than one reading in a tick would show only the last
     */
    public static HostVerticle of(
            HostOptions options,
            SampleSink sink,
            SampleRecorder recorder,
            BooleanSupplier mayRecord,
            Clock clock,
            MeterRegistry registry,
            long tickMillis) {
        SystemFiles files = SystemFiles.ofThisMachine();
        HostProbe own = options.ownNames()
                ? new OshiProbe(options.processes(), files, failureCount(registry))
                : slowToo -> List.of();
        HostProbe probe = own;
        if (options.nodeNames()) {
            NodeMetrics node = new NodeMetrics(files, options.instance(), recorder);
            probe = slowToo -> {
                if (mayRecord.getAsBoolean()) {
                    node.read(clock.wallMillis(), slowToo);
                }
                return own.read(slowToo);
            };
        }
        return new HostVerticle(probe, sink, clock, registry, Math.max(PERIOD_MILLIS, tickMillis));
    }

    HostVerticle(HostProbe probe, SampleSink sink, Clock clock, MeterRegistry registry, long periodMillis) {
        this.probe = probe;
        this.sink = sink;
        this.clock = clock;
        this.periodMillis = periodMillis;
        this.failures = failureCount(registry);
        this.duration = Timer.builder("tocsin.host.read.duration")
                .description("Time to read the host's metrics.")
                .register(registry);
        this.missed = Counter.builder("tocsin.host.missed.readings")
                .description("Periods without a reading of the host, because the one before was not done.")
                .register(registry);
    }

    /** Safe from any thread. */
    private static Consumer<OshiProbe.Failure> failureCount(MeterRegistry registry) {
        Set<String> warned = ConcurrentHashMap.newKeySet();
        return failure -> {
            if (warned.add(failure.part())) {
                LOG.log(
                        Level.WARNING,
                        "can't read the host's " + failure.part() + "; this is said once, then counted",
                        failure.cause());
            }
            Counter.builder("tocsin.host.read.failures")
                    .description("Parts of the host's metrics that could not be read.")
                    .tag("part", failure.part())
                    .register(registry)
                    .increment();
        };
    }

    /** The event loop that owns the sink. Only after deployment. */
    public Context context() {
        return context;
    }

    /** What the last reading said; none where only node_exporter's names are wanted. Any thread. */
    public HostFigures figures() {
        return last.figures();
    }

    @Override
    public Future<?> start() {
        reader = vertx.createSharedWorkerExecutor("tocsin-host", 1);
        readAfter(untilNext(clock.wallMillis()));
        return Future.succeededFuture();
    }

    /** Milliseconds to the next reading, which stands at a fixed place in the wall period: 1 to a whole period. */
    long untilNext(long nowMillis) {
        long phase = PHASE_MILLIS * periodMillis / PERIOD_MILLIS;
        return periodMillis - Math.floorMod(nowMillis - phase, periodMillis);
    }

    private void readAfter(long millis) {
        vertx.setTimer(millis, timer -> read());
    }

    private void read() {
        WorkerExecutor executor = reader;
        if (stopped || executor == null) {
            return;
        }
        long startedNanos = clock.monotonicNanos();
        boolean slowToo = readings++ % READINGS_PER_SLOW_READING == 0;
        executor.executeBlocking(() -> probe.read(slowToo)).onComplete(done -> {
            long tookNanos = clock.monotonicNanos() - startedNanos;
            duration.record(tookNanos, TimeUnit.NANOSECONDS);
            missed.increment(Math.floor(tookNanos / (periodMillis * NANOS_PER_MILLI)));
            if (stopped) {
                return;
            }
            if (done.succeeded()) {
                take(done.result());
            } else {
                failures.accept(new OshiProbe.Failure("metrics", done.cause()));
            }
            readAfter(untilNext(clock.wallMillis()));
        });
    }

    private void take(List<HostPart> parts) {
        batch.reset();
        metrics.append(parts, batch);
        long now = clock.wallMillis();
        last.take(batch, now);
        sink.accept(batch, now);
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        // Not waited for: a reading that hangs on a dead mount must not hold up the stop.
        if (reader != null) {
            reader.close().onFailure(e -> LOG.log(Level.DEBUG, "the host's reader did not close", e));
        }
        return Future.succeededFuture();
    }
}
