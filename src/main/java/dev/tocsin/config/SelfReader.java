package dev.tocsin.config;

import dev.tocsin.watch.check.ProbeSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads checks of the kind {@code self}. */
final class SelfReader implements ProbeReader {
    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration MOST = Duration.ofMinutes(10);
    private static final Duration DEFAULT = Duration.ofSeconds(1);

    /** Keys, and the part of the server that each bounds. */
    private static final Map<String, String> PARTS =
            Map.of("max-event-bus", "event_bus", "max-tick-delay", "ticks", "max-database", "database");

    @Override
    public Set<String> keys() {
        return PARTS.keySet();
    }

    @Override
    public ProbeSpec read(CheckKeys keys) throws ConfigException {
        Map<String, Duration> slowest = new LinkedHashMap<>();
        for (Map.Entry<String, String> part : PARTS.entrySet()) {
            slowest.put(part.getValue(), keys.duration(part.getKey(), DEFAULT, LEAST, MOST));
        }
        return new ProbeSpec.Self(slowest);
    }
}
