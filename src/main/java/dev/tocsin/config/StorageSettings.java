package dev.tocsin.config;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where history is kept, and for how long: {@code storage.*}.
 *
 * @param keep10s how long chunks of 10 s are kept
 * @param keep1m how long those of a minute are
 * @param keep1h how long those of an hour are
 * @param keepAlerts how long it is kept what became of alerts
 * @param keepAcknowledged how long of those that somebody acknowledged; not shorter
 */
public record StorageSettings(
        Server server,
        Duration keep10s,
        Duration keep1m,
        Duration keep1h,
        Duration keepAlerts,
        Duration keepAcknowledged) {
    private static final Duration LEAST_KEPT = Duration.ofHours(4);
    private static final Duration LONGEST_KEPT = Duration.ofDays(3_660);

    public static final StorageSettings DEFAULTS = new StorageSettings(
            new Server.Embedded(),
            Duration.ofDays(1),
            Duration.ofDays(30),
            Duration.ofDays(400),
            Duration.ofDays(365),
            Duration.ofDays(1_095));

    public StorageSettings {
        Allowed.range("storage.keep.10s", keep10s, LEAST_KEPT, LONGEST_KEPT);
        Allowed.range("storage.keep.1m", keep1m, LEAST_KEPT, LONGEST_KEPT);
        Allowed.range("storage.keep.1h", keep1h, LEAST_KEPT, LONGEST_KEPT);
        Allowed.range("storage.keep.alerts", keepAlerts, LEAST_KEPT, LONGEST_KEPT);
        Allowed.range("storage.keep.acknowledged", keepAcknowledged, keepAlerts, LONGEST_KEPT);
    }

    /** Which PostgreSQL. */
    public sealed interface Server {
        /** One of our own, under the data folder. The default. */
        record Embedded() implements Server {}

        /** None: history ends where memory does. */
        record None() implements Server {}

        /**
         * One that is there already.
         *
         * @param uri with the password in it
         */
        record External(String uri) implements Server {
            /** Never the URI, which has a password in it: this text ends up in logs. */
            @Override
            public String toString() {
                return "External[]";
            }
        }
    }

    static StorageSettings read(Layers in) throws ConfigException {
        Duration keepAlerts =
                in.read("storage.keep.alerts", DEFAULTS.keepAlerts, Allowed.duration(LEAST_KEPT, LONGEST_KEPT));
        return new StorageSettings(
                server(in),
                in.read("storage.keep.10s", DEFAULTS.keep10s, Allowed.duration(LEAST_KEPT, LONGEST_KEPT)),
                in.read("storage.keep.1m", DEFAULTS.keep1m, Allowed.duration(LEAST_KEPT, LONGEST_KEPT)),
                in.read("storage.keep.1h", DEFAULTS.keep1h, Allowed.duration(LEAST_KEPT, LONGEST_KEPT)),
                keepAlerts,
                in.read(
                        "storage.keep.acknowledged",
                        longer(DEFAULTS.keepAcknowledged, keepAlerts),
                        Allowed.duration(keepAlerts, LONGEST_KEPT)));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Server server(Layers in) throws ConfigException {
        String file = in.read("storage.uri_file", "", YamlNode::asString);
        YamlNode node = in.find(file.isEmpty() ? "storage.uri" : "storage.uri_file");
        if (node == null) {
            return DEFAULTS.server;
        }
        String text = file.isEmpty() ? node.asString() : content(node);
        return switch (text) {
            case "embedded" -> new Server.Embedded();
            case "none" -> new Server.None();
            default -> external(node, text);
        };
    }

    private static String content(YamlNode file) throws ConfigException {
        try {
            return Files.readString(Path.of(file.asString())).strip();
        } catch (IOException | InvalidPathException e) {
            throw file.error("can't read \"" + file.asString() + "\": " + e);
        }
    }

    private static Server external(YamlNode node, String text) throws ConfigException {
        try {
            URI uri = new URI(text);
            boolean known = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
            if (known
                    && uri.getHost() != null
                    && uri.getPath() != null
                    && uri.getPath().length() > 1) {
                return new Server.External(text);
            }
        } catch (URISyntaxException e) {
            // told below, with an example and without the text, which may have a password in it
        }
        throw node.error(
                "expected embedded, none, or postgresql://user:password@host:port/database, with %XX for what a URL"
                        + " can't have in it");
    }
}
