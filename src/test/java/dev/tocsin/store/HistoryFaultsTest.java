package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.SeriesSource;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.QueryResult;
import dev.tocsin.promql.Value;
import dev.tocsin.store.Database.UnavailableException;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of what was taken in when PostgreSQL, its disk or the clock fails: all of it is counted afterwards. */
class HistoryFaultsTest {
    private static final int TICKS_AN_HOUR = 360;

    @TempDir
    static Path folder;

    private static TestServer server;

    private final HistoryScene scene = new HistoryScene();

    @BeforeAll
    static void startServer() throws Exception {
        server = TestServer.start(Binaries.OURS, folder);
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void connect() throws Exception {
        scene.connect(server.address());
        scene.empty();
    }

    @AfterEach
    void close() throws Exception {
        scene.close();
    }

    /** The connection as the server has it, over a link that can be broken. */
    private PostgresVerticle connectOver(FaultyLink link) throws Exception {
        PostgresVerticle postgres = new PostgresVerticle(
                () -> new PostgresVerticle.Server(server.address(link.port(), "postgres"), null),
                scene.clock,
                scene.meters,
                new Random(1));
        scene.vertx
                .deployVerticle(postgres)
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        scene.use(postgres::pool);
        return postgres;
    }

    private static void failsMeanwhile(History history) {
        assertThatThrownBy(history::step).isInstanceOf(UnavailableException.class);
    }

    @Test
    void whatCameBeforeTheServerWasThereForTheFirstTimeIsStored() throws Exception {
        try (FaultyLink link = new FaultyLink(server.port())) {
            link.refuse();
            PostgresVerticle postgres = connectOver(link);
            History history = scene.history();
            scene.serve(100);
            failsMeanwhile(history);
            Eventually.holds("told", () -> postgres.state().problem() != null);
            scene.serve(100);
            failsMeanwhile(history);

            link.accept();
            Eventually.holds("up", () -> postgres.state().isUp());
            history.step();
            history.finish();

            scene.assertAllIsStoredOnce();
        }
    }

    @Test
    void aServerThatRefusesConnectionsForAWhileIsCaughtUpWith() throws Exception {
        try (FaultyLink link = new FaultyLink(server.port())) {
            PostgresVerticle postgres = connectOver(link);
            Eventually.holds("up", () -> postgres.state().isUp());
            History history = scene.history();
            scene.serve(100);
            history.step();
            link.refuse();
            scene.serve(100);
            failsMeanwhile(history);
            Eventually.holds("down", () -> !postgres.state().isUp());
            failsMeanwhile(history);
            assertThat(postgres.state().problem()).isNotBlank();

            link.accept();
            Eventually.holds("up again", () -> postgres.state().isUp());
            history.step();
            history.finish();

            scene.assertAllIsStoredOnce();
        }
    }

    @Test
    void aServerThatTakesTwoSecondsForEachStatementIsUpAndAnswers() throws Exception {
        scene.serve(100);
        History history = scene.history();
        history.step();
        history.finish();
        try (FaultyLink link = new FaultyLink(server.port())) {
            PostgresVerticle postgres = connectOver(link);
            Eventually.holds("up", () -> postgres.state().isUp());
            scene.assertAllIsStoredOnce();
            link.slow(Duration.ofSeconds(2));

            assertThat(scene.stored("hits")).isEqualTo(scene.counted);
            assertThat(postgres.state().isUp()).isTrue();
        }
    }

    @Test
    void aServerThatTakesTwoSecondsForEachWritingIsWaitedFor() throws Exception {
        scene.database().define("""
                CREATE OR REPLACE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$;
                CREATE TRIGGER slow BEFORE INSERT ON chunk_10s FOR EACH STATEMENT EXECUTE FUNCTION sleep()""");
        try {
            History history = scene.history();
            scene.serve(50);
            history.step();
            history.finish();
        } finally {
            scene.database().define("DROP TRIGGER slow ON chunk_10s");
        }

        scene.assertAllIsStoredOnce();
    }

    @Test
    void aServerThatIsKilledUnderLoadForTwoMinutesIsCaughtUpWith() throws Exception {
        History history = scene.history();
        scene.serve(55);
        history.step();
        server.crash();
        // Two minutes, across the end of five minutes that are written together.
        for (int tick = 0; tick < 12; tick++) {
            scene.serve();
            if (tick >= 6) {
                failsMeanwhile(history);
            }
        }
        server.start();
        history.step();
        history.finish();

        scene.assertAllIsStoredOnce();
    }

    @Test
    void anOutageIsCaughtUpWith() throws Exception {
        scene.serve(50);
        History history = scene.history();
        history.step();
        scene.reachable = false;
        scene.serve(400);
        assertThatThrownBy(history::step).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(history::step).isInstanceOf(UnavailableException.class);
        assertThat(scene.meters.get("tocsin.history.chunks.open").gauge().value())
                .as("no more than five minutes and a tick are held")
                .isLessThan(20);
        scene.reachable = true;
        history.step();
        history.finish();

        scene.assertAllIsStoredOnce();
    }

    @Test
    void theServerDiesInTheMiddleOfAWriteAndNothingIsLostOrTwice() throws Exception {
        History history = scene.history();
        for (int round = 0; round < 3; round++) {
            scene.serve(90);
            Thread killer = Thread.ofVirtual().start(() -> {
                try {
                    server.crash();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            for (boolean killed = false; !killed; ) {
                try {
                    history.step();
                    killed = !killer.isAlive();
                } catch (UnavailableException e) {
                    killed = true;
                }
            }
            killer.join();
            server.start();
            Eventually.holds("it goes on", () -> {
                history.step();
                return true;
            });
        }
        history.finish();

        scene.assertAllIsStoredOnce();
    }

    @Test
    void aPartitionThatWasEmptiedCostsOnlyWhatWasInIt() throws Exception {
        scene.serve(3 * TICKS_AN_HOUR);
        History history = scene.history();
        history.step();
        history.finish();
        int second = Resolutions.DEFAULT
                .fine()
                .partitionOf(Resolutions.DEFAULT.fine().slotOf(HistoryScene.START + 2 * 3_600_000L + 10_000));
        scene.database().define("TRUNCATE chunk_10s_" + second);

        assertThat(scene.countStored()).isEqualTo(20.0 * TICKS_AN_HOUR);
        assertThat(HistoryScene.instant(scene.stored(), "last_over_time(hits[3h])", scene.clock.wallMillis())
                        .samples())
                .hasSize(1);
    }

    @Test
    void aBrokenChunkCostsOnlyItself() throws Exception {
        scene.serve(120);
        History history = scene.history();
        history.step();
        history.finish();
        scene.database()
                .ask(
                        "UPDATE chunk_10s SET body = substr(body, 1, 5) WHERE slot = (SELECT min(slot) FROM chunk_10s)",
                        Tuple.tuple());

        assertThat(scene.countStored()).isEqualTo(scene.observed - 300);
        assertThat(scene.stored("hits")).isEqualTo(scene.counted);
    }

    @Test
    void withoutPostgresqlThereIsWhatMemoryHasAndItIsSaidWhatIsMissing() throws Exception {
        scene.serve(60);
        long now = scene.clock.wallMillis();
        QueryResult all = hitsNow(scene.joined(HistoryScene.START));
        assertThat(all.warnings()).isEmpty();
        scene.reachable = false;
        QueryResult recent = hitsNow(scene.joined(now - 60_000));

        assertThat(((Value.VectorValue) recent.value()).samples().getFirst().value())
                .isEqualTo(scene.counted);
        assertThat(recent.warnings())
                .containsExactly("what was before " + Instant.ofEpochMilli(now - 60_000)
                        + " could not be read, and is missing: PostgreSQL does not answer");
        assertThat(hitsNow(scene.joined(now - 300_000)).warnings())
                .as("memory has all that it looks at")
                .isEmpty();
    }

    private QueryResult hitsNow(SeriesSource source) {
        return new Evaluator(source, QueryLimits.DEFAULT)
                .instant(Promql.parse("hits"), scene.clock.wallMillis(), QueryOptions.DEFAULT);
    }

    @Test
    void aFullDiskOfTheServerCostsNothingButTime() throws Exception {
        Path own = Files.createDirectory(folder.resolve("full"));
        Path disk = Files.createDirectory(own.resolve("disk"));
        try (TestServer small =
                TestServer.startWithDisk(Binaries.OURS, Files.createDirectory(own.resolve("server")), disk, "4M")) {
            scene.connect(small.address());
            scene.database().define("CREATE TABLESPACE small LOCATION '" + disk + "'");
            scene.database().define("ALTER ROLE tocsin SET default_tablespace = small");
            scene.connect(small.address());
            History history = scene.history();
            scene.serve(50);
            history.step();
            scene.database().define("CREATE TABLE filler AS SELECT repeat('x', 2000) AS text");
            assertThatThrownBy(() -> {
                        while (true) {
                            scene.database().define("INSERT INTO filler SELECT text FROM filler LIMIT 100");
                        }
                    })
                    .hasMessageContaining("No space left on device");
            scene.serve(800);
            assertThatThrownBy(history::step)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("No space left on device");
            failsMeanwhile(history);
            scene.database().define("DROP TABLE filler");
            history.step();
            history.finish();

            scene.assertAllIsStoredOnce();
        }
    }

    /** Cuts the file of a partition after its first page, while the server is down. */
    private void truncateFile(String partition) throws Exception {
        String file = "";
        for (Row row : scene.database()
                .ask("SELECT pg_relation_filepath($1)::text", Tuple.of(Migrations.SCHEMA + "." + partition))) {
            file = row.getString(0);
        }
        scene.database().define("CHECKPOINT");
        server.crash();
        try (FileChannel channel = FileChannel.open(server.file(file), StandardOpenOption.WRITE)) {
            assertThat(channel.size()).isGreaterThan(8_192);
            channel.truncate(8_192);
        }
        server.start();
    }

    @Test
    void aPartitionWhoseFileWasTruncatedCostsOnlyWhatWasInItAndIsWrittenToAgain() throws Exception {
        scene.serve(3 * TICKS_AN_HOUR + 15);
        History history = scene.history();
        history.step();
        // What is left of the fourth hour comes after the damage, into the same two hours.
        history.finish();
        double hoursBefore = 2.0 * TICKS_AN_HOUR * 10;
        int damaged = Resolutions.DEFAULT
                .fine()
                .partitionOf(Resolutions.DEFAULT.fine().slotOf(HistoryScene.START + 2 * 3_600_000L + 10_000));
        truncateFile("chunk_10s_" + damaged);

        assertThat(scene.countStored()).isBetween(hoursBefore, scene.observed - 1.0);
        double before = scene.countStored();
        long observedBefore = scene.observed;
        scene.serve(2 * TICKS_AN_HOUR);
        History next = scene.history();
        next.step();
        next.finish();

        assertThat(scene.countStored() - before).isEqualTo((double) scene.observed - observedBefore);
        assertThat(scene.stored("hits")).isEqualTo(scene.counted);
        assertThat(scene.meters
                        .get("tocsin.history.partitions.repaired")
                        .functionCounter()
                        .count())
                .isPositive();
        assertThat(scene.rows("chunk_1m")).as("rolled up, too").isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(longs = {-60, -5, 60})
    void aClockThatWasSetBetweenTwoProcessesCostsNothing(long minutes) throws Exception {
        scene.serve(100);
        History first = scene.history();
        first.step();
        first.finish();
        scene.restart(Duration.ofMinutes(minutes));
        scene.serve(100);
        History second = scene.history();
        second.step();
        second.finish();
        // Past all that either of them wrote.
        scene.clock.advance(Duration.ofHours(2));

        assertThat(scene.countStored()).isEqualTo(scene.observed);
        assertThat(scene.increaseStored()).isEqualTo(scene.counted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void historyOfTheSchemaOfAVersionBeforeIsReadAndWrittenOn(String version) throws Exception {
        scene.database().define("DROP DATABASE IF EXISTS before");
        scene.database().define("CREATE DATABASE before");
        ServerAddress before = server.address(server.port(), "before");
        Migrations.run(before, version);
        scene.connectAsItIs(before);
        // Those versions wrote the same, without it.
        scene.database().define("ALTER TABLE series ADD COLUMN seen integer NOT NULL DEFAULT 0");
        scene.serve(400);
        History old = scene.history();
        old.step();
        old.finish();
        scene.assertAllIsStoredOnce();
        scene.database().define("ALTER TABLE series DROP COLUMN seen");
        scene.disconnect();

        scene.connect(before);
        scene.assertAllIsStoredOnce();
        scene.serve(700);
        History updated = scene.history();
        updated.step();
        updated.finish();

        scene.assertAllIsStoredOnce();
        assertThat(scene.rows("alert_event")).isZero();
        scene.disconnect();
    }
}
