package dev.tocsin.config;

import dev.tocsin.watch.check.ProbeSpec;
import java.util.Set;

/** Reads checks of the kind {@code redis}. */
final class RedisProbeReader implements ProbeReader {
    @Override
    public Set<String> keys() {
        return Set.of("address", "password", "min-hit-ratio", "max-memory");
    }

    @Override
    public ProbeSpec read(CheckKeys keys) throws ConfigException {
        HostAndPort address = keys.address("redis");
        return new ProbeSpec.Redis(
                address.host(),
                address.port(),
                keys.text("password", ""),
                keys.read("min-hit-ratio", 0.0, RedisProbeReader::share),
                keys.read("max-memory", Long.MAX_VALUE, YamlNode::asBytes));
    }

    private static double share(YamlNode node) throws ConfigException {
        double share = node.asDouble();
        if (!(share >= 0 && share <= 1)) {
            throw node.error("expected 0 to 1, found \"" + node.asString() + "\"");
        }
        return share;
    }
}
