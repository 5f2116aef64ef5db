package dev.tocsin.watch.scrape;

import dev.tocsin.http.HttpClientSettings;
import java.nio.file.Path;
import java.util.List;

/** Where a job's targets are found. Immutable. */
public sealed interface Discovery {
    /** They stand in the configuration. */
    record Static(List<TargetGroup> groups) implements Discovery {
        public Static {
            groups = List.copyOf(groups);
        }
    }

    /**
     * In files of JSON or YAML, read when they change.
     *
     * @param patterns of paths; the last name may hold a {@code *}
     * @param refreshMillis how often they are read at the least
     */
    record Files(List<Path> patterns, long refreshMillis) implements Discovery {
        public Files {
            patterns = List.copyOf(patterns);
        }
    }

    /** An HTTP server tells them as JSON. */
    record Http(String url, long refreshMillis, HttpClientSettings client) implements Discovery {}

    /**
     * By the records of names.
     *
     * @param port of A and AAAA records; SRV records have their own
     */
    record Dns(List<String> names, DnsType type, int port, long refreshMillis) implements Discovery {
        public Dns {
            names = List.copyOf(names);
        }
    }

    enum DnsType {
        A,
        AAAA,
        SRV
    }
}
