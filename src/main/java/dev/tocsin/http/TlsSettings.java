package dev.tocsin.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a receiver is trusted, and how we show who we are: Prometheus' {@code tls_config}. Immutable.
 *
 * @param ca PEM, in a file or written out; null for the authorities of the Java runtime
 * @param cert PEM; null for no client certificate
 * @param key PEM; null exactly where {@code cert} is
 * @param serverName to ask for and to verify, where it is not the receiver's host
 * @param versions as Java names them, {@code TLSv1.3}; empty for those that it speaks by itself
 */
public record TlsSettings(
        @Nullable Secret ca,
        @Nullable Secret cert,
        @Nullable Secret key,
        @Nullable String serverName,
        boolean insecureSkipVerify,
        List<String> versions) {
    public static final TlsSettings DEFAULT = new TlsSettings(null, null, null, null, false);

    public TlsSettings {
        versions = List.copyOf(versions);
    }

    /** With the versions that Java speaks by itself. */
    public TlsSettings(
            @Nullable Secret ca,
            @Nullable Secret cert,
            @Nullable Secret key,
            @Nullable String serverName,
            boolean insecureSkipVerify) {
        this(ca, cert, key, serverName, insecureSkipVerify, List.of());
    }
}
