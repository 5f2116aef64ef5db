package dev.tocsin.watch.log;

import dev.tocsin.core.Clock;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Niceness;
import dev.tocsin.core.SampleSink;
import dev.tocsin.core.log.LogAnalysis;
import dev.tocsin.core.log.LogBook;
import dev.tocsin.core.log.LogLine;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows log files, five times a second while they are quiet. Lives on its event loop, where the sink is called; all
 * reading happens on a thread of its own, one part at a time, and a part is only read when the one before has been taken:
 * what can't be kept up with waits in its file. Does nothing where no source is configured.
 */
public final class LogVerticle extends VerticleBase implements LogBook {
    private static final System.Logger LOG = System.getLogger(LogVerticle.class.getName());

    private static final long PERIOD_MILLIS = 200;
    /** A read that hangs on a dead mount must not hold up the stop. */
    private static final long STOP_MILLIS = 2_000;

    private final Supplier<SampleSink> opening;
    private final DurableState state;
    private final Path folder;
    private final Clock clock;
    private final MeterRegistry meters;
    private final long periodMillis;
    private final ExecutorService reader = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("tocsin-logs").factory());
    /** What the files are followed by from the next part on. */
    private LogSettings settings;

    private boolean changed;
    private boolean running;
    private boolean stopped;
    private @Nullable SampleSink sink;
    /** Confined to the reader's thread, but between a part's reading and its end, when the event loop has it. */
    private @Nullable LogWatch watch;

    /**
     * @param opening of the sink of this verticle alone; called once, on its event loop, and only where there is a source
     * @param folder of what must outlive the process
     */
    public LogVerticle(
            LogSettings settings,
            Supplier<SampleSink> opening,
            DurableState state,
            Path folder,
            Clock clock,
            MeterRegistry meters) {
        this(settings, opening, state, folder, clock, meters, PERIOD_MILLIS);
    }

    LogVerticle(
            LogSettings settings,
            Supplier<SampleSink> opening,
            DurableState state,
            Path folder,
            Clock clock,
            MeterRegistry meters,
            long periodMillis) {
        this.settings = settings;
        this.opening = opening;
        this.state = state;
        this.folder = folder;
        this.clock = clock;
        this.meters = meters;
        this.periodMillis = periodMillis;
    }

    @Override
    public Future<?> start() {
        begin();
        return Future.succeededFuture();
    }

    /** Follows what these settings say from now on. Any thread. */
    public Future<Void> configure(LogSettings next) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(go -> {
            settings = next;
            changed = true;
            begin();
            done.complete();
        });
        return done.future();
    }

    private void begin() {
        if (!running && !stopped && !settings.sources().isEmpty()) {
            running = true;
            sink = sink == null ? opening.get() : sink;
            pass();
        }
    }

    private void pass() {
        if (stopped) {
            return;
        }
        LogSettings following = settings;
        boolean configures = changed;
        changed = false;
        boolean isLast = following.sources().isEmpty();
        CompletableFuture<Boolean> ignored = reading(() -> {
                    LogWatch reads = watch(following, configures);
                    return reads.pass(clock.wallMillis());
                })
                .whenComplete((more, failure) -> context.runOnContext(go -> {
                    take(failure);
                    if (isLast && !changed) {
                        running = false;
                    } else if (failure == null && more) {
                        pass();
                    } else {
                        vertx.setTimer(periodMillis, timer -> pass());
                    }
                }));
    }

    private LogWatch watch(LogSettings following, boolean configures) {
        Niceness.lower();
        LogWatch known = watch;
        if (known == null) {
            known = new LogWatch(following, state, folder, meters, clock.wallMillis());
            watch = known;
        } else if (configures) {
            known.configure(following);
        }
        return known;
    }

    private void take(@Nullable Throwable failure) {
        if (failure != null) {
            LOG.log(Level.ERROR, "reading logs failed; it is tried again", failure);
        } else if (watch != null) {
            Objects.requireNonNull(sink).accept(watch.batch, clock.wallMillis());
            watch.taken();
        }
    }

    private <T> CompletableFuture<T> reading(Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            reader.execute(() -> {
                try {
                    done.complete(work.call());
                } catch (Exception | StackOverflowError e) {
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    @Override
    public CompletionStage<List<LogLine>> recent(@Nullable String category, @Nullable String source, int limit) {
        return reading(() -> watch == null ? List.of() : watch.memory().recent(category, source, limit));
    }

    @Override
    public CompletionStage<LogAnalysis> analysis(int hours, int limit) {
        return reading(() -> {
            LogMemory memory = watch == null ? new LogMemory(clock.wallMillis()) : watch.memory();
            return memory.analysis(hours, limit, clock.wallMillis());
        });
    }

    /** The part that is being read is taken, and all that was taken is remembered. */
    @Override
    public Future<?> stop() {
        stopped = true;
        Promise<Void> closed = Promise.promise();
        long timer = vertx.setTimer(STOP_MILLIS, late -> closed.tryComplete());
        // Behind the part that may be being read; its taking was asked of the event loop before this is.
        CompletableFuture<?> ignored = reading(() -> true)
                .whenComplete((read, failure) -> context.runOnContext(go -> close(() -> {
                    vertx.cancelTimer(timer);
                    closed.tryComplete();
                })));
        return closed.future();
    }

    private void close(Runnable then) {
        CompletableFuture<?> ignored = reading(() -> {
                    if (watch != null) {
                        watch.close();
                    }
                    return true;
                })
                .whenComplete((done, failure) -> then.run());
        reader.shutdown();
    }
}
