package dev.tocsin.watch.scrape;

import dev.tocsin.core.Clock;
import dev.tocsin.core.KeyHash;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.SeriesSource.MetricMetadata;
import dev.tocsin.core.scrape.TargetStatus;
import dev.tocsin.core.scrape.TargetStatus.Health;
import dev.tocsin.http.OutgoingHttp;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Scrapes one target at its interval, at a place within it that its labels say, so that targets are spread. A scrape that
 * is not done when the next is due lets that one go by. Confined to the event loop of {@link ScrapeVerticle}, but for
 * {@link #status} and {@link #metadata}.
 */
final class TargetLoop {
    /** What every target has in common. */
    record Surroundings(
            Vertx vertx,
            Clock clock,
            ScrapeWorker worker,
            SampleRecorder recorder,
            BooleanSupplier mayRecord,
            ScrapeCounts counts) {}

    static final String ACCEPT =
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    /** A scrape that begins no later than this after its time bears that time, so that intervals are even. */
    private static final long TOLERANCE_MILLIS = 2;

    private static final int TOLERANCE_PART = 100;
    private static final int LATE_PART = 10;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Target target;
    private final ScrapeJob job;
    private final OutgoingHttp http;
    private final Surroundings at;
    private final TargetSeries series;
    private final Map<String, String> headers;
    private final long offsetMillis;
    private volatile TargetStatus status;
    private @Nullable Scrape scrape;
    private int expectedBytes;
    private long timer = -1;
    /** Read by the worker, too. */
    private volatile boolean stopped;

    /** Says that nobody may ask, and why; empty where one may. */
    private String refused = "";

    TargetLoop(Target target, ScrapeJob job, OutgoingHttp http, Surroundings at) {
        this.target = target;
        this.job = job;
        this.http = http;
        this.at = at;
        series = new TargetSeries(job, target.labels(), at.recorder(), at.counts());
        headers = Map.of(
                "Accept",
                ACCEPT,
                "Accept-Encoding",
                "gzip",
                "X-Prometheus-Scrape-Timeout-Seconds",
                Double.toString(target.timeoutMillis() / 1e3));
        byte[] key = (target.labels() + " " + target.uri()).getBytes(StandardCharsets.UTF_8);
        offsetMillis = Math.floorMod(KeyHash.text(key, 0, key.length, KeyHash.SEED), target.intervalMillis());
        status = status(Health.UNKNOWN, "", TargetStatus.NEVER, 0);
    }

    private TargetStatus status(Health health, String error, long millis, long nanos) {
        return new TargetStatus(
                target.discovered(),
                target.labels(),
                Objects.requireNonNull(target.uri()).toString(),
                health,
                error,
                millis,
                nanos,
                target.intervalMillis(),
                target.timeoutMillis());
    }

    /** Any thread. */
    TargetStatus status() {
        return status;
    }

    /** Any thread. */
    Map<String, MetricMetadata> metadata() {
        return series.metadata();
    }

    /** @param before the one whose place this takes, or null */
    void start(@Nullable TargetLoop before) {
        if (before != null) {
            at.worker().run(() -> series.inherit(before.series));
        }
        schedule();
    }

    /** From the next scrape on: why the target is not asked; empty where it is. */
    void refuse(String why) {
        refused = why;
    }

    /** Ends without ending the series: another takes them over, or the process ends. */
    void stop() {
        stopped = true;
        at.vertx().cancelTimer(timer);
        if (scrape != null) {
            scrape.abandon();
        }
    }

    /** The target is gone. */
    void end() {
        stop();
        at.worker().run(() -> series.end(at.clock().wallMillis()));
    }

    private void schedule() {
        if (stopped) {
            return;
        }
        long now = at.clock().wallMillis();
        long interval = target.intervalMillis();
        long wait = interval - Math.floorMod(now - offsetMillis, interval);
        timer = at.vertx().setTimer(wait, id -> run(now + wait));
    }

    private void run(long dueMillis) {
        if (!at.mayRecord().getAsBoolean()) {
            schedule();
            return;
        }
        long now = at.clock().wallMillis();
        long startedNanos = at.clock().monotonicNanos();
        long late = now - dueMillis;
        if (late > target.intervalMillis() / LATE_PART) {
            at.counts().late.increment();
        }
        boolean isPunctual = Math.abs(late) <= Math.min(TOLERANCE_MILLIS, target.intervalMillis() / TOLERANCE_PART);
        long timeMillis = isPunctual ? dueMillis : now;
        DoubleSupplier seconds = () -> (at.clock().monotonicNanos() - startedNanos) / NANOS_PER_SECOND;
        ask().transform(asked -> asked.failed()
                        ? at.worker()
                                .run(() -> fail(timeMillis, seconds))
                                .transform(failed -> Future.failedFuture(asked.cause()))
                        : at.worker().take(series, asked.result(), job.limits().mostBodyBytes(), timeMillis, seconds))
                .onComplete(done -> {
                    scrape = null;
                    if (!stopped) {
                        done(done.cause(), timeMillis, at.clock().monotonicNanos() - startedNanos);
                    }
                });
    }

    private void fail(long timeMillis, DoubleSupplier seconds) {
        if (!stopped) {
            series.fail(timeMillis, seconds.getAsDouble());
        }
    }

    private Future<Scrape.Body> ask() {
        if (!refused.isEmpty()) {
            return Future.failedFuture(new ScrapeException(ScrapeOutcome.TARGET_LIMIT, refused));
        }
        Scrape asked = new Scrape(
                at.vertx(),
                http,
                job.client().followRedirects(),
                headers,
                Duration.ofMillis(target.timeoutMillis()),
                job.limits().mostBodyBytes(),
                expectedBytes);
        scrape = asked;
        return asked.start(Objects.requireNonNull(target.uri()))
                .onSuccess(body -> expectedBytes = body.length() + body.length() / 8);
    }

    private void done(@Nullable Throwable problem, long timeMillis, long nanos) {
        ScrapeOutcome outcome = problem == null
                ? ScrapeOutcome.OK
                : problem instanceof ScrapeException e ? e.outcome() : ScrapeOutcome.MALFORMED;
        status = status(
                problem == null ? Health.UP : Health.DOWN,
                problem == null ? "" : OutgoingHttp.detail(problem),
                timeMillis,
                nanos);
        at.counts().count(outcome);
        schedule();
    }
}
