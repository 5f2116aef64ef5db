package dev.tocsin.notify;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * How an HTTP receiver is spoken to: the part of Prometheus' {@code http_config} that we know. Immutable.
 *
 * @param proxy {@code http://host:port}; null for none
 */
public record HttpClientSettings(
        @Nullable HttpCredentials credentials,
        boolean followRedirects,
        TlsSettings tls,
        @Nullable URI proxy) {
    public static final HttpClientSettings DEFAULT = new HttpClientSettings(null, true, TlsSettings.DEFAULT, null);
}
