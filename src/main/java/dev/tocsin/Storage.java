package dev.tocsin;

import dev.tocsin.config.StorageSettings.Server;
import dev.tocsin.core.AlertArchive;
import dev.tocsin.core.AlertTrail;
import dev.tocsin.core.Clock;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.core.check.ComponentHealth;
import dev.tocsin.core.check.ComponentHealth.Status;
import dev.tocsin.journal.TickJournal;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.store.DatabaseState;
import dev.tocsin.store.History;
import dev.tocsin.store.HistorySettings;
import dev.tocsin.store.HistorySource;
import dev.tocsin.store.PostgresVerticle;
import dev.tocsin.store.PushedLife;
import dev.tocsin.store.StoredArchive;
import dev.tocsin.store.StoredTrail;
import dev.tocsin.store.embedded.EmbeddedPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL that the settings name, the connection to it, and the history in it. Nothing waits for it: what is in
 * memory is taken, judged and told without it. Called by the thread that starts and stops; {@link #health} from any.
 */
final class Storage implements AutoCloseable {
    private static final String JOURNAL_NAME = "postgres.journal";

    private final @Nullable EmbeddedPostgres embedded;
    private final Supplier<PostgresVerticle.Server> server;
    private final PostgresVerticle postgres;
    private final HistorySettings settings;
    private final Clock clock;
    private final History history;
    private final StoredTrail trail;

    private Storage(
            @Nullable EmbeddedPostgres embedded,
            Supplier<PostgresVerticle.Server> server,
            TickJournal journal,
            HistorySettings settings,
            Clock clock,
            MeterRegistry meters) {
        this.embedded = embedded;
        this.server = server;
        this.settings = settings;
        this.clock = clock;
        RandomGenerator random = RandomGenerator.getDefault();
        postgres = new PostgresVerticle(server, clock, meters, random);
        history = new History(journal, nameOf(journal), postgres::pool, settings, clock, meters, random);
        trail = new StoredTrail(journal, postgres::pool, settings, clock, meters, random);
    }

    /**
     * Begins to start the server, where it is ours.
     *
     * @param data held by this process
     * @return null where the settings want none
     */
    static @Nullable Storage of(
            Server server,
            Path data,
            TickJournal journal,
            HistorySettings settings,
            Clock clock,
            MeterRegistry meters) {
        return switch (server) {
            case Server.None none -> null;
            case Server.External external -> {
                ServerAddress address = new ServerAddress(external.uri());
                yield new Storage(
                        null, () -> new PostgresVerticle.Server(address, null), journal, settings, clock, meters);
            }
            case Server.Embedded own -> {
                EmbeddedPostgres embedded = EmbeddedPostgres.start(data, RandomGenerator.getDefault());
                yield new Storage(
                        embedded,
                        () -> new PostgresVerticle.Server(embedded.address(), embedded.problem()),
                        journal,
                        settings,
                        clock,
                        meters);
            }
        };
    }

    /** To be deployed on an event loop. */
    PostgresVerticle postgres() {
        return postgres;
    }

    /** Where the server is now; null while there is none. Any thread. */
    @Nullable
    ServerAddress address() {
        return server.get().address();
    }

    /** Memory, and PostgreSQL for what was before. */
    SeriesSource behind(SeriesSource hot, LongSupplier readableSince, PushedLife life) {
        return new HistorySource(hot, readableSince, life, postgres::pool, this::holdsNothing, settings, clock);
    }

    /** Whether it is sure that nothing was ever stored. */
    private boolean holdsNothing() {
        return embedded != null && embedded.isNew() && !postgres.hasBeenUp();
    }

    /** Begins to take what the journal has to PostgreSQL, and what waits of the trail. */
    void follow() {
        history.start();
        trail.start();
    }

    /** Takes what is decided about alerts to PostgreSQL. */
    AlertTrail trail() {
        return trail;
    }

    /** What PostgreSQL has of alerts. */
    AlertArchive archive() {
        return new StoredArchive(postgres::pool);
    }

    /** A journal that was begun anew has positions that mean something else. */
    private static String nameOf(TickJournal journal) {
        byte[] known = journal.get(JOURNAL_NAME);
        if (known == null) {
            known = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
            journal.put(JOURNAL_NAME, known);
        }
        return new String(known, StandardCharsets.UTF_8);
    }

    ComponentHealth health() {
        DatabaseState state = postgres.state();
        return new ComponentHealth(
                state.isUp() ? Status.HEALTHY : Status.DEGRADED,
                state.checkedMillis(),
                state.responseMillis(),
                state.problem());
    }

    /** Takes what there is, while journal and connection are there; the last tick was closed before. */
    void finish() throws InterruptedException {
        history.beginClose();
        trail.close();
        history.close();
    }

    /** Stops the server, where it is ours; the connection was undeployed before. */
    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
