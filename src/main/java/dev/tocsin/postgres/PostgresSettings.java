package dev.tocsin.postgres;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The servers of {@code postgres.yaml}. Immutable.
 *
 * @param servers of different names
 * @param ownStore whether our own store is among the servers, where there is one and no other has its name
 */
public record PostgresSettings(List<ServerSettings> servers, boolean ownStore) {
    /** Where there is no such file. */
    public static final PostgresSettings DEFAULT = new PostgresSettings(List.of(), true);

    public PostgresSettings {
        servers = List.copyOf(servers);
    }

    /**
     * What servers are called.
     *
     * @param hasStore whether there is a store of our own at all
     */
    public Set<String> names(boolean hasStore) {
        Set<String> names = new TreeSet<>();
        servers.forEach(server -> names.add(server.name()));
        if (ownStore && hasStore) {
            names.add(ServerSettings.STORE);
        }
        return names;
    }
}
