package dev.tocsin.config;

import static dev.tocsin.watch.check.CheckDefinition.DEFAULT_FAILURES;
import static dev.tocsin.watch.check.CheckDefinition.DEFAULT_INTERVAL;
import static dev.tocsin.watch.check.CheckDefinition.LEAST_INTERVAL;
import static dev.tocsin.watch.check.CheckDefinition.MOST_INTERVAL;

import dev.tocsin.watch.check.ProbeSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what a kind of checks has besides what all have. Stateless. */
interface ProbeReader {
    /** By the name of the kind. */
    SortedMap<String, ProbeReader> KINDS = new TreeMap<>(Map.ofEntries(
            Map.entry("command", new LocalProbeReaders.OfCommand()),
            Map.entry("disk", new LocalProbeReaders.OfDisk()),
            Map.entry("dns", new DnsProbeReader()),
            Map.entry("file", new LocalProbeReaders.OfFile()),
            Map.entry("heartbeat", new HeartbeatReader()),
            Map.entry("http", new HttpProbeReader()),
            Map.entry("memory", new LocalProbeReaders.OfMemory()),
            Map.entry("postgres", new PostgresProbeReader()),
            Map.entry("process", new LocalProbeReaders.OfProcess()),
            Map.entry("redis", new RedisProbeReader()),
            Map.entry("self", new SelfReader()),
            Map.entry("tcp", new TcpProbeReader()),
            Map.entry("tls", new TlsProbeReader())));

    /** Those that may stand there. */
    Set<String> keys();

    ProbeSpec read(CheckKeys keys) throws ConfigException;

    /** How often such a check is asked. */
    default Duration interval(CheckKeys keys) throws ConfigException {
        return keys.duration("interval", DEFAULT_INTERVAL, LEAST_INTERVAL, MOST_INTERVAL);
    }

    /** How many failures count where nothing is said. */
    default int failures() {
        return DEFAULT_FAILURES;
    }
}
