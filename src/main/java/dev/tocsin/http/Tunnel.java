package dev.tocsin.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ProxyOptions;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A way that Vert.x' clients can't go by themselves, offered to them as what they know: a proxy on loopback, which only
 * those who know its password may use. What goes through it is encrypted from end to end, or would go in the clear without
 * it, too. Confined to one event loop.
 */
final class Tunnel {
    private static final String USER = "tocsin";

    private final Vertx vertx;
    private final Way way;
    private final String password = UUID.randomUUID().toString();
    private final String authorization =
            "Basic " + Base64.getEncoder().encodeToString((USER + ":" + password).getBytes(StandardCharsets.UTF_8));

    private @Nullable HttpServer server;
    private @Nullable Future<ProxyOptions> opening;

    Tunnel(Vertx vertx, Way way) {
        this.vertx = vertx;
        this.way = way;
    }

    /** How the other end is reached. */
    interface Way {
        /**
         * @param target {@code host:port}, as the client named it
         * @return a connection that reads nothing yet; fails with {@link RefusedException} where a proxy says no
         */
        Future<NetSocket> to(String target);
    }

    /** What a proxy on the way answered in place of a yes. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        private final int status;

        RefusedException(int status, String words) {
            super(words);
            this.status = status;
        }
    }

    /** What a client is to be told to go by it. */
    Future<ProxyOptions> open() {
        if (opening == null) {
            HttpServer created = vertx.createHttpServer().requestHandler(this::connect);
            server = created;
            opening = created.listen(0, "127.0.0.1")
                    .map(listening -> new ProxyOptions()
                            .setHost("127.0.0.1")
                            .setPort(listening.actualPort())
                            .setUsername(USER)
                            .setPassword(password));
            opening.onFailure(e -> opening = null);
        }
        return opening;
    }

    private void connect(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.CONNECT)
                || !authorization.equals(request.getHeader(HttpHeaders.PROXY_AUTHORIZATION))) {
            request.response().setStatusCode(407).end();
            return;
        }
        way.to(request.uri())
                .onSuccess(far -> request.toNetSocket()
                        .onSuccess(near -> {
                            near.pipeTo(far).onComplete(done -> far.close());
                            far.pipeTo(near).onComplete(done -> near.close());
                        })
                        .onFailure(e -> far.close()))
                .onFailure(e -> refuse(request, e));
    }

    private static void refuse(HttpServerRequest request, Throwable e) {
        request.response()
                .setStatusCode(e instanceof RefusedException refused ? refused.status : 502)
                .setStatusMessage(String.valueOf(e.getMessage()).replaceAll("[^ -~]", " "))
                .end();
    }

    void close() {
        if (server != null) {
            server.close().onFailure(e -> {});
        }
    }
}
