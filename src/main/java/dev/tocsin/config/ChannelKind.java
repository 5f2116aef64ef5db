package dev.tocsin.config;

import dev.tocsin.notify.ChannelSettings;
import java.util.HashSet;
import java.util.Set;

/**
 * One kind of integration. Immutable.
 *
 * @param name as Alertmanager names it; its entries stand under {@code <name>_configs}
 * @param sendsResolved the default of {@code send_resolved}
 * @param keys all that an entry may hold
 */
record ChannelKind(String name, boolean sendsResolved, Set<String> keys, Reader reader) {
    static final String SEND_RESOLVED = "send_resolved";

    /** Reads an entry. */
    interface Reader {
        ChannelSettings read(AlertmanagerKeys keys) throws ConfigException;
    }

    /** A kind whose entries are told by HTTP: they may hold {@code http_config} and {@code timeout}, too. */
    static ChannelKind http(String name, boolean sendsResolved, Set<String> keys, Reader reader) {
        Set<String> all = new HashSet<>(keys);
        all.addAll(Set.of("http_config", "timeout"));
        return new ChannelKind(name, sendsResolved, all, reader);
    }

    ChannelKind {
        Set<String> all = new HashSet<>(keys);
        all.add(SEND_RESOLVED);
        keys = Set.copyOf(all);
    }
}
