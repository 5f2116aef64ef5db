package dev.tocsin.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * The HTTP server: {@code http.*}.
 *
 * @param host address or name to bind
 * @param port 0 takes any free one
 * @param maxBodyBytes of one request; a larger one is answered 413
 * @param externalUrl how people reach this server, for links in notifications; derived from host and port where empty
 */
public record HttpSettings(String host, int port, HttpAuth auth, long maxBodyBytes, Optional<URI> externalUrl) {
    public static final HttpSettings DEFAULTS =
            new HttpSettings("127.0.0.1", 8080, new HttpAuth.Loopback(), 8L << 20, Optional.empty());

    private static final int LARGEST_PORT = 65_535;
    private static final long LEAST_BODY = 1L << 10;
    private static final long LARGEST_BODY = 1L << 30;

    public HttpSettings {
        Allowed.require(!host.isBlank(), "http.host must not be empty");
        Allowed.range("http.port", port, 0, LARGEST_PORT);
        Allowed.range("http.max-body", maxBodyBytes, LEAST_BODY, LARGEST_BODY);
        Allowed.require(
                !(auth instanceof HttpAuth.Loopback) || isLoopback(host),
                "\"" + host + "\" can be reached from elsewhere: set http.auth to tokens: [...], or to none if whoever"
                        + " can connect may read and change everything");
    }

    static HttpSettings read(Layers in) throws ConfigException {
        HttpAuth auth = HttpAuth.read(in);
        try {
            return new HttpSettings(
                    in.read("http.host", DEFAULTS.host, Allowed::host),
                    in.read("http.port", DEFAULTS.port, Allowed.integer(0, LARGEST_PORT)),
                    auth,
                    in.read("http.max-body", DEFAULTS.maxBodyBytes, Allowed.bytes(LEAST_BODY, LARGEST_BODY)),
                    in.read("http.external-url", DEFAULTS.externalUrl, HttpSettings::url));
        } catch (IllegalArgumentException e) {
            throw in.error("http.host", String.valueOf(e.getMessage()));
        }
    }

    /** Whether only this machine can connect. A name other than localhost counts as reachable, whatever it resolves to. */
    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Optional<URI> url(YamlNode node) throws ConfigException {
        String text = node.asString();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // told below, with an example
        }
        throw node.error("expected a URL like https://tocsin.example.org, found \"" + text + "\"");
    }
}
