package dev.tocsin.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an HTTP receiver is spoken to: the part of Prometheus' {@code http_config} that we know. Immutable.
 *
 * @param headers further headers, each with one or more values
 */
public record HttpClientSettings(
        @Nullable HttpCredentials credentials,
        boolean followRedirects,
        TlsSettings tls,
        ProxySettings proxy,
        Map<String, List<Secret>> headers) {
    public static final HttpClientSettings DEFAULT =
            new HttpClientSettings(null, true, TlsSettings.DEFAULT, ProxySettings.NONE, Map.of());

    public HttpClientSettings {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
