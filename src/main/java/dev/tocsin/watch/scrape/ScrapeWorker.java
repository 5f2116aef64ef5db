package dev.tocsin.watch.scrape;

import dev.tocsin.core.Niceness;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where answers are unpacked, read and recorded: a thread for those of usual size, and one for large ones, so that they
 * hold up nothing. Started from the event loop of {@link ScrapeVerticle}.
 */
final class ScrapeWorker {
    private static final int LARGE_BYTES = 2 << 20;
    private static final int LEAST_ROOM = 64 << 10;
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private static final class Lane {
        final WorkerExecutor executor;
        final TargetSeries.Workbench bench = new TargetSeries.Workbench();
        /** What gzip is unpacked into; only where it is small is it kept. */
        byte @Nullable [] unpacked;

        Lane(Vertx vertx, String name) {
            executor = vertx.createSharedWorkerExecutor(name, 1);
        }

        <T extends @Nullable Object> Future<T> run(Callable<T> work) {
            return executor.executeBlocking(() -> {
                Niceness.lower();
                return work.call();
            });
        }
    }

    private final Lane usual;
    private final Lane large;

    ScrapeWorker(Vertx vertx) {
        usual = new Lane(vertx, "tocsin-scrape");
        large = new Lane(vertx, "tocsin-scrape-large");
    }

    /**
     * Records what a target answered, and how the scrape went. Fails with what {@link TargetSeries#take} throws where
     * nothing of it was taken.
     *
     * @param seconds since the scrape began
     */
    Future<Void> take(TargetSeries series, Scrape.Body body, int mostBytes, long timeMillis, DoubleSupplier seconds) {
        Lane lane = body.length() > LARGE_BYTES ? large : usual;
        return lane.run(() -> {
            try {
                take(series, body, mostBytes, timeMillis, lane);
            } catch (ScrapeException | RuntimeException e) {
                series.fail(timeMillis, seconds.getAsDouble());
                throw e;
            }
            series.report(true, seconds.getAsDouble(), timeMillis);
            return null;
        });
    }

    private static void take(TargetSeries series, Scrape.Body body, int mostBytes, long timeMillis, Lane lane)
            throws ScrapeException {
        byte[] text = body.bytes();
        int length = body.length();
        if (body.isGzip()) {
            length = unpack(body, mostBytes, lane);
            text = Objects.requireNonNull(lane.unpacked);
        }
        boolean openMetrics = body.contentType().toLowerCase(Locale.ROOT).startsWith(OPEN_METRICS);
        series.take(text, length, openMetrics, timeMillis, lane.bench);
        if (text.length > LARGE_BYTES) {
            lane.unpacked = null;
        }
    }

    private static int unpack(Scrape.Body body, int mostBytes, Lane lane) throws ScrapeException {
        byte[] room = lane.unpacked == null ? new byte[LEAST_ROOM] : lane.unpacked;
        GZIPInputStream in = unpacking(body);
        int length = 0;
        for (int more = 0; more >= 0; more = read(in, room, length)) {
            length += more;
            if (length > mostBytes) {
                throw new ScrapeException(
                        ScrapeOutcome.BODY_SIZE, "body size limit exceeded: more than " + mostBytes + " bytes");
            }
            if (length + 1 >= room.length) {
                room = Arrays.copyOf(room, (int) Math.min(mostBytes + 2L, 2L * room.length));
            }
        }
        lane.unpacked = room;
        return length;
    }

    private static GZIPInputStream unpacking(Scrape.Body body) throws ScrapeException {
        try {
            return new GZIPInputStream(new ByteArrayInputStream(body.bytes(), 0, body.length()), 4_096);
        } catch (IOException e) {
            throw new ScrapeException(ScrapeOutcome.ENCODING, "not gzip: " + e.getMessage());
        }
    }

    private static int read(GZIPInputStream in, byte[] room, int from) throws ScrapeException {
        try {
            return in.read(room, from, room.length - 1 - from);
        } catch (IOException e) {
            throw new ScrapeException(ScrapeOutcome.ENCODING, "not whole gzip: " + e.getMessage());
        }
    }

    /** Something short. */
    Future<Void> run(Runnable work) {
        return usual.run(() -> {
            work.run();
            return null;
        });
    }

    void close() {
        usual.executor.close().onFailure(e -> {});
        large.executor.close().onFailure(e -> {});
    }
}
