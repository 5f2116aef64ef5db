package dev.tocsin.ingest;

import dev.tocsin.core.Rejection;
import dev.tocsin.ingest.wire.JsonSamples;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;

/**
 * {@code POST /api/v1/samples}: JSON batches ({@link JsonSamples}), gzip accepted, the content type not looked at.
 *
 * <p>Requests are read on whichever event loop of the web server they came in on ({@link HttpLoops}). A body is read in
 * slices, with other work of the loop in between.
 *
 * <p>Answers {@code {"accepted":N,"rejected":[{"index":3,"reason":"bad_value"}]}}: 200 where a sample was taken or
 * there was none to take, 400 where every one was rejected or the body is no batch. At most
 * {@value #MAX_REJECTIONS_TOLD} rejections are listed, the rest is a number, {@code "unlisted"}; {@code "error"} says
 * where the JSON is broken. 413, 415 and 503 refuse the body, with {@code "error"}; 413 after decompression comes too
 * late for what was taken before, and says how much that was. 500 means that samples were {@code "lost"} inside.
 */
public final class HttpSamples {
    static final String PATH = "/api/v1/samples";
    static final int MAX_REJECTIONS_TOLD = 1_000;

    private final HttpLoops loops;
    private final ThreadLocal<JsonLoop> here;

    public HttpSamples(HttpLoops loops) {
        this.loops = loops;
        here = ThreadLocal.withInitial(() -> new JsonLoop(loops.open("json")));
    }

    /** Adds the route. No body handler may stand before it. */
    public void mount(Router router) {
        router.post(PATH).handler(this::handle);
    }

    private void handle(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        boolean gzip = "gzip".equalsIgnoreCase(encoding);
        HttpLoop loop = here.get().loop();
        if (!gzip && encoding != null && !encoding.isBlank() && !"identity".equalsIgnoreCase(encoding)) {
            loop.rejectBody(Rejection.MALFORMED);
            answer(routing, 415, JsonAnswer.error("content encoding must be gzip or none, not " + encoding));
            return;
        }
        CollectedBody body = new CollectedBody(loops.budget());
        RequestBody.take(request, loops.settings().maxBodyBytes(), body)
                .onSuccess(whole -> read(routing, body, gzip))
                .onFailure(cause -> {
                    if (cause instanceof RequestBody.RefusedException refused) {
                        if (refused.status() == 503) {
                            loop.dropBody();
                        } else {
                            loop.rejectBody(Rejection.TOO_LARGE);
                        }
                        answer(routing, refused.status(), JsonAnswer.error(refused.getMessage()));
                    }
                });
    }

    private void read(RoutingContext routing, CollectedBody body, boolean gzip) {
        JsonAnswer answer = new JsonAnswer(MAX_REJECTIONS_TOLD);
        JsonSamples samples;
        try {
            samples = here.get().reader(body.read(gzip, loops.settings().maxInflatedBytes()), answer);
        } catch (IOException e) {
            body.release();
            here.get().loop().rejectBody(Rejection.MALFORMED);
            answer(routing, 400, JsonAnswer.error("the body cannot be read: " + e.getMessage()));
            return;
        }
        readSlice(routing, body, samples, answer);
    }

    /** Reads some milliseconds' worth, then lets the loop do other work before the next slice. */
    private void readSlice(RoutingContext routing, CollectedBody body, JsonSamples samples, JsonAnswer answer) {
        boolean more = false;
        try {
            more = here.get().readSlice(samples, answer);
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
        String error = samples.error();
        if (error != null) {
            here.get().loop().tellOfBrokenBody(error);
        }
        answer(routing, status(samples, answer), answer.toJson(error));
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
