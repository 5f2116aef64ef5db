package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import io.vertx.core.Future;
import io.vertx.core.net.NetSocket;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Connects with TLS, and looks at the certificate. */
final class TlsProbe implements Probe {
    private final ProbeSpec.Tls spec;
    private final Dialling dialling;
    private final Clock clock;

    TlsProbe(ProbeSpec.Tls spec, Dialling dialling, Clock clock) {
        this.spec = spec;
        this.dialling = dialling;
        this.clock = clock;
    }

    @Override
    public Future<ProbeResult> run(Attempt attempt) {
        Phases phases = dialling.phases();
        return dialling.connect(spec.host(), spec.port(), attempt, phases)
                .compose(socket -> dialling.secure(socket, spec.serverName(), spec.verify(), phases))
                .map(this::look)
                .map(phases::beside);
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
