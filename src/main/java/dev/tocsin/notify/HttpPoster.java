package dev.tocsin.notify;

import dev.tocsin.core.Clock;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.OutgoingHttp;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to one HTTP receiver and says what its answer means; every HTTP channel stands on it. Confined to the event loop
 * of {@link DeliveryVerticle}.
 *
 * <p>Whatever the receiver does, an attempt ends by its time-out, and of an answer's body at most {@link #MOST_DRAINED}
 * bytes are read.
 */
final class HttpPoster {
    /** Attempts at a time to one receiver, each on its own connection. */
    static final int CONNECTIONS = 16;

    private static final int MOST_DETAIL = 256;
    private static final int MOST_DRAINED = 64 << 10;
    private static final int MOST_REDIRECTS = 5;

    private final Vertx vertx;
    private final Clock clock;
    private final boolean followsRedirects;
    private final OutgoingHttp http;

    HttpPoster(Vertx vertx, Clock clock, HttpClientSettings settings) {
        this.vertx = vertx;
        this.clock = clock;
        this.followsRedirects = settings.followRedirects();
        this.http = new OutgoingHttp(
                vertx,
                settings,
                new HttpClientOptions().setKeepAliveTimeout(30),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS),
                oauth -> new ClientCredentials(vertx, clock, oauth));
    }

    /**
     * One attempt. The future never fails.
     *
     * @param timeout in all, from connecting to the last byte of the answer that matters
     * @param waitsForBody whether the answer is known only with all of its body
     * @param meaning of an answer; null for what its status means by itself
     */
    Future<Answer> send(
            HttpMessage message,
            Duration timeout,
            boolean waitsForBody,
            Function<HttpReply, @Nullable Answer> meaning) {
        URI uri;
        try {
            uri = URI.create(message.url());
            if (uri.getHost() == null || uri.getScheme() == null) {
                throw new IllegalArgumentException("no host");
            }
        } catch (IllegalArgumentException e) {
            return Future.succeededFuture(new Answer.Permanent(FailureReason.BAD_URL, "not a valid HTTP URL"));
        }
        return http.headers(uri)
                .map(headers -> {
                    message.headers().forEach(headers::set);
                    return headers;
                })
                .compose(headers -> new Attempt(message, headers, timeout, waitsForBody, meaning).start(uri))
                .otherwise(e -> new Answer.Transient(FailureReason.SECRET, OutgoingHttp.detail(e), null));
    }

    void close() {
        http.close();
    }

    private final class Attempt {
        private final HttpMessage message;
        private final MultiMap headers;
        private final Duration timeout;
        private final boolean waitsForBody;
        private final Function<HttpReply, @Nullable Answer> meaning;
        private final Promise<Answer> answer = Promise.promise();
        private int redirects;
        private @Nullable HttpClientRequest request;
        private @Nullable HttpClientResponse response;
        private final Buffer read = Buffer.buffer();
        private int drained;
        private boolean isWhole;
        private boolean ended;
        private long timer;

        Attempt(
                HttpMessage message,
                MultiMap headers,
                Duration timeout,
                boolean waitsForBody,
                Function<HttpReply, @Nullable Answer> meaning) {
            this.message = message;
            this.headers = headers;
            this.timeout = timeout;
            this.waitsForBody = waitsForBody;
            this.meaning = meaning;
        }

        Future<Answer> start(URI uri) {
            timer = vertx.setTimer(Math.max(1, timeout.toMillis()), id -> timedOut());
            open(uri);
            return answer.future();
        }

        private void open(URI uri) {
            http.request(HttpMethod.valueOf(message.method()), uri, timeout)
                    .compose(opened -> {
                        request = opened;
                        if (answer.future().isComplete()) {
                            return opened.reset().mapEmpty();
                        }
                        opened.headers().addAll(headers);
                        return opened.send(message.body()).map(got -> {
                            answered(uri, got);
                            return null;
                        });
                    })
                    .onFailure(this::failed);
        }

        private void answered(URI uri, HttpClientResponse got) {
            int status = got.statusCode();
            if (status == 401) {
                http.refused();
            }
            if ((status == 307 || status == 308) && followsRedirects && redirects < MOST_REDIRECTS) {
                URI target = OutgoingHttp.redirect(uri, got.getHeader("Location"));
                if (target != null) {
                    redirects++;
                    if (!target.getHost().equals(uri.getHost())) {
                        http.forAnotherHost(headers);
                    }
                    got.exceptionHandler(e -> {});
                    got.request().reset().onFailure(e -> {});
                    open(target);
                    return;
                }
            }
            response = got;
            got.handler(this::read);
            got.exceptionHandler(e -> ended());
            got.endHandler(v -> {
                isWhole = true;
                ended();
            });
            if (status / 100 == 2 && !waitsForBody) {
                // The receiver has said yes; what else it says is only read so that the connection can be used again.
                answer.tryComplete(new Answer.Accepted("HTTP " + status));
            }
        }

        private void read(Buffer chunk) {
            int most = waitsForBody ? MOST_DRAINED : MOST_DETAIL;
            if (read.length() < most) {
                read.appendBuffer(chunk, 0, Math.min(chunk.length(), most - read.length()));
            }
            drained += chunk.length();
            if (drained > MOST_DRAINED) {
                ended();
                abort();
            }
        }

        private void ended() {
            ended = true;
            vertx.cancelTimer(timer);
            if (response != null) {
                answer.tryComplete(meaning(response));
            }
        }

        private void timedOut() {
            if (response != null) {
                answer.tryComplete(meaning(response));
            } else {
                answer.tryComplete(new Answer.Transient(
                        FailureReason.TIMEOUT, "no answer in " + timeout.toMillis() + " ms", null));
            }
            if (!ended) {
                abort();
            }
        }

        private void abort() {
            if (request != null) {
                request.reset().onFailure(e -> {});
            }
        }

        private void failed(Throwable e) {
            ended = true;
            vertx.cancelTimer(timer);
            FailureReason reason = e instanceof TimeoutException ? FailureReason.TIMEOUT : FailureReason.CONNECTION;
            answer.tryComplete(new Answer.Transient(reason, OutgoingHttp.detail(e), null));
        }

        private Answer meaning(HttpClientResponse got) {
            HttpReply reply =
                    new HttpReply(got.statusCode(), read.toString(StandardCharsets.UTF_8), isWhole, retryAfter(got));
            if (waitsForBody && reply.status() / 100 == 2 && !isWhole) {
                return new Answer.Transient(FailureReason.CONNECTION, "half an answer", null);
            }
            Answer special = meaning.apply(reply);
            return special == null ? usual(got, reply) : special;
        }

        private Answer usual(HttpClientResponse got, HttpReply reply) {
            int status = reply.status();
            String text = "HTTP " + status + text(reply.body());
            if (status / 100 == 2) {
                return new Answer.Accepted("HTTP " + status);
            }
            if (status == 429) {
                return new Answer.Transient(FailureReason.RATE_LIMITED, text, reply.retryAfter());
            }
            if (status / 100 == 5) {
                return new Answer.Transient(FailureReason.SERVER_ERROR, text, reply.retryAfter());
            }
            if (status == 408) {
                return new Answer.Transient(FailureReason.TIMEOUT, text, reply.retryAfter());
            }
            if (status / 100 == 3) {
                return new Answer.Permanent(
                        FailureReason.REDIRECT,
                        text + " to " + host(got) + ": a " + message.method() + " can't follow it, use that URL");
            }
            return new Answer.Permanent(FailureReason.CLIENT_ERROR, text);
        }

        private @Nullable Duration retryAfter(HttpClientResponse got) {
            return RetryAfter.parse(got.getHeader("Retry-After"), Instant.ofEpochMilli(clock.wallMillis()));
        }
    }

    /** The beginning of a body, for people: on one line, after a colon. */
    private static String text(String body) {
        String text =
                body.substring(0, Math.min(MOST_DETAIL, body.length())).strip().replaceAll("\\s+", " ");
        return text.isEmpty() ? "" : ": " + text;
    }

    private static String host(HttpClientResponse got) {
        URI target = OutgoingHttp.redirect(URI.create("http://unknown/"), got.getHeader("Location"));
        return target == null ? "elsewhere" : target.getHost();
    }
}
