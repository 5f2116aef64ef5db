package dev.tocsin.notify;

import dev.tocsin.core.Clock;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
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
    private final HttpClientSettings settings;
    private final HttpClient client;
    private final @Nullable ClientCredentials tokens;

    HttpPoster(Vertx vertx, Clock clock, HttpClientSettings settings) {
        this.vertx = vertx;
        this.clock = clock;
        this.settings = settings;
        this.tokens = settings.credentials() instanceof HttpCredentials.OAuth2 oauth
                ? new ClientCredentials(vertx, clock, oauth)
                : null;
        for (URI proxy : Stream.of(settings.proxy().http(), settings.proxy().https())
                .filter(Objects::nonNull)
                .toList()) {
            requireHost(proxy);
        }
        this.client = vertx.createHttpClient(options(settings), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    private static HttpClientOptions options(HttpClientSettings settings) {
        HttpClientOptions options = new HttpClientOptions()
                .setKeepAliveTimeout(30)
                .setVerifyHost(!settings.tls().insecureSkipVerify());
        TlsOptions.apply(settings.tls(), options);
        return options;
    }

    private static void requireHost(URI proxy) {
        if (proxy.getHost() == null) {
            throw new IllegalArgumentException("a proxy's URL needs a host");
        }
    }

    private static ProxyOptions proxyOptions(URI proxy) {
        int port = proxy.getPort() >= 0 ? proxy.getPort() : "https".equals(proxy.getScheme()) ? 443 : 80;
        ProxyOptions options = new ProxyOptions().setHost(proxy.getHost()).setPort(port);
        String[] user = proxy.getUserInfo() == null
                ? new String[0]
                : proxy.getUserInfo().split(":", 2);
        if (user.length > 0) {
            options.setUsername(user[0]).setPassword(user.length > 1 ? user[1] : "");
        }
        return options;
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
        return headers(uri, message)
                .compose(headers -> new Attempt(message, headers, timeout, waitsForBody, meaning).start(uri))
                .otherwise(e -> new Answer.Transient(FailureReason.SECRET, detail(e), null));
    }

    void close() {
        if (tokens != null) {
            tokens.close();
        }
        client.close().onFailure(e -> {});
    }

    /** All headers of a request: those of the message win, then the settings'. */
    private Future<MultiMap> headers(URI uri, HttpMessage message) {
        MultiMap headers = HttpHeaders.headers();
        return authorization(uri).compose(authorization -> {
            if (!authorization.isEmpty()) {
                headers.set(HttpHeaders.AUTHORIZATION, authorization);
            }
            List<String> names = List.copyOf(settings.headers().keySet());
            return Future.all(settings.headers().values().stream()
                            .map(values -> Secrets.read(vertx, values))
                            .toList())
                    .map(values -> {
                        for (int i = 0; i < names.size(); i++) {
                            headers.set(names.get(i), values.<List<String>>resultAt(i));
                        }
                        headers.set(HttpHeaders.USER_AGENT, "Tocsin");
                        message.headers().forEach(headers::set);
                        return headers;
                    });
        });
    }

    /** The value of the header; empty for none. */
    private Future<String> authorization(URI uri) {
        return switch (settings.credentials()) {
            case null -> Future.succeededFuture(uri.getUserInfo() == null ? "" : "Basic " + base64(uri.getUserInfo()));
            case HttpCredentials.Basic basic ->
                Secrets.read(vertx, basic.password())
                        .map(password -> "Basic " + base64(basic.username() + ":" + password));
            case HttpCredentials.Scheme scheme ->
                Secrets.read(vertx, scheme.credentials()).map(credentials -> scheme.type() + " " + credentials);
            case HttpCredentials.OAuth2 ignored ->
                Objects.requireNonNull(tokens).authorization();
        };
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String detail(Throwable e) {
        String message = e.getMessage();
        String text = message == null || message.isEmpty() ? e.getClass().getSimpleName() : message;
        Throwable cause = e.getCause();
        // A TLS failure says why only in its cause.
        return cause == null || text.contains(String.valueOf(cause.getMessage()))
                ? text
                : text + ": " + cause.getMessage();
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
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.valueOf(message.method()))
                    .setAbsoluteURI(withoutUserInfo(uri))
                    .setConnectTimeout(timeout.toMillis());
            URI proxy = settings.proxy().proxyFor(uri);
            if (proxy != null) {
                options.setProxyOptions(proxyOptions(proxy));
            }
            String serverName = settings.tls().serverName();
            if (serverName != null && uri.getScheme().equals("https")) {
                // The name that TLS asks for and verifies, while the connection goes to the URL's host.
                options.setServer(SocketAddress.inetSocketAddress(options.getPort(), options.getHost()));
                options.setHost(serverName);
                options.putHeader(
                        "Host",
                        uri.getRawAuthority().substring(uri.getRawAuthority().indexOf('@') + 1));
            }
            client.request(options)
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
            if (status == 401 && tokens != null) {
                tokens.refused();
            }
            if ((status == 307 || status == 308) && settings.followRedirects() && redirects < MOST_REDIRECTS) {
                String location = got.getHeader("Location");
                URI target = location == null ? null : resolve(uri, location);
                if (target != null && target.getHost() != null) {
                    redirects++;
                    if (!target.getHost().equals(uri.getHost())) {
                        headers.remove(HttpHeaders.AUTHORIZATION);
                        settings.headers().keySet().forEach(headers::remove);
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
            answer.tryComplete(new Answer.Transient(reason, HttpPoster.detail(e), null));
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
        URI target = resolve(URI.create("http://unknown/"), String.valueOf(got.getHeader("Location")));
        return target == null || target.getHost() == null ? "elsewhere" : target.getHost();
    }

    private static @Nullable URI resolve(URI base, String location) {
        try {
            URI target = base.resolve(location);
            String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
            return scheme.equals("http") || scheme.equals("https") ? target : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String withoutUserInfo(URI uri) {
        return uri.getRawUserInfo() == null ? uri.toString() : uri.toString().replace(uri.getRawUserInfo() + "@", "");
    }
}
