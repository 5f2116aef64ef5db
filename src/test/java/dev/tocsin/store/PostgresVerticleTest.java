package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection with real servers: our own binaries, and Debian's. */
class PostgresVerticleTest {
    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private volatile PostgresVerticle.Server server = new PostgresVerticle.Server(null, null);
    private final PostgresVerticle postgres = new PostgresVerticle(() -> server, Clock.system(), meters, new Random(1));

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private void deploy() throws Exception {
        vertx.deployVerticle(postgres).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private String ask(String question) throws Exception {
        Row row = postgres.pool()
                .preparedQuery(question)
                .execute()
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .iterator()
                .next();
        return String.valueOf(row.getValue(0));
    }

    @ParameterizedTest
    @EnumSource(Binaries.class)
    void isUpWhenTheServerIsAndHasItsTablesInItsOwnNamespace(Binaries binaries) throws Exception {
        deploy();
        assertThat(postgres.pool()).isNull();
        try (TestServer started = TestServer.start(binaries, folder)) {
            server = new PostgresVerticle.Server(started.address(), null);
            Eventually.holds(
                    "up, with its response time", () -> postgres.state().responseMillis() != null);

            assertThat(ask("SELECT count(*) FROM series")).isEqualTo("0");
            assertThat(ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                    .isEqualTo("0");
            assertThat(meters.get("tocsin.database.up").gauge().value()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Binaries.class)
    void comesBackAfterTheServerDoes(Binaries binaries) throws Exception {
        try (TestServer started = TestServer.start(binaries, folder)) {
            server = new PostgresVerticle.Server(started.address(), null);
            deploy();
            Eventually.holds("up", () -> postgres.state().isUp());

            started.crash();
            Eventually.holds("down", () -> !postgres.state().isUp());
            assertThat(postgres.pool()).isNull();
            assertThat(postgres.state().problem()).isNotBlank();

            started.start();
            Eventually.holds("up again", () -> postgres.state().isUp());
            assertThat(ask("SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aServerThatTakesConnectionsAndSaysNothingIsDown() throws Exception {
        try (java.net.ServerSocket silent =
                new java.net.ServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress())) {
            server = new PostgresVerticle.Server(
                    new ServerAddress("127.0.0.1", silent.getLocalPort(), "db", "user", "secret"), null);
            deploy();
            Eventually.holds(
                    "tried",
                    () -> meters.get("tocsin.database.failures").counter().count() > 0);
            assertThat(postgres.state().isUp()).isFalse();
            assertThat(postgres.state().problem()).doesNotContain("secret");
        }
    }

    @Test
    void aDatabaseOfALaterVersionIsRefused() throws Exception {
        try (TestServer started = TestServer.start(Binaries.OURS, folder)) {
            Migrations.run(started.address());
            try (Connection connection = DriverManager.getConnection(
                    started.address().jdbcUrl(), started.address().jdbcProperties())) {
                connection
                        .createStatement()
                        .execute("INSERT INTO tocsin.flyway_schema_history (installed_rank, version, description, type,"
                                + " script, checksum, installed_by, execution_time, success) VALUES"
                                + " (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'x', 1, true)");
            }
            server = new PostgresVerticle.Server(started.address(), null);
            deploy();
            Eventually.holds(
                    "tried",
                    () -> meters.get("tocsin.database.failures").counter().count() > 0);
            assertThat(postgres.state().isUp()).isFalse();
            assertThat(postgres.state().problem()).containsIgnoringCase("validat");
        }
    }

    @Test
    void aPasswordIsNeverTold() {
        ServerAddress address = new ServerAddress("postgresql://me:s3cret@db.example:5433/metrics?sslmode=require");

        assertThat(address).hasToString("db.example:5433/metrics");
        assertThat(address.jdbcProperties()).containsEntry("sslmode", "require").containsEntry("password", "s3cret");
    }
}
