package dev.tocsin.web;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Niceness;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.promql.QueryMemory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Where queries run: a few threads of their own, and a bounded queue before them. Evaluating, writing the JSON and
 * compressing it all happen here, so an event loop only passes bytes on. Safe from any thread; {@link #answer} is called
 * on the request's event loop.
 *
 * <p>These are platform threads on purpose: evaluation is pure computing, and the JDK does not share out a core among
 * virtual threads that never wait, so a few long queries would hold up the judging of rules.
 */
public final class QueryPool {
    private static final System.Logger LOG = System.getLogger(QueryPool.class.getName());

    private static final int LEAST_WORTH_COMPRESSING = 1_024;

    private final WorkerExecutor threads;
    private final QueryBounds bounds;
    private final QueryMemory memory;
    private final Clock clock;
    private final AtomicInteger admitted = new AtomicInteger();
    private final Meter.MeterProvider<Counter> outcomes;
    private final Meter.MeterProvider<Timer> durations;

    public QueryPool(Vertx vertx, QueryBounds bounds, Clock clock, MeterRegistry meters) {
        this.bounds = bounds;
        this.memory = new QueryMemory(bounds.maxMemoryBytes());
        this.clock = clock;
        this.threads = vertx.createSharedWorkerExecutor(
                "tocsin-query",
                bounds.concurrency(),
                bounds.maxTimeout().plusSeconds(30).toMillis(),
                TimeUnit.MILLISECONDS);
        this.outcomes = Counter.builder("tocsin.queries")
                .description("Queries over HTTP, by handler and outcome")
                .withRegistry(meters);
        this.durations = Timer.builder("tocsin.query.duration")
                .description("Time from a query's arrival to its answer, by handler")
                .withRegistry(meters);
        Gauge.builder("tocsin.queries.memory", memory, QueryMemory::heldBytes)
                .description("Heap that running queries hold, by estimate")
                .baseUnit("bytes")
                .register(meters);
        FunctionCounter.builder("tocsin.queries.memory.refused", memory, QueryMemory::refusals)
                .description("Queries that failed because queries may not hold more together")
                .register(meters);
        Gauge.builder("tocsin.queries.running", admitted, AtomicInteger::get)
                .description("Queries that run or wait for their turn")
                .register(meters);
    }

    QueryBounds bounds() {
        return bounds;
    }

    /** What all queries hold together. */
    public QueryMemory memory() {
        return memory;
    }

    /** One query's claim to go on: until its time is up or its client has gone. */
    final class Claim {
        private final long deadlineNanos;
        private volatile boolean clientGone;

        private Claim(Duration timeout) {
            deadlineNanos = clock.monotonicNanos() + timeout.toNanos();
        }

        boolean isOver() {
            return clientGone || clock.monotonicNanos() - deadlineNanos >= 0;
        }

        /** Between two stages of the work. */
        void check() {
            if (isOver()) {
                throw reason();
            }
        }

        private ApiError reason() {
            return clientGone
                    ? new ApiError(ApiError.Type.CANCELED, "query was canceled in query execution")
                    : new ApiError(ApiError.Type.TIMEOUT, "query timed out in query execution");
        }
    }

    /** Makes the JSON of an answer, on a thread of the pool. */
    interface Work {
        byte[] run(Claim claim);
    }

    /** Runs {@code work} and sends what it makes; or says why there is nothing. */
    void answer(RoutingContext ctx, String handler, Duration timeout, Work work) {
        boolean gzip = PageHandler.accepts(ctx.request().getHeader(HttpHeaders.ACCEPT_ENCODING), "gzip");
        submit(ctx, handler, timeout, claim -> Answer.of(work.run(claim), gzip))
                .onSuccess(answer -> {
                    if (answer.gzipped && !ctx.response().closed()) {
                        ctx.response()
                                .putHeader(HttpHeaders.CONTENT_ENCODING, "gzip")
                                .putHeader(HttpHeaders.VARY, "Accept-Encoding");
                    }
                    Replies.send(ctx, 200, Replies.JSON, Buffer.buffer(answer.bytes));
                })
                .onFailure(e -> Replies.error(ctx, (ApiError) e));
    }

    /** Runs {@code work} for an answer that the caller sends itself. Fails with {@link ApiError} alone. */
    Future<byte[]> run(RoutingContext ctx, String handler, Duration timeout, Work work) {
        return submit(ctx, handler, timeout, work::run);
    }

    private <T> Future<T> submit(RoutingContext ctx, String handler, Duration timeout, Function<Claim, T> work) {
        if (admitted.incrementAndGet() > bounds.concurrency() + bounds.queueLength()) {
            admitted.decrementAndGet();
            count(handler, "rejected");
            return Future.failedFuture(new ApiError(
                    ApiError.Type.UNAVAILABLE,
                    "too many queries: " + bounds.concurrency() + " run and " + bounds.queueLength() + " wait"));
        }
        long startNanos = clock.monotonicNanos();
        Claim claim = new Claim(timeout);
        ctx.addEndHandler(end -> claim.clientGone |= end.failed());
        return threads.executeBlocking(
                        () -> {
                            Niceness.lower();
                            claim.check();
                            return work.apply(claim);
                        },
                        false)
                .transform(done -> {
                    admitted.decrementAndGet();
                    durations
                            .withTag("handler", handler)
                            .record(clock.monotonicNanos() - startNanos, TimeUnit.NANOSECONDS);
                    if (done.succeeded()) {
                        count(handler, "success");
                        return Future.succeededFuture(done.result());
                    }
                    ApiError error = error(done.cause(), claim);
                    count(handler, error.type().word());
                    return Future.failedFuture(error);
                });
    }

    private void count(String handler, String outcome) {
        outcomes.withTags("handler", handler, "outcome", outcome).increment();
    }

    private record Answer(byte[] bytes, boolean gzipped) {
        static Answer of(byte[] json, boolean gzip) {
            return gzip && json.length >= LEAST_WORTH_COMPRESSING
                    ? new Answer(QueryPool.gzip(json), true)
                    : new Answer(json, false);
        }
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(512, bytes.length / 8));
        try (GZIPOutputStream gzip = new GZIPOutputStream(out, 8_192) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        }) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static ApiError error(Throwable thrown, Claim claim) {
        return switch (thrown) {
            case ApiError e -> e;
            case PromqlException e -> promqlError(e, claim);
            case SeriesSource.TooManySeriesException e ->
                new ApiError(ApiError.Type.EXECUTION, String.valueOf(e.getMessage()));
            default -> {
                LOG.log(Level.WARNING, "query failed", thrown);
                yield new ApiError(ApiError.Type.INTERNAL, "internal error; the log says more");
            }
        };
    }

    private static ApiError promqlError(PromqlException e, Claim claim) {
        String message = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case PARSE -> ApiError.badData(message);
            case EXECUTION, TOO_MANY -> new ApiError(ApiError.Type.EXECUTION, message);
            case BUSY -> new ApiError(ApiError.Type.UNAVAILABLE, message);
            case TIMEOUT -> new ApiError(ApiError.Type.TIMEOUT, message);
            case CANCELLED -> claim.reason();
        };
    }
}
