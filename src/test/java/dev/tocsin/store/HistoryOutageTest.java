package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.store.Database.UnavailableException;
import dev.tocsin.store.embedded.TestServer.Binaries;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of what was taken in while PostgreSQL is away or slow: all of it is counted afterwards. */
@ParameterizedClass
@EnumSource(value = Binaries.class, names = "OURS")
class HistoryOutageTest extends OverServer {
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
}
