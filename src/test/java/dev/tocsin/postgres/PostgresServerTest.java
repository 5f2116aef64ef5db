package dev.tocsin.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Labels;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    static Path folder;

    static TestServer started;

    private final Vertx vertx = Vertx.vertx();

    @BeforeAll
    static void start() throws Exception {
        started = TestServer.start(Binaries.DEBIAN, folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (started != null) {
            started.close();
        }
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static ServerSettings settings(ServerAddress address, Duration statementTimeout) {
        return new ServerSettings(
                "a",
                address,
                Duration.ofSeconds(1),
                Duration.ofSeconds(PATIENCE_SECONDS),
                statementTimeout,
                10,
                Labels.EMPTY);
    }

    private PostgresServer open(Duration statementTimeout) {
        ServerAddress address = started.address();
        return PostgresServer.shared(settings(address, statementTimeout), () -> address, vertx);
    }

    @Test
    void aSessionOnlyReadsAndSaysWhoItIs() throws Exception {
        PostgresServer server = open(Duration.ofSeconds(7));

        Row row = await(server.ask(
                        "SELECT current_setting('application_name') AS a, current_setting('statement_timeout') AS t",
                        1))
                .getFirst();
        assertThat(row.getString("a")).isEqualTo("tocsin");
        assertThat(row.getString("t")).isEqualTo("7s");
        assertThatThrownBy(() -> await(server.ask("CREATE TABLE mine (a int)", 1)))
                .hasMessageContaining("read-only transaction");
        assertThatThrownBy(() -> await(server.ask("SELECT 1; SELECT 2", 1))).hasMessageContaining("multiple commands");
        assertThat(server.place()).isEqualTo("127.0.0.1:" + started.port() + "/postgres");
    }

    @Test
    void noMoreRowsThanAllowedAreSent() throws Exception {
        PostgresServer server = open(Duration.ofSeconds(PATIENCE_SECONDS));

        assertThat(await(server.ask("SELECT generate_series(1, 10)", 10))).hasSize(10);
        assertThatThrownBy(() -> await(server.ask("SELECT generate_series(1, 1000000000)", 10)))
                .hasMessageContaining("more than 10 rows");
        assertThat(await(server.ask("SELECT 1", 1))).hasSize(1);
    }

    @Test
    void theServerEndsWhatTakesTooLong() throws Exception {
        PostgresServer server = open(Duration.ofMillis(200));

        assertThatThrownBy(() -> await(server.ask("SELECT pg_sleep(3600)", 1)))
                .hasMessageContaining("statement timeout");
        assertThat(await(server.ask("SELECT 1", 1))).hasSize(1);
    }

    @Test
    void aServerThatAcceptsAndNeverAnswersIsHungUpOn() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            ServerAddress address = new ServerAddress("127.0.0.1", silent.getLocalPort(), "db", "user", "s3cret");
            ServerSettings impatient = new ServerSettings(
                    "a",
                    address,
                    Duration.ofSeconds(1),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(1),
                    10,
                    Labels.EMPTY);
            PostgresServer server = PostgresServer.shared(impatient, () -> address, vertx);

            // More often than there are places in the pool.
            for (int i = 0; i < 2 * PostgresServer.CONNECTIONS; i++) {
                Future<List<Row>> asked = server.ask("SELECT 1", 1);
                try (Socket taken = silent.accept()) {
                    // Not before the socket is closed from the other side.
                    taken.getInputStream().readAllBytes();
                }
                assertThatThrownBy(() -> await(asked)).hasMessageContaining("says nothing within 200ms");
            }
        }
    }

    @Test
    void aBackendThatIsKilledMidQueryFailsThatQueryOnly() throws Exception {
        PostgresServer server = open(Duration.ofSeconds(PATIENCE_SECONDS));
        PostgresServer other = open(Duration.ofSeconds(PATIENCE_SECONDS));
        Future<List<Row>> asked = server.ask("SELECT pg_sleep(3600)", 1);

        int pid = 0;
        while (pid == 0) {
            List<Row> found = await(other.ask(
                    "SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)' AND state = 'active'", 1));
            pid = found.isEmpty() ? 0 : found.getFirst().getInteger("pid");
        }
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        assertThatThrownBy(() -> await(asked)).isNotNull();
        // The server recovers by ending all of its connections; then it answers again.
        Future<List<Row>> again = Future.failedFuture("not asked yet");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (again.failed() && System.nanoTime() < deadline) {
            Future<List<Row>> next = server.ask("SELECT 1", 1);
            again = next;
            await(next.otherwise(List.of()));
        }
        assertThat(again.result()).hasSize(1);
    }

    @Test
    void serversAreKeptWhileTheyAreAsTheyWere() throws Exception {
        PostgresServers servers = new PostgresServers(vertx, started::address);
        ServerSettings shop = ServerSettings.of("shop", started.address());
        servers.replace(new PostgresSettings(List.of(shop), true));
        PostgresServer before = servers.find("shop");

        assertThat(servers.all())
                .extracting(PostgresServer::settings)
                .extracting(ServerSettings::name)
                .containsExactly("shop", "store");
        servers.replace(new PostgresSettings(
                List.of(shop, ServerSettings.of("store", new ServerAddress("postgresql://a@b/c"))), true));
        assertThat(servers.find("shop")).isSameAs(before);
        assertThat(servers.find("store").place()).startsWith("b:");
        servers.replace(new PostgresSettings(List.of(), false));
        assertThat(servers.all()).isEmpty();
        assertThatThrownBy(() -> await(before.ask("SELECT 1", 1))).isNotNull();
    }
}
