package dev.tocsin.web;

import java.net.InetAddress;
import java.time.Duration;

/**
 * How the HTTP server is bound and bounded.
 *
 * @param host address to bind; anything but loopback needs {@link Auth.Tokens} or an outspoken {@link Auth.None}
 * @param port 0 for any free one
 * @param instances event loops that serve
 * @param maxBodyBytes longest request body
 * @param headerTimeout how long a connection may take to bring the next whole request header; also the keep-alive
 * @param bodyTimeout how long a request may take to bring its body
 * @param idleTimeout how long a connection may carry nothing in either direction; longer than the longest query
 * @param maxConnections open connections, over all instances; further ones are closed at once
 */
public record HttpSettings(
        String host,
        int port,
        int instances,
        long maxBodyBytes,
        Duration headerTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        int maxConnections,
        Auth auth) {
    public static final HttpSettings DEFAULT = new HttpSettings(
            "127.0.0.1",
            8080,
            Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4),
            8 << 20,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(150),
            25_000,
            new Auth.Unset());

    /** @throws IllegalArgumentException naming the key, the value, and what is allowed */
    public HttpSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("http.host: an address to bind is needed, such as 127.0.0.1");
        }
        within("http.port", port, 0, 65_535);
        within("http.instances", instances, 1, 64);
        within("http.max-body", maxBodyBytes, 1_024, 1 << 30);
        within("http.max-connections", maxConnections, 1, 1_000_000);
        positive("http.header-timeout", headerTimeout);
        positive("http.body-timeout", bodyTimeout);
        positive("http.idle-timeout", idleTimeout);
        if (auth instanceof Auth.Unset && !isLoopback(host)) {
            throw new IllegalArgumentException("http.host: " + host
                    + " can be reached from other machines: set http.auth.tokens, or say http.auth: none");
        }
    }

    public HttpSettings withPort(int newPort) {
        return new HttpSettings(
                host, newPort, instances, maxBodyBytes, headerTimeout, bodyTimeout, idleTimeout, maxConnections, auth);
    }

    public HttpSettings withAuth(String newHost, Auth newAuth) {
        return new HttpSettings(
                newHost,
                port,
                instances,
                maxBodyBytes,
                headerTimeout,
                bodyTimeout,
                idleTimeout,
                maxConnections,
                newAuth);
    }

    /** Told by its text alone: a name that would have to be looked up is not trusted to be local. */
    static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void within(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + ": " + value + " is not within " + least + " to " + most);
        }
    }

    private static void positive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(key + ": " + value + " is not longer than nothing");
        }
    }
}
