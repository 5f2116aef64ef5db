package dev.tocsin.http;

import java.util.List;
import java.util.Map;

/** What goes into the {@code Authorization} header. Immutable. */
public sealed interface HttpCredentials {
    record Basic(Secret username, Secret password) implements HttpCredentials {}

    /** @param type {@code Bearer}, or another scheme whose credentials are one text */
    record Scheme(String type, Secret credentials) implements HttpCredentials {}

    /**
     * A token that a server gives for these credentials.
     *
     * @param tls for that server, not for the one that is told
     */
    record OAuth2(
            String clientId,
            Secret clientSecret,
            String tokenUrl,
            List<String> scopes,
            Map<String, String> endpointParams,
            TlsSettings tls,
            ProxySettings proxy)
            implements HttpCredentials {
        public OAuth2 {
            scopes = List.copyOf(scopes);
            endpointParams = Map.copyOf(endpointParams);
        }
    }
}
