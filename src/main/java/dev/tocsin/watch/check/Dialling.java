package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * What every probe over a socket does first: find the address, connect, begin TLS; each is a phase of its own. Confined to
 * the checks' event loop.
 */
final class Dialling {
    private final VertxInternal vertx;
    private final Clock clock;
    private final NetClient client;
    private final ClientSSLOptions verifying = new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS");
    private final ClientSSLOptions trusting =
            new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm("");

    Dialling(Vertx vertx, Clock clock) {
        this.vertx = (VertxInternal) vertx;
        this.clock = clock;
        client = vertx.createNetClient(new NetClientOptions());
    }

    /** Begins a handshake with nobody, so that the classes and certificates that it takes are there. Blocks. */
    static void warmUp() throws GeneralSecurityException, IOException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        engine.beginHandshake();
        engine.wrap(
                ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
    }

    /** A stopwatch, which begins now. */
    Phases phases() {
        return new Phases(clock);
    }

    /** Ends the phases {@code resolve} and {@code connect}. The connection is closed when the attempt ends. */
    Future<NetSocket> connect(String host, int port, Attempt attempt, Phases phases) {
        return vertx.nameResolver()
                .resolve(host)
                .compose(address -> {
                    phases.end("resolve");
                    return client.connect(SocketAddress.inetSocketAddress(port, address.getHostAddress()));
                })
                .map(socket -> {
                    phases.end("connect");
                    attempt.onEnd(socket::close);
                    return socket;
                });
    }

    /**
     * Goes on with TLS; ends the phase {@code tls}.
     *
     * @param serverName that the certificate must be for
     * @param verify whether it must be trusted
     */
    Future<NetSocket> secure(NetSocket socket, String serverName, boolean verify, Phases phases) {
        return socket.upgradeToSsl(verify ? verifying : trusting, serverName).map(secured -> {
            phases.end("tls");
            return socket;
        });
    }
}
