package dev.tocsin.config;

import dev.tocsin.watch.check.ProbeSpec;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what a kind of checks has besides what all have. Stateless. */
interface ProbeReader {
    /** By the name of the kind. */
    SortedMap<String, ProbeReader> KINDS =
            new TreeMap<>(Map.of("http", new HttpProbeReader(), "tcp", new TcpProbeReader()));

    /** Those that may stand there. */
    Set<String> keys();

    ProbeSpec read(CheckKeys keys) throws ConfigException;
}
