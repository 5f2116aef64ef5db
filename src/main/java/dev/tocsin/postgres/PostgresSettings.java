package dev.tocsin.postgres;

import java.util.List;

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
}
