package dev.tocsin.config;

import dev.tocsin.watch.check.ProbeSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Reads checks of the kind {@code dns}. */
final class DnsProbeReader implements ProbeReader {
    /** The system's own name servers. */
    private static final HostAndPort SYSTEM = new HostAndPort("", 53);

    @Override
    public Set<String> keys() {
        return Set.of("query", "type", "server", "expect");
    }

    @Override
    public ProbeSpec read(CheckKeys keys) throws ConfigException {
        HostAndPort server = keys.read("server", SYSTEM, HostAndPort::read);
        return new ProbeSpec.Dns(
                keys.required("query", "a check of the kind dns", YamlNode::asString),
                keys.read("type", ProbeSpec.Dns.Type.A, DnsProbeReader::type),
                server.host(),
                server.port(),
                keys.texts("expect"));
    }

    private static ProbeSpec.Dns.Type type(YamlNode node) throws ConfigException {
        List<ProbeSpec.Dns.Type> types = Arrays.asList(ProbeSpec.Dns.Type.values());
        for (ProbeSpec.Dns.Type type : types) {
            if (type.name().equals(node.asString())) {
                return type;
            }
        }
        throw node.error("expected one of " + types + ", found \"" + node.asString() + "\"");
    }
}
