package dev.tocsin.postgres;

import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All servers that have a name, each with its connections. Safe from any thread. */
public final class PostgresServers {
    private final Vertx vertx;
    private final @Nullable Supplier<@Nullable ServerAddress> store;
    private volatile Map<String, PostgresServer> byName = Map.of();

    /** @param store tells where our own store is now: null while it is nowhere; itself null where there is none */
    public PostgresServers(Vertx vertx, @Nullable Supplier<@Nullable ServerAddress> store) {
        this.vertx = vertx;
        this.store = store;
    }

    /** Puts these servers in the place of those before. Connections to those that are as they were are kept. */
    public synchronized void replace(PostgresSettings settings) {
        Map<String, PostgresServer> before = byName;
        Map<String, PostgresServer> next = new TreeMap<>();
        wanted(settings).forEach((name, server) -> {
            PostgresServer known = before.get(name);
            next.put(name, known != null && known.settings().equals(server) ? known : open(server));
        });
        byName = Collections.unmodifiableMap(next);
        before.values().stream()
                .filter(server -> next.get(server.settings().name()) != server)
                .forEach(PostgresServer::close);
    }

    /** Lets go of all of them. Before Vert.x closes: it waits for as long as a silent server keeps a connection open. */
    public synchronized void close() {
        byName.values().forEach(PostgresServer::close);
        byName = Map.of();
    }

    private SequencedMap<String, ServerSettings> wanted(PostgresSettings settings) {
        SequencedMap<String, ServerSettings> wanted = new LinkedHashMap<>();
        if (settings.ownStore() && store != null) {
            wanted.put(ServerSettings.STORE, ServerSettings.of(ServerSettings.STORE, null));
        }
        settings.servers().forEach(server -> wanted.put(server.name(), server));
        return wanted;
    }

    private PostgresServer open(ServerSettings settings) {
        ServerAddress fixed = settings.address();
        Supplier<@Nullable ServerAddress> address = fixed != null || store == null ? () -> fixed : store;
        return PostgresServer.shared(settings, address, vertx);
    }

    /** By name. */
    public Collection<PostgresServer> all() {
        return byName.values();
    }

    /** @return null where none is called so */
    public @Nullable PostgresServer find(String name) {
        return byName.get(name);
    }
}
