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
 * @param fine the finest resolution: a multiple of 10 s that divides a minute
 * @param medium a multiple of it, whole minutes that divide two hours
 * @param coarse a multiple of that, divides two hours, too
 * @param keep10s how long what is kept at the finest resolution lasts
 * @param keep1m how long at the medium one
 * @param keep1h how long at the coarse one
 * @param keepAlerts how long it is kept what became of alerts
 * @param keepAcknowledged how long of those that somebody acknowledged; not shorter
 */
public record StorageSettings(
        Server server,
        Duration fine,
        Duration medium,
        Duration coarse,
        Duration keep10s,
        Duration keep1m,
        Duration keep1h,
        Duration keepAlerts,
        Duration keepAcknowledged) {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TWO_HOURS = Duration.ofHours(2);
    private static final String FINE = "expected 10s, 20s, 30s or 1m";
    private static final String MEDIUM =
            "expected whole minutes of which two hours are a multiple, more than the fine resolution and a multiple of it";
    private static final String COARSE =
            "expected a part of two hours, more than the medium resolution and a multiple of it";
    private static final Duration LEAST_KEPT = Duration.ofHours(4);
    private static final Duration LONGEST_KEPT = Duration.ofDays(3_660);

    public static final StorageSettings DEFAULTS = new StorageSettings(
            new Server.Embedded(),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            Duration.ofDays(1),
            Duration.ofDays(30),
            Duration.ofDays(400),
            Duration.ofDays(365),
            Duration.ofDays(1_095));

    public StorageSettings {
        Allowed.require(isFine(fine), "storage.resolutions.fine: " + FINE);
        Allowed.require(isMedium(fine, medium), "storage.resolutions.medium: " + MEDIUM);
        Allowed.require(isCoarse(medium, coarse), "storage.resolutions.coarse: " + COARSE);
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
        Duration fine = in.read("storage.resolutions.fine", DEFAULTS.fine, YamlNode::asDuration);
        Duration medium = in.read("storage.resolutions.medium", DEFAULTS.medium, YamlNode::asDuration);
        Duration coarse = in.read("storage.resolutions.coarse", DEFAULTS.coarse, YamlNode::asDuration);
        if (!isFine(fine)) {
            throw in.error("storage.resolutions.fine", FINE);
        }
        if (!isMedium(fine, medium)) {
            throw in.error("storage.resolutions.medium", MEDIUM);
        }
        if (!isCoarse(medium, coarse)) {
            throw in.error("storage.resolutions.coarse", COARSE);
        }
        return new StorageSettings(
                server(in),
                fine,
                medium,
                coarse,
                in.read("storage.keep.10s", DEFAULTS.keep10s, Allowed.duration(LEAST_KEPT, LONGEST_KEPT)),
                in.read("storage.keep.1m", DEFAULTS.keep1m, Allowed.duration(LEAST_KEPT, LONGEST_KEPT)),
                in.read("storage.keep.1h", DEFAULTS.keep1h, Allowed.duration(LEAST_KEPT, LONGEST_KEPT)),
                keepAlerts,
                in.read(
                        "storage.keep.acknowledged",
                        longer(DEFAULTS.keepAcknowledged, keepAlerts),
                        Allowed.duration(keepAlerts, LONGEST_KEPT)));
    }

    private static boolean divides(Duration part, Duration whole) {
        return part.isPositive() && whole.isPositive() && whole.toMillis() % part.toMillis() == 0;
    }

    private static boolean isFine(Duration fine) {
        return divides(TEN_SECONDS, fine) && divides(fine, MINUTE);
    }

    private static boolean isMedium(Duration fine, Duration medium) {
        return medium.compareTo(fine) > 0
                && divides(fine, medium)
                && divides(MINUTE, medium)
                && divides(medium, TWO_HOURS);
    }

    private static boolean isCoarse(Duration medium, Duration coarse) {
        return coarse.compareTo(medium) > 0 && divides(medium, coarse) && divides(coarse, TWO_HOURS);
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
