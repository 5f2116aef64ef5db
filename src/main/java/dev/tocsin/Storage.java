package dev.tocsin;

import dev.tocsin.config.StorageSettings.Server;
import dev.tocsin.core.Clock;
import dev.tocsin.store.DatabaseState;
import dev.tocsin.store.PostgresVerticle;
import dev.tocsin.store.ServerAddress;
import dev.tocsin.store.embedded.EmbeddedPostgres;
import dev.tocsin.web.ComponentHealth;
import dev.tocsin.web.ComponentHealth.Status;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL that the settings name, and the connection to it. Nothing waits for it: what is in memory is taken,
 * judged and told without it. Called by the thread that starts and stops; {@link #health} from any.
 */
final class Storage implements AutoCloseable {
    /** Null where the server is not ours. */
    private final @Nullable EmbeddedPostgres embedded;

    private final PostgresVerticle postgres;

    private Storage(@Nullable EmbeddedPostgres embedded, PostgresVerticle postgres) {
        this.embedded = embedded;
        this.postgres = postgres;
    }

    /**
     * Begins to start the server, where it is ours.
     *
     * @param data the folder that this process holds
     * @return null where the settings want none
     * @throws IOException where it can't be written
     */
    static @Nullable Storage of(Server server, Path data, Clock clock, MeterRegistry meters) throws IOException {
        return switch (server) {
            case Server.None none -> null;
            case Server.External external -> {
                ServerAddress address = new ServerAddress(external.uri());
                yield new Storage(null, connection(() -> new PostgresVerticle.Server(address, null), clock, meters));
            }
            case Server.Embedded own -> {
                EmbeddedPostgres embedded = EmbeddedPostgres.start(data, RandomGenerator.getDefault());
                yield new Storage(
                        embedded,
                        connection(
                                () -> new PostgresVerticle.Server(embedded.address(), embedded.problem()),
                                clock,
                                meters));
            }
        };
    }

    private static PostgresVerticle connection(
            Supplier<PostgresVerticle.Server> server, Clock clock, MeterRegistry meters) {
        return new PostgresVerticle(server, clock, meters, RandomGenerator.getDefault());
    }

    /** To be deployed on an event loop. */
    PostgresVerticle postgres() {
        return postgres;
    }

    ComponentHealth health() {
        DatabaseState state = postgres.state();
        return new ComponentHealth(
                state.isUp() ? Status.HEALTHY : Status.DEGRADED,
                state.checkedMillis(),
                state.responseMillis(),
                state.problem());
    }

    /** Stops the server, where it is ours; the connection was undeployed before. */
    @Override
    public void close() throws IOException {
        if (embedded != null) {
            embedded.close();
        }
    }
}
