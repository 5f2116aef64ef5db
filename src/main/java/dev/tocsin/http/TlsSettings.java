package dev.tocsin.http;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an HTTPS receiver is trusted, and how we show who we are: Prometheus' {@code tls_config}. Immutable.
 *
 * @param caFile PEM; null for the authorities of the Java runtime
 * @param certFile PEM; null for no client certificate
 * @param keyFile PEM; null exactly where {@code certFile} is
 * @param serverName to ask for and to verify, where it is not the URL's host
 * @param versions as Java names them, {@code TLSv1.3}; empty for those that it speaks by itself
 */
public record TlsSettings(
        @Nullable Path caFile,
        @Nullable Path certFile,
        @Nullable Path keyFile,
        @Nullable String serverName,
        boolean insecureSkipVerify,
        List<String> versions) {
    public static final TlsSettings DEFAULT = new TlsSettings(null, null, null, null, false);

    public TlsSettings {
        versions = List.copyOf(versions);
    }

    /** With the versions that Java speaks by itself. */
    public TlsSettings(
            @Nullable Path caFile,
            @Nullable Path certFile,
            @Nullable Path keyFile,
            @Nullable String serverName,
            boolean insecureSkipVerify) {
        this(caFile, certFile, keyFile, serverName, insecureSkipVerify, List.of());
    }
}
