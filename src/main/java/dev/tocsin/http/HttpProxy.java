package dev.tocsin.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ProxyOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The proxies of one receiver. Confined to one event loop. */
final class HttpProxy {
    /** For a proxy's answer to {@code CONNECT}. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final ProxySettings settings;
    /** Vert.x' own client sends no headers of ours with its {@code CONNECT}; null where there are none. */
    private final @Nullable Tunnel tunnel;

    private final @Nullable HttpClient client;

    /** @throws IllegalArgumentException where a proxy's URL has no host */
    HttpProxy(Vertx vertx, ProxySettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        for (URI proxy : Stream.of(settings.http(), settings.https())
                .filter(Objects::nonNull)
                .toList()) {
            if (proxy.getHost() == null) {
                throw new IllegalArgumentException("a proxy's URL needs a host");
            }
        }
        boolean isTunnelled =
                settings.https() != null && !settings.connectHeaders().isEmpty();
        client = isTunnelled ? vertx.createHttpClient() : null;
        tunnel = isTunnelled ? new Tunnel(vertx, this::connect) : null;
    }

    /** What the client is to go through; null for nothing. */
    Future<@Nullable ProxyOptions> optionsFor(URI target) {
        URI proxy = settings.proxyFor(target);
        if (proxy == null) {
            return Future.succeededFuture();
        }
        if (tunnel != null && "https".equals(target.getScheme())) {
            return tunnel.open().map(options -> options);
        }
        ProxyOptions options = new ProxyOptions().setHost(proxy.getHost()).setPort(port(proxy));
        if (proxy.getUserInfo() != null) {
            String[] user = proxy.getUserInfo().split(":", 2);
            options.setUsername(user[0]).setPassword(user.length > 1 ? user[1] : "");
        }
        return Future.succeededFuture(options);
    }

    private static int port(URI proxy) {
        return proxy.getPort() >= 0 ? proxy.getPort() : "https".equals(proxy.getScheme()) ? 443 : 80;
    }

    private Future<NetSocket> connect(String target) {
        URI proxy = Objects.requireNonNull(settings.https());
        List<String> names = List.copyOf(settings.connectHeaders().keySet());
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.CONNECT)
                .setHost(proxy.getHost())
                .setPort(port(proxy))
                .setURI(target)
                .setTimeout(TIMEOUT.toMillis())
                .putHeader(HttpHeaders.HOST, target);
        if (proxy.getUserInfo() != null) {
            options.putHeader(
                    HttpHeaders.PROXY_AUTHORIZATION,
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(proxy.getUserInfo().getBytes(StandardCharsets.UTF_8)));
        }
        return Future.all(names.stream()
                        .map(name -> Secrets.read(
                                vertx,
                                Objects.requireNonNull(settings.connectHeaders().get(name))))
                        .toList())
                .compose(values -> {
                    for (int i = 0; i < names.size(); i++) {
                        options.putHeader(names.get(i), List.<CharSequence>copyOf(values.<List<String>>resultAt(i)));
                    }
                    return Objects.requireNonNull(client).request(options);
                })
                .compose(HttpClientRequest::connect)
                .compose(HttpProxy::connected);
    }

    private static Future<NetSocket> connected(HttpClientResponse answer) {
        if (answer.statusCode() / 100 != 2) {
            answer.request().reset();
            return Future.failedFuture(
                    new Tunnel.RefusedException(answer.statusCode(), "the proxy says " + answer.statusMessage()));
        }
        NetSocket socket = answer.netSocket();
        socket.pause();
        return Future.succeededFuture(socket);
    }

    void close() {
        if (tunnel != null) {
            tunnel.close();
        }
        if (client != null) {
            client.close().onFailure(e -> {});
        }
    }
}
