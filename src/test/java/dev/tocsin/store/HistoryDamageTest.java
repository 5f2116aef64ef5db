package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.postgres.ServerAddress;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of what was taken in when what PostgreSQL has is damaged, its disk is full, or the clock is set: the rest is counted afterwards. */
@ParameterizedClass
@EnumSource(value = Binaries.class, names = "OURS")
class HistoryDamageTest extends OverServer {
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
            assertThatThrownBy(history::step).isInstanceOf(UnavailableException.class);
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
