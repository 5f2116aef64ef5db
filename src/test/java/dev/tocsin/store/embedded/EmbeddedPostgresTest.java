package dev.tocsin.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.store.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server from the real binaries, in a folder of its own. */
class EmbeddedPostgresTest {
    @TempDir
    Path data;

    @BeforeEach
    void binariesAreUnpackedOnce() throws Exception {
        Path shared = TestServer.unpacked();
        PostgresBinaries.unpack(shared);
        Files.createDirectories(data.resolve("postgresql"));
        String name = "binaries-" + PostgresBinaries.VERSION;
        Files.createSymbolicLink(
                data.resolve("postgresql").resolve(name),
                shared.toAbsolutePath().resolve(name));
    }

    private EmbeddedPostgres start() throws InterruptedException {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(data, new Random(1));
        Eventually.holds("PostgreSQL runs", () -> postgres.address() != null);
        return postgres;
    }

    private static Connection connect(ServerAddress server, String password) throws SQLException {
        String url = "jdbc:" + server.uri().replaceFirst("//.*@", "//");
        return DriverManager.getConnection(url, "tocsin", password);
    }

    private Connection connect(EmbeddedPostgres postgres) throws Exception {
        return connect(
                postgres.address(),
                Files.readString(data.resolve("postgresql/password")).strip());
    }

    private static String ask(Connection connection, String question) throws SQLException {
        try (ResultSet answer = connection.createStatement().executeQuery(question)) {
            answer.next();
            return answer.getString(1);
        }
    }

    private List<Long> processes() throws Exception {
        return Leftover.processesIn(data.resolve("postgresql/cluster"));
    }

    @Test
    void runsWithFsyncOnTheLoopbackAddressAndLeavesNothingBehind() throws Exception {
        try (EmbeddedPostgres postgres = start();
                Connection connection = connect(postgres)) {
            assertThat(ask(connection, "SHOW fsync")).isEqualTo("on");
            assertThat(ask(connection, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(ask(connection, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(ask(connection, "SHOW unix_socket_directories")).isEmpty();
            assertThat(ask(connection, "SHOW server_version")).isEqualTo(PostgresBinaries.VERSION);
            assertThat(postgres.problem()).isNull();
        }
        assertThat(processes()).isEmpty();
    }

    @Test
    void takesOnlyItsOwnPasswordWhichOnlyItsOwnerCanRead() throws Exception {
        try (EmbeddedPostgres postgres = start()) {
            assertThatThrownBy(() -> connect(postgres.address(), "guess"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(Files.getPosixFilePermissions(data.resolve("postgresql/password")))
                    .hasSize(2);
        }
    }

    @Test
    void whatWasCommittedIsThereAfterTheServerWasKilledAndStartedAgain() throws Exception {
        try (EmbeddedPostgres postgres = start()) {
            try (Connection connection = connect(postgres)) {
                connection.createStatement().execute("CREATE TABLE kept AS SELECT 42 AS answer");
            }
            Process first = postgres.process();
            first.destroyForcibly();
            Eventually.holds(
                    "another server runs", () -> postgres.address() != null && !first.equals(postgres.process()));
            try (Connection connection = connect(postgres)) {
                assertThat(ask(connection, "SELECT answer FROM kept")).isEqualTo("42");
            }
        }
    }

    @Test
    void endsAServerThatWasLeftBehindOnItsFolder() throws Exception {
        start().close();
        Path cluster = data.resolve("postgresql/cluster");
        String program = data.resolve("postgresql/binaries-" + PostgresBinaries.VERSION + "/bin/postgres")
                .toString();
        Process orphan = Launch.forThisMachine()
                .program(
                        program,
                        "-D",
                        cluster.toString(),
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "port=" + EmbeddedPostgres.freePort())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(EmbeddedPostgres.awaitReady(orphan, cluster)).isTrue();

        try (EmbeddedPostgres postgres = start()) {
            assertThat(orphan.waitFor()).isZero();
            assertThat(postgres.process().isAlive()).isTrue();
        }
    }

    @Test
    void startsWhereTheProcessFileNamesAProcessThatIsSomebodyElses() throws Exception {
        start().close();
        Path file = data.resolve("postgresql/cluster/postmaster.pid");
        Files.writeString(file, ProcessHandle.current().pid() + "\n" + data + "\n0\n5432\n\n\n0 0\nready\n");

        try (EmbeddedPostgres postgres = start()) {
            assertThat(ask(connect(postgres), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aClusterThatWasNotMadeToItsEndIsMadeAnew() throws Exception {
        Files.createDirectories(data.resolve("postgresql/cluster.partial/base"));

        try (EmbeddedPostgres postgres = start()) {
            assertThat(ask(connect(postgres), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void anotherVersionsClusterIsNotTouchedAndSaid() throws Exception {
        Path cluster = Files.createDirectories(data.resolve("postgresql/cluster"));
        Files.writeString(cluster.resolve("PG_VERSION"), "17\n");

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, new Random(1))) {
            Eventually.holds(
                    "it says so",
                    () -> String.valueOf(postgres.problem()).contains("was made by PostgreSQL 17, and this is 18"));
        }
    }

    /** As the artefacts of the two architectures call what they hold. */
    @Test
    void theArchiveOfEachArchitectureIsNamed() {
        assertThat(PostgresBinaries.archiveName("amd64")).isEqualTo("/postgres-linux-x86_64.txz");
        assertThat(PostgresBinaries.archiveName("aarch64")).isEqualTo("/postgres-linux-arm_64.txz");
    }
}
