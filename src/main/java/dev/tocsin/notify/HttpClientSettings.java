package dev.tocsin.notify;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an HTTP receiver is spoken to: the part of Prometheus' {@code http_config} that we know. Immutable.
 *
 * @param proxy {@code http://host:port}; null for none
 * @param headers further headers, each with one or more values
 */
public record HttpClientSettings(
        @Nullable HttpCredentials credentials,
        boolean followRedirects,
        TlsSettings tls,
        @Nullable URI proxy,
        Map<String, List<Secret>> headers) {
    public static final HttpClientSettings DEFAULT =
            new HttpClientSettings(null, true, TlsSettings.DEFAULT, null, Map.of());

    public HttpClientSettings {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
