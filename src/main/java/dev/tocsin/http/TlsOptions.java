package dev.tocsin.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.LinkedHashSet;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Puts {@link TlsSettings} into the options of a client of Vert.x. Stateless. */
public final class TlsOptions {
    private TlsOptions() {}

    public static void apply(TlsSettings tls, ClientOptionsBase options) {
        options.setTrustAll(tls.insecureSkipVerify());
        if (!tls.versions().isEmpty()) {
            options.setEnabledSecureTransportProtocols(new LinkedHashSet<>(tls.versions()));
        }
        if (tls.ca() != null) {
            options.setTrustOptions(trusted(tls.ca()));
        }
        if (tls.cert() != null && tls.key() != null) {
            PemKeyCertOptions shown = new PemKeyCertOptions();
            switch (tls.cert()) {
                case Secret.InFile inFile -> shown.addCertPath(inFile.file().toString());
                case Secret.Inline inline -> shown.addCertValue(Buffer.buffer(inline.value()));
            }
            switch (tls.key()) {
                case Secret.InFile inFile -> shown.addKeyPath(inFile.file().toString());
                case Secret.Inline inline -> shown.addKeyValue(Buffer.buffer(inline.value()));
            }
            options.setKeyCertOptions(shown);
        }
    }

    private static PemTrustOptions trusted(Secret ca) {
        return switch (ca) {
            case Secret.InFile inFile ->
                new PemTrustOptions().addCertPath(inFile.file().toString());
            case Secret.Inline inline -> new PemTrustOptions().addCertValue(Buffer.buffer(inline.value()));
        };
    }

    /** Trusts a server under this name, whatever it is connected to by. Reads files: not for an event loop. */
    public static TrustOptions trustedAs(String name, TlsSettings tls, Vertx vertx) throws Exception {
        return TrustOptions.wrap(new NamedTrust(authorities(tls, vertx), name));
    }

    private static X509TrustManager authorities(TlsSettings tls, Vertx vertx) throws Exception {
        TrustManagerFactory factory;
        if (tls.ca() == null) {
            factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
        } else {
            factory = trusted(tls.ca()).getTrustManagerFactory(vertx);
        }
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
