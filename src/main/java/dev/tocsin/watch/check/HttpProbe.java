package dev.tocsin.watch.check;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Asks over HTTP, each time on a connection of its own, so that every phase is seen: resolve, connect (TLS among it),
 * wait for the head of the answer, read its body.
 */
final class HttpProbe implements Probe {
    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    private final ProbeSpec.Http spec;
    private final HttpClientAgent client;
    private final Resolver resolver;
    private final HttpJudge judge;

    HttpProbe(ProbeSpec.Http spec, HttpClientAgent client, Resolver resolver, HttpJudge judge) {
        this.spec = spec;
        this.client = client;
        this.resolver = resolver;
        this.judge = judge;
    }

    @Override
    public Future<ProbeResult> run(Attempt attempt) {
        return ask(spec.url(), spec.redirects(), attempt, resolver.phases());
    }

    private Future<ProbeResult> ask(URI url, int redirects, Attempt attempt, Phases phases) {
        boolean ssl = "https".equals(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : ssl ? HTTPS_PORT : HTTP_PORT;
        return resolver.resolve(host(url))
                .compose(address -> {
                    phases.end("resolve");
                    return client.connect(new HttpConnectOptions()
                            .setServer(SocketAddress.inetSocketAddress(port, address))
                            .setHost(host(url))
                            .setPort(port)
                            .setSsl(ssl));
                })
                .compose(connection -> {
                    attempt.onEnd(connection::close);
                    phases.end("connect");
                    return send(connection, url, port, ssl)
                            .compose(response -> answered(response, connection, url, redirects, attempt, phases));
                });
    }

    /** Without the brackets of an IPv6 address. */
    private static String host(URI url) {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private Future<HttpClientResponse> send(HttpClientConnection connection, URI url, int port, boolean ssl) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(spec.method()))
                .setHost(host(url))
                .setPort(port)
                .setSsl(ssl)
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery());
        options.putHeader(HttpHeaders.USER_AGENT, "tocsin");
        if (isSameOrigin(url)) {
            // A redirect to elsewhere must not carry the credentials of here.
            spec.headers().forEach(options::putHeader);
        }
        return connection
                .request(options)
                .compose(request -> spec.body().isEmpty() ? request.send() : request.send(spec.body()));
    }

    private boolean isSameOrigin(URI url) {
        return url.getScheme().equals(spec.url().getScheme())
                && url.getRawAuthority().equals(spec.url().getRawAuthority());
    }

    private Future<ProbeResult> answered(
            HttpClientResponse response,
            HttpClientConnection connection,
            URI url,
            int redirects,
            Attempt attempt,
            Phases phases) {
        phases.end("wait");
        URI next = redirect(response, url);
        if (next != null && spec.redirects() > 0) {
            connection.close();
            return redirects > 0
                    ? ask(next, redirects - 1, attempt, phases)
                    : Future.succeededFuture(ProbeResult.failed("more than " + spec.redirects() + " redirects"));
        }
        X509Certificate certificate = certificate(connection);
        return body(response).map(body -> {
            phases.end("read");
            ProbeResult result = judge.judge(response.statusCode(), response.headers(), body, certificate);
            List<ProbeResult.Reading> readings = new ArrayList<>(result.readings());
            readings.addAll(phases.readings());
            return result.with(readings);
        });
    }

    private static @Nullable URI redirect(HttpClientResponse response, URI url) {
        String location = response.getHeader(HttpHeaders.LOCATION);
        if (location == null || !List.of(301, 302, 303, 307, 308).contains(response.statusCode())) {
            return null;
        }
        URI next = url.resolve(location);
        if (next.getHost() == null || !("http".equals(next.getScheme()) || "https".equals(next.getScheme()))) {
            throw new IllegalArgumentException("redirected to what is no address over HTTP: " + location);
        }
        return next;
    }

    /** What came of the body: whole, or its first bytes where it is longer than what is allowed. */
    private Future<Buffer> body(HttpClientResponse response) {
        Promise<Buffer> read = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(read::tryFail);
        response.endHandler(end -> read.tryComplete(body));
        response.handler(more -> {
            body.appendBuffer(more);
            if (body.length() > spec.maxBody()) {
                response.pause();
                read.tryComplete(body);
            }
        });
        return read.future();
    }

    /** The server's own; null without TLS. */
    private static @Nullable X509Certificate certificate(HttpClientConnection connection) {
        try {
            List<Certificate> chain = connection.isSsl() ? connection.peerCertificates() : List.of();
            return !chain.isEmpty() && chain.getFirst() instanceof X509Certificate own ? own : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }
}
