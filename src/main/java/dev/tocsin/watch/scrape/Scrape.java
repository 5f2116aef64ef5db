package dev.tocsin.watch.scrape;

import dev.tocsin.http.OutgoingHttp;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request to a target, or to a server that tells targets: follows redirects, keeps the answer's body up to a bound,
 * ends by its time-out whatever the other side does. Confined to the event loop of {@link ScrapeVerticle}.
 */
final class Scrape {
    /**
     * The answer's body as it came.
     *
     * @param bytes with room for one more after {@code length}
     */
    record Body(byte[] bytes, int length, boolean isGzip, String contentType) {}

    private static final int MOST_REDIRECTS = 10;
    private static final int LEAST_BODY = 8 << 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Vertx vertx;
    private final OutgoingHttp http;
    private final boolean followsRedirects;
    private final Map<String, String> ownHeaders;
    private final Duration timeout;
    private final int mostBytes;
    private final Promise<Body> answer = Promise.promise();
    private byte[] bytes;
    private int length;
    private long timer;
    private int redirects;
    private @Nullable HttpClientRequest request;

    /** @param expectedBytes about what the body will take */
    Scrape(
            Vertx vertx,
            OutgoingHttp http,
            boolean followsRedirects,
            Map<String, String> ownHeaders,
            Duration timeout,
            int mostBytes,
            int expectedBytes) {
        this.vertx = vertx;
        this.http = http;
        this.followsRedirects = followsRedirects;
        this.ownHeaders = ownHeaders;
        this.timeout = timeout;
        this.mostBytes = mostBytes;
        bytes = new byte[Math.min(mostBytes, Math.max(LEAST_BODY, expectedBytes)) + 1];
    }

    /** Fails with a {@link ScrapeException} that says why. */
    Future<Body> start(URI uri) {
        timer = vertx.setTimer(Math.max(1, timeout.toMillis()), id -> timedOut());
        http.headers(uri)
                .onSuccess(headers -> {
                    ownHeaders.forEach(headers::set);
                    open(uri, headers);
                })
                .onFailure(e -> fail(ScrapeOutcome.CREDENTIALS, OutgoingHttp.detail(e)));
        return answer.future();
    }

    /** Nobody wants the answer any more. */
    void abandon() {
        fail(ScrapeOutcome.CONNECTION, "abandoned");
    }

    private void open(URI uri, MultiMap headers) {
        http.request(HttpMethod.GET, uri, timeout)
                .compose(opened -> {
                    request = opened;
                    if (answer.future().isComplete()) {
                        return opened.reset().mapEmpty();
                    }
                    opened.headers().addAll(headers);
                    return opened.send().onSuccess(got -> answered(uri, headers, got));
                })
                .onFailure(this::failed);
    }

    private void answered(URI uri, MultiMap headers, HttpClientResponse got) {
        got.exceptionHandler(this::failed);
        int status = got.statusCode();
        URI target = followsRedirects && REDIRECTS.contains(status) && redirects < MOST_REDIRECTS
                ? OutgoingHttp.redirect(uri, got.getHeader(HttpHeaders.LOCATION))
                : null;
        if (target != null) {
            redirects++;
            if (!target.getHost().equals(uri.getHost())) {
                http.forAnotherHost(headers);
            }
            got.exceptionHandler(e -> {});
            got.request().reset().onFailure(e -> {});
            open(target, headers);
            return;
        }
        if (status != 200) {
            if (status == 401) {
                http.refused();
            }
            fail(ScrapeOutcome.STATUS, "server returned HTTP status " + status + " " + got.statusMessage());
            return;
        }
        got.handler(this::read);
        got.endHandler(end -> done(got));
    }

    private void read(Buffer chunk) {
        if (chunk.length() > mostBytes - length) {
            fail(ScrapeOutcome.BODY_SIZE, "body size limit exceeded: more than " + mostBytes + " bytes");
            return;
        }
        int needed = length + chunk.length() + 1;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(mostBytes + 1L, Math.max(needed, 2L * bytes.length)));
        }
        chunk.getBytes(bytes, length);
        length += chunk.length();
    }

    private void done(HttpClientResponse got) {
        vertx.cancelTimer(timer);
        String encoding = got.getHeader(HttpHeaders.CONTENT_ENCODING);
        String type = got.getHeader(HttpHeaders.CONTENT_TYPE);
        answer.tryComplete(new Body(
                bytes,
                length,
                encoding != null && encoding.toLowerCase(Locale.ROOT).equals("gzip"),
                type == null ? "" : type));
    }

    private void timedOut() {
        fail(ScrapeOutcome.TIMEOUT, "no whole answer in " + timeout.toMillis() + " ms");
    }

    private void failed(Throwable e) {
        fail(e instanceof TimeoutException ? ScrapeOutcome.TIMEOUT : ScrapeOutcome.CONNECTION, OutgoingHttp.detail(e));
    }

    private void fail(ScrapeOutcome outcome, String message) {
        vertx.cancelTimer(timer);
        if (answer.tryFail(new ScrapeException(outcome, message)) && request != null) {
            request.reset().onFailure(e -> {});
        }
    }
}
