package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import io.vertx.core.Future;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Connects with TLS, and looks at the certificate. */
final class TlsProbe implements Probe {
    private final ProbeSpec.Tls spec;
    private final NetClient client;
    private final Resolver resolver;
    private final Clock clock;

    /** @param client one that uses TLS */
    TlsProbe(ProbeSpec.Tls spec, NetClient client, Resolver resolver, Clock clock) {
        this.spec = spec;
        this.client = client;
        this.resolver = resolver;
        this.clock = clock;
    }

    @Override
    public Future<ProbeResult> run(Attempt attempt) {
        return Dialling.run(
                attempt,
                resolver,
                spec.host(),
                address -> client.connect(SocketAddress.inetSocketAddress(spec.port(), address), spec.serverName()),
                (socket, phases) -> Future.succeededFuture(look(socket)));
    }

    private ProbeResult look(NetSocket socket) {
        try {
            List<Certificate> chain = socket.peerCertificates();
            if (!chain.isEmpty() && chain.getFirst() instanceof X509Certificate own) {
                ProbeResult connected = ProbeResult.ok("certificate of " + own.getSubjectX500Principal() + " until "
                        + own.getNotAfter().toInstant());
                return CertificateTerm.judge(connected, own, spec.certificateDays(), clock.wallMillis());
            }
        } catch (SSLPeerUnverifiedException e) {
            return ProbeResult.failed(e);
        }
        return ProbeResult.failed("no certificate came");
    }
}
