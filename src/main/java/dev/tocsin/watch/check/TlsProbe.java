package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import io.vertx.core.Future;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
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
        Phases phases = resolver.phases();
        return resolver.resolve(spec.host())
                .compose(address -> {
                    phases.end("resolve");
                    return client.connect(SocketAddress.inetSocketAddress(spec.port(), address), spec.serverName());
                })
                .map(socket -> {
                    phases.end("connect");
                    attempt.onEnd(socket::close);
                    ProbeResult result = look(socket);
                    List<ProbeResult.Reading> readings = new ArrayList<>(result.readings());
                    readings.addAll(phases.readings());
                    return result.with(readings);
                });
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
