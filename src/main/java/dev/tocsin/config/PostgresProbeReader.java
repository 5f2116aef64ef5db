package dev.tocsin.config;

import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.watch.check.ProbeSpec;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads checks of the kind {@code postgres}. */
final class PostgresProbeReader implements ProbeReader {
    private static final Duration LEAST_AGE = Duration.ofSeconds(1);
    private static final Duration MOST_AGE = Duration.ofDays(3_650);

    @Override
    public Set<String> keys() {
        return Set.of(
                "server",
                "uri",
                "uri_file",
                "password_file",
                "query",
                "column",
                "min",
                "max",
                "equals",
                "max-age",
                "min-rows",
                "max-rows");
    }

    @Override
    public ProbeSpec read(CheckKeys keys) throws ConfigException {
        boolean isNamed = keys.has("server");
        if (isNamed && (keys.has("uri") || keys.has("uri_file"))) {
            throw keys.error("server", "server and uri are both given; one is enough");
        }
        @Nullable
        ServerAddress address = isNamed ? null : PostgresFile.address(keys, "a check of the kind postgres (or server)");
        @Nullable
        Duration maxAge = keys.has("max-age") ? keys.duration("max-age", LEAST_AGE, LEAST_AGE, MOST_AGE) : null;
        return new ProbeSpec.Postgres(
                keys.text("server", ""),
                address,
                keys.text("query", ProbeSpec.Postgres.SIMPLEST),
                keys.text("column", ""),
                keys.read("min", Double.NEGATIVE_INFINITY, YamlNode::asDouble),
                keys.read("max", Double.POSITIVE_INFINITY, YamlNode::asDouble),
                keys.has("equals") ? keys.text("equals", "") : null,
                maxAge,
                keys.integer("min-rows", 0, 0, ProbeSpec.Postgres.MOST_ROWS),
                keys.integer("max-rows", ProbeSpec.Postgres.MOST_ROWS, 0, ProbeSpec.Postgres.MOST_ROWS));
    }
}
