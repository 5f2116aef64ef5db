package dev.tocsin.http;

import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.LinkedHashSet;

/** Puts {@link TlsSettings} into the options of a client of Vert.x. Stateless. */
public final class TlsOptions {
    private TlsOptions() {}

    public static void apply(TlsSettings tls, ClientOptionsBase options) {
        options.setTrustAll(tls.insecureSkipVerify());
        if (!tls.versions().isEmpty()) {
            options.setEnabledSecureTransportProtocols(new LinkedHashSet<>(tls.versions()));
        }
        Path ca = tls.caFile();
        if (ca != null) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(ca.toString()));
        }
        Path cert = tls.certFile();
        Path key = tls.keyFile();
        if (cert != null && key != null) {
            options.setKeyCertOptions(
                    new PemKeyCertOptions().addCertPath(cert.toString()).addKeyPath(key.toString()));
        }
    }
}
