package dev.tocsin.watch.check;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.Future;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Asks over HTTP/1.1, each time on a connection of its own, so that every phase is seen: {@code resolve}, {@code connect},
 * {@code tls}, {@code wait} for the head of the answer, {@code read} its body.
 */
final class HttpProbe implements Probe {
    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;
    /** Of these a server wants to know the length of the body, even where there is none. */
    private static final Set<String> CARRYING = Set.of("POST", "PUT", "PATCH");

    private final ProbeSpec.Http spec;
    private final Dialling dialling;
    private final HttpJudge judge;

    HttpProbe(ProbeSpec.Http spec, Dialling dialling, HttpJudge judge) {
        this.spec = spec;
        this.dialling = dialling;
        this.judge = judge;
    }

    @Override
    public Future<ProbeResult> run(Attempt attempt) {
        Phases phases = dialling.phases();
        return ask(spec.url(), spec.redirects(), attempt, phases).map(phases::beside);
    }

    private Future<ProbeResult> ask(URI url, int redirects, Attempt attempt, Phases phases) {
        boolean ssl = "https".equals(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : ssl ? HTTPS_PORT : HTTP_PORT;
        return dialling.connect(host(url), port, attempt, phases)
                .compose(socket -> ssl
                        ? dialling.secure(socket, host(url), spec.verify(), phases)
                        : Future.succeededFuture(socket))
                .compose(socket -> new HttpExchange(socket, spec.maxBody())
                        .ask(request(url), head -> phases.end("wait"))
                        .compose(answer -> answered(answer, socket, url, redirects, attempt, phases)));
    }

    /** Without the brackets of an IPv6 address. */
    private static String host(URI url) {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private FullHttpRequest request(URI url) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(spec.method()),
                url.getRawQuery() == null ? path : path + "?" + url.getRawQuery());
        if (!spec.body().isEmpty() || CARRYING.contains(spec.method())) {
            request.content().writeCharSequence(spec.body(), StandardCharsets.UTF_8);
            request.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, request.content().readableBytes());
        }
        request.headers()
                .set(HttpHeaderNames.HOST, url.getPort() > 0 ? url.getHost() + ":" + url.getPort() : url.getHost())
                .set(HttpHeaderNames.USER_AGENT, "tocsin")
                .set(HttpHeaderNames.ACCEPT_ENCODING, "gzip, deflate")
                .set(HttpHeaderNames.CONNECTION, "close");
        if (isSameOrigin(url)) {
            // A redirect to elsewhere must not carry the credentials of here.
            spec.headers().forEach((name, value) -> request.headers().set(name, value));
        }
        return request;
    }

    private boolean isSameOrigin(URI url) {
        return url.getScheme().equals(spec.url().getScheme())
                && url.getRawAuthority().equals(spec.url().getRawAuthority());
    }

    private Future<ProbeResult> answered(
            HttpExchange.Answer answer, NetSocket socket, URI url, int redirects, Attempt attempt, Phases phases) {
        phases.end("read");
        URI next = redirect(answer, url);
        if (next != null && spec.redirects() > 0) {
            socket.close();
            return redirects > 0
                    ? ask(next, redirects - 1, attempt, phases)
                    : Future.succeededFuture(ProbeResult.failed("more than " + spec.redirects() + " redirects"));
        }
        return Future.succeededFuture(
                judge.judge(answer.status(), answer.headers(), answer.body(), certificate(socket)));
    }

    private static @Nullable URI redirect(HttpExchange.Answer answer, URI url) {
        String location = answer.headers().get(HttpHeaderNames.LOCATION);
        if (location == null || !List.of(301, 302, 303, 307, 308).contains(answer.status())) {
            return null;
        }
        URI next = url.resolve(location);
        if (next.getHost() == null || !("http".equals(next.getScheme()) || "https".equals(next.getScheme()))) {
            throw new IllegalArgumentException("redirected to what is no address over HTTP: " + location);
        }
        return next;
    }

    /** The server's own; null without TLS. */
    private static @Nullable X509Certificate certificate(NetSocket socket) {
        try {
            List<Certificate> chain = socket.isSsl() ? socket.peerCertificates() : List.of();
            return !chain.isEmpty() && chain.getFirst() instanceof X509Certificate own ? own : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }
}
