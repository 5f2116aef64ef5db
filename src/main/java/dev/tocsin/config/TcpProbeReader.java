package dev.tocsin.config;

import dev.tocsin.watch.check.ProbeSpec;
import java.util.Set;

/** Reads checks of the kind {@code tcp}. */
final class TcpProbeReader implements ProbeReader {
    @Override
    public Set<String> keys() {
        return Set.of("address", "send", "expect");
    }

    @Override
    public ProbeSpec read(CheckKeys keys) throws ConfigException {
        HostAndPort address = keys.address("tcp");
        return new ProbeSpec.Tcp(address.host(), address.port(), keys.text("send", ""), keys.text("expect", ""));
    }
}
