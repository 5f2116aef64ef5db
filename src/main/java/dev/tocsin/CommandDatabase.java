package dev.tocsin;

import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.Settings;
import dev.tocsin.config.StorageSettings.Server;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.store.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The database that a command works on: the one in the settings, the one that a running server has, or our own, started
 * for as long as the command takes.
 */
final class CommandDatabase implements AutoCloseable {
    private static final int ATTEMPTS = 1_200;
    private static final long ATTEMPT_MILLIS = 50;

    private final ServerAddress address;
    private final @Nullable EmbeddedPostgres started;
    private final @Nullable DataFolder held;

    private CommandDatabase(ServerAddress address, @Nullable EmbeddedPostgres started, @Nullable DataFolder held) {
        this.address = address;
        this.started = started;
        this.held = held;
    }

    /** To read from, also while a server runs on the data folder. */
    static CommandDatabase ofAny(@Nullable Path conf, List<String> assignments, Path data) throws Exception {
        return switch (server(conf, assignments)) {
            case Server.External external -> new CommandDatabase(new ServerAddress(external.uri()), null, null);
            case Server.None none -> throw noDatabase();
            case Server.Embedded own -> {
                DataFolder folder = DataFolder.openIfFree(data);
                if (folder != null) {
                    yield start(data, folder);
                }
                ServerAddress running = EmbeddedPostgres.running(data);
                if (running == null) {
                    throw new IOException(
                            "the server that runs on " + data + " has no database yet; its log says why, /health too");
                }
                yield new CommandDatabase(running, null, null);
            }
        };
    }

    /** To write into: no server may run on the data folder. */
    static CommandDatabase ofIdle(@Nullable Path conf, List<String> assignments, Path data) throws Exception {
        Server server = server(conf, assignments);
        if (server instanceof Server.None) {
            throw noDatabase();
        }
        DataFolder folder = DataFolder.open(data);
        return server instanceof Server.External external
                ? new CommandDatabase(new ServerAddress(external.uri()), null, folder)
                : start(data, folder);
    }

    /** Our own in a folder that nobody else knows. */
    static CommandDatabase scratch(Path folder) throws Exception {
        return start(folder, DataFolder.open(folder));
    }

    private static Server server(@Nullable Path conf, List<String> assignments) throws Exception {
        ConfigFolder folder = ConfigFolder.resolve(conf);
        return Settings.read(folder.settings(), System.getenv(), assignments)
                .storage()
                .server();
    }

    private static IOException noDatabase() {
        return new IOException("storage.uri is none: there is no database");
    }

    private static CommandDatabase start(Path data, DataFolder folder) throws IOException, InterruptedException {
        Logging.warningsOnly();
        EmbeddedPostgres started = EmbeddedPostgres.start(data, RandomGenerator.getDefault());
        for (int i = 0; i < ATTEMPTS; i++) {
            ServerAddress address = started.address();
            if (address != null) {
                return new CommandDatabase(address, started, folder);
            }
            Thread.sleep(ATTEMPT_MILLIS);
        }
        String problem = started.problem();
        started.close();
        folder.close();
        throw new IOException("PostgreSQL did not start in " + data + ": " + problem);
    }

    ServerAddress address() {
        return address;
    }

    @Override
    public void close() throws IOException {
        if (started != null) {
            started.close();
        }
        if (held != null) {
            held.close();
        }
    }
}
