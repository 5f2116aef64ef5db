package dev.tocsin.ingest;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleSink;
import dev.tocsin.ingest.wire.JsonSamples;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBufInputStream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

/**
 * {@code POST /api/v1/samples}: JSON batches ({@link JsonSamples}), gzip accepted, the content type not looked at.
 *
 * <p>Requests are read on whichever event loop of the web server they came in on. Each of these loops gets a
 * {@link SampleSink} of its own: the supplier is called on the loop's thread, when its first batch comes, and that sink
 * is never touched by another thread. A body is read in slices, with other work of the loop in between.
 *
 * <p>Answers {@code {"accepted":N,"rejected":[{"index":3,"reason":"bad_value"}]}}: 200 where a sample was taken or
 * there was none to take, 400 where every one was rejected or the body is no batch. At most
 * {@value #MAX_REJECTIONS_TOLD} rejections are listed, the rest is a number, {@code "unlisted"}; {@code "error"} says
 * where the JSON is broken. 413, 415 and 503 refuse the body, with {@code "error"}; 413 after decompression comes too
 * late for what was taken before, and says how much that was. 500 means that samples were {@code "lost"} inside.
 */
public final class HttpSamples implements AutoCloseable {
    static final String PATH = "/api/v1/samples";
    static final int MAX_REJECTIONS_TOLD = 1_000;

    private final HttpIngestSettings settings;
    private final Supplier<SampleSink> sinkOfLoop;
    private final Clock clock;
    private final MeterRegistry registry;
    private final BodyBudget budget;
    private final ThreadLocal<HttpLoop> loop = ThreadLocal.withInitial(this::openLoop);
    private final List<HttpLoop> loops = new CopyOnWriteArrayList<>();

    /** @param sinkOfLoop called once per event loop, on it */
    public HttpSamples(
            HttpIngestSettings settings, Supplier<SampleSink> sinkOfLoop, Clock clock, MeterRegistry registry) {
        this.settings = settings;
        this.sinkOfLoop = sinkOfLoop;
        this.clock = clock;
        this.registry = registry;
        this.budget = new BodyBudget(settings.maxBufferedBytes());
    }

    /** Adds the route. No body handler may stand before it. */
    public void mount(Router router) {
        router.post(PATH).handler(this::handle);
    }

    /** What came in over HTTP, one entry per event loop that has served a batch. Any thread. */
    public List<Accounting> accounting() {
        return loops.stream().map(HttpLoop::accounting).toList();
    }

    /** Bytes of bodies that are held now. Any thread. */
    long bufferedBytes() {
        return budget.heldBytes();
    }

    /** Removes the meters. */
    @Override
    public void close() {
        loops.forEach(HttpLoop::close);
    }

    private HttpLoop openLoop() {
        synchronized (loops) {
            HttpLoop opened = new HttpLoop("http-" + loops.size(), sinkOfLoop.get(), clock, registry);
            loops.add(opened);
            return opened;
        }
    }

    private void handle(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        boolean gzip = "gzip".equalsIgnoreCase(encoding);
        HttpLoop here = loop.get();
        if (!gzip && encoding != null && !encoding.isBlank() && !"identity".equalsIgnoreCase(encoding)) {
            here.rejectBody(Rejection.MALFORMED);
            answer(routing, 415, JsonAnswer.error("content encoding must be gzip or none, not " + encoding));
            return;
        }
        RequestBody body = RequestBody.of(request, settings.maxBodyBytes(), budget);
        body.whole().onSuccess(bytes -> read(routing, body, bytes, gzip)).onFailure(cause -> {
            if (cause instanceof RequestBody.RefusedException refused) {
                if (refused.status() == 503) {
                    here.dropBody();
                } else {
                    here.rejectBody(Rejection.TOO_LARGE);
                }
                answer(routing, refused.status(), JsonAnswer.error(refused.getMessage()));
            }
        });
    }

    private void read(RoutingContext routing, RequestBody body, Buffer bytes, boolean gzip) {
        JsonAnswer answer = new JsonAnswer(MAX_REJECTIONS_TOLD);
        JsonSamples samples;
        try {
            InputStream in = new ByteBufInputStream(((BufferInternal) bytes).getByteBuf());
            if (gzip) {
                in = new BoundedInputStream(new GZIPInputStream(in, 8 << 10), settings.maxInflatedBytes());
            }
            samples = loop.get().reader(in, answer);
        } catch (IOException e) {
            body.release();
            loop.get().rejectBody(Rejection.MALFORMED);
            answer(routing, 400, JsonAnswer.error("the body cannot be read: " + e.getMessage()));
            return;
        }
        readSlice(routing, body, samples, answer);
    }

    /** Reads some milliseconds' worth, then lets the loop do other work before the next slice. */
    private void readSlice(RoutingContext routing, RequestBody body, JsonSamples samples, JsonAnswer answer) {
        boolean more = false;
        try {
            more = loop.get().readSlice(samples, answer);
        } finally {
            if (!more) {
                samples.close();
                body.release();
            }
        }
        if (more) {
            routing.vertx().runOnContext(v -> readSlice(routing, body, samples, answer));
            return;
        }
        answer(routing, status(samples, answer), answer.toJson(samples.error()));
    }

    private static int status(JsonSamples samples, JsonAnswer answer) {
        if (answer.isAnythingLost()) {
            return 500;
        }
        if (samples.streamFailure() instanceof BoundedInputStream.TooLargeException) {
            return 413;
        }
        return answer.isNothingTaken() ? 400 : 200;
    }

    private static void answer(RoutingContext routing, int status, JsonObject body) {
        if (!routing.response().closed() && !routing.response().ended()) {
            routing.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(body.toBuffer());
        }
    }
}
