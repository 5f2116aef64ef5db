package dev.tocsin.notify;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How an HTTPS receiver is trusted, and how we show who we are: Prometheus' {@code tls_config}. Immutable.
 *
 * @param caFile PEM; null for the authorities of the Java runtime
 * @param certFile PEM; null for no client certificate
 * @param keyFile PEM; null exactly where {@code certFile} is
 * @param serverName to ask for and to verify, where it is not the URL's host
 */
public record TlsSettings(
        @Nullable Path caFile,
        @Nullable Path certFile,
        @Nullable Path keyFile,
        @Nullable String serverName,
        boolean insecureSkipVerify) {
    public static final TlsSettings DEFAULT = new TlsSettings(null, null, null, null, false);
}
