package dev.tocsin.config;

import dev.tocsin.watch.check.ProbeSpec;
import java.util.Set;

/** Reads checks of the kind {@code tls}. */
final class TlsProbeReader implements ProbeReader {
    private static final int DEFAULT_DAYS = 14;
    private static final int MOST_DAYS = 3_650;

    @Override
    public Set<String> keys() {
        return Set.of("address", "server-name", "certificate-days", "verify-certificate");
    }

    @Override
    public ProbeSpec read(CheckKeys keys) throws ConfigException {
        HostAndPort address = keys.address("tls");
        return new ProbeSpec.Tls(
                address.host(),
                address.port(),
                keys.text("server-name", address.host()),
                keys.integer("certificate-days", DEFAULT_DAYS, 0, MOST_DAYS),
                keys.flag("verify-certificate", true));
    }
}
