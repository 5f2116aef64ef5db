package dev.tocsin.watch.postgres;

import static dev.tocsin.watch.postgres.MonitorRig.rows;
import static dev.tocsin.watch.postgres.MonitorRig.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Labels;
import dev.tocsin.core.postgres.ServerPicture;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.postgres.ServerSettings;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's PostgreSQL under load, looked at by the role that the documentation names, which has nothing else. */
class MonitorTest {
    private static final String SECRET = "h4nter2";

    @TempDir
    static Path folder;

    static TestServer started;

    @BeforeAll
    static void start() throws Exception {
        started = TestServer.start(
                Binaries.DEBIAN,
                Files.createDirectory(folder.resolve("primary")),
                "-c",
                "deadlock_timeout=50ms",
                "-c",
                "autovacuum=off",
                "-c",
                "track_commit_timestamp=on");
        sql(documentedRole());
        sql(
                "CREATE TABLE item (id int PRIMARY KEY, amount int); INSERT INTO item SELECT g, 0 FROM generate_series(1, 9) g");
    }

    @AfterAll
    static void stop() throws Exception {
        if (started != null) {
            started.close();
        }
    }

    /** The first example of SQL on the page. */
    private static String documentedRole() throws Exception {
        try (InputStream page = MonitorTest.class.getResourceAsStream("/docs/postgresql.md")) {
            String text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
            int begin = text.indexOf("```sql\n") + 7;
            return text.substring(begin, text.indexOf("```", begin));
        }
    }

    private static void sql(String sql) throws SQLException {
        try (Connection connection = started.address().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection begin() throws SQLException {
        Connection connection = started.address().connect();
        connection.setAutoCommit(false);
        return connection;
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static CompletableFuture<Void> later(Connection connection, String sql) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                run(connection, sql);
                done.complete(null);
            } catch (SQLException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private static ServerAddress asRole(TestServer server, String role, String password) {
        return new ServerAddress("127.0.0.1", server.port(), "postgres", role, password);
    }

    private static MonitorRig watching() throws Exception {
        return new MonitorRig(server("shop", asRole(started, "tocsin_watch", "CHANGE-ME")));
    }

    @Test
    void whatPgbenchDoesIsSeen() throws Exception {
        started.run("pgbench", "-q", "-i", "-s", "1");
        sql("CREATE INDEX idle ON pgbench_accounts (abalance)");
        sql("CREATE MATERIALIZED VIEW totals AS SELECT bid, sum(abalance) AS total FROM pgbench_accounts GROUP BY bid");
        started.run("pgbench", "-n", "-c", "4", "-t", "100");
        try (MonitorRig rig = watching()) {
            ServerPicture picture = rig.until("shop", ServerPicture::isUp);

            assertThat(picture.warnings()).isEmpty();
            assertThat(picture.parts())
                    .allSatisfy(
                            part -> assertThat(part.problem()).as(part.name()).isNull());
            assertThat(rows(picture, "tables").getFirst()).containsEntry("table", "pgbench_accounts");
            assertThat(rows(picture, "dead_rows"))
                    .anySatisfy(row -> assertThat(row).containsEntry("table", "pgbench_tellers"));
            assertThat(rows(picture, "unused_indexes"))
                    .anySatisfy(row -> assertThat(row).containsEntry("index", "idle"));
            assertThat(rows(picture, "unused_indexes"))
                    .noneSatisfy(row -> assertThat(row).containsEntry("index", "pgbench_accounts_pkey"));
            rig.untilValue(commits -> commits >= 400, "postgres_database_commits_total", "database", "postgres");
            rig.untilValue(
                    ratio -> ratio > 0.5 && ratio <= 1, "postgres_database_cache_hit_ratio", "database", "postgres");
            rig.untilValue(
                    bytes -> bytes > 10e6,
                    "postgres_table_size_bytes",
                    "schema",
                    "public",
                    "table",
                    "pgbench_accounts");
            rig.untilValue(bytes -> bytes > 10e6, "postgres_database_size_bytes", "database", "postgres");
            rig.untilValue(count -> count >= 1, "postgres_unused_indexes");
            rig.untilValue(share -> share > 0 && share < 1, "postgres_connections_used_ratio", "team", "shop");
            rig.untilValue(up -> up == 1, "postgres_up", "server", "shop");
            rig.untilValue(is -> is == 1, "postgres_server", "server", "shop");
            rig.untilValue(seconds -> seconds > 0, "postgres_response_seconds", "server", "shop");

            rig.untilValue(
                    age -> age > 2,
                    "postgres_materialized_view_age_seconds",
                    "view",
                    "totals",
                    "method",
                    "commit_timestamp");
            sql("REFRESH MATERIALIZED VIEW totals");
            rig.untilValue(age -> age < 2, "postgres_materialized_view_age_seconds", "view", "totals");

            double files = rig.value("postgres_database_temp_files_total", "database", "postgres");
            sql(
                    "SET work_mem = '64kB'; SELECT count(*) FROM (SELECT g FROM generate_series(1, 100000) g ORDER BY random()) t");
            rig.untilValue(now -> now > files, "postgres_database_temp_files_total", "database", "postgres");
            rig.untilValue(bytes -> bytes > 0, "postgres_database_temp_bytes_total", "database", "postgres");
        }
    }

    @Test
    void whatTransactionsAndQueriesDoIsSeenWithoutTheirLiterals() throws Exception {
        try (MonitorRig rig = watching();
                Connection idle = begin();
                Connection busy = begin()) {
            run(idle, "UPDATE item SET amount = 1 WHERE id = 1");
            CompletableFuture<Void> query = later(busy, "SELECT '" + SECRET + "', 4711, pg_sleep(3600)");

            ServerPicture picture =
                    rig.untilRow("shop", "long_queries", row -> row.get("query").equals("SELECT ?, ?, pg_sleep(?)"));
            rig.untilRow(
                    "shop",
                    "idle_in_transaction",
                    row -> row.get("query").equals("UPDATE item SET amount = ? WHERE id = ?"));
            rig.untilRow("shop", "long_transactions", row -> row.get("state").equals("idle in transaction"));
            rig.untilValue(count -> count >= 1, "postgres_long_queries");
            rig.untilValue(count -> count >= 1, "postgres_long_idle_in_transaction");
            rig.untilValue(seconds -> seconds > 1, "postgres_longest_transaction_seconds");
            rig.untilValue(seconds -> seconds > 1, "postgres_longest_query_seconds");
            rig.untilValue(
                    count -> count >= 1,
                    "postgres_connections",
                    "database",
                    "postgres",
                    "state",
                    "idle in transaction");
            assertThat(picture.toString())
                    .doesNotContain(SECRET)
                    .doesNotContain("4711")
                    .doesNotContain("CHANGE-ME");

            busy.abort(Runnable::run);
            assertThatThrownBy(query::join).isNotNull();
        }
    }

    @Test
    void whoWaitsForWhomIsSeenAndDeadlocksAreCounted() throws Exception {
        try (MonitorRig rig = watching();
                Connection first = begin();
                Connection second = begin()) {
            run(first, "UPDATE item SET amount = 2 WHERE id = 2");
            run(second, "UPDATE item SET amount = 3 WHERE id = 3");
            CompletableFuture<Void> waiting = later(second, "UPDATE item SET amount = 2 WHERE id = 2");

            ServerPicture picture = rig.untilRow("shop", "waiting_for_locks", row -> true);
            Map<String, Object> row = rows(picture, "waiting_for_locks").getFirst();
            assertThat(row)
                    .containsEntry("query", "UPDATE item SET amount = ? WHERE id = ?")
                    .containsEntry("blocker_query", "UPDATE item SET amount = ? WHERE id = ?")
                    .containsEntry("blocker_state", "idle in transaction");
            assertThat(row.get("blocked_by").toString()).matches("[0-9]+");
            rig.untilValue(count -> count >= 1, "postgres_waiting_for_locks");
            rig.untilValue(seconds -> seconds > 0, "postgres_longest_lock_wait_seconds");

            CompletableFuture<Void> circle = later(first, "UPDATE item SET amount = 3 WHERE id = 3");
            assertThatThrownBy(() -> CompletableFuture.allOf(waiting, circle).join())
                    .hasMessageContaining("deadlock");
            first.abort(Runnable::run);
            second.abort(Runnable::run);
            rig.untilValue(count -> count >= 1, "postgres_database_deadlocks_total", "database", "postgres");
        }
    }

    @Test
    void aReplicaIsSeenFromBothSides() throws Exception {
        sql("SELECT pg_create_physical_replication_slot('spare', true)");
        try (TestServer replica = started.replica(Files.createDirectory(folder.resolve("replica")));
                MonitorRig rig = new MonitorRig(
                        server("shop", asRole(started, "tocsin_watch", "CHANGE-ME")),
                        server("replica", asRole(replica, "tocsin_watch", "CHANGE-ME")))) {
            rig.untilValue(lag -> lag == 0, "postgres_replica_lag_seconds", "server", "replica");
            rig.untilValue(is -> is == 1, "postgres_is_replica", "server", "replica");
            rig.untilValue(is -> is == 1, "postgres_replica_is_receiving", "server", "replica");
            rig.untilValue(
                    bytes -> bytes >= 0, "postgres_replication_lag_bytes", "server", "shop", "replica", "walreceiver");
            rig.untilValue(
                    bytes -> bytes >= 0, "postgres_replication_slot_retained_bytes", "server", "shop", "slot", "spare");

            try (Connection admin = replica.address().connect()) {
                run(admin, "SELECT pg_wal_replay_pause()");
                sql("INSERT INTO item SELECT g, 0 FROM generate_series(1000, 9000) g");
                rig.untilValue(lag -> lag > 1, "postgres_replica_lag_seconds", "server", "replica");
                rig.untilValue(bytes -> bytes > 100_000, "postgres_replication_lag_bytes", "server", "shop");
                run(admin, "SELECT pg_wal_replay_resume()");
                rig.untilValue(lag -> lag == 0, "postgres_replica_lag_seconds", "server", "replica");
            }
        } finally {
            sql("SELECT pg_drop_replication_slot('spare'); DELETE FROM item WHERE id >= 1000");
        }
    }

    @Test
    void aServerThatIsKilledIsDownWithoutItsSeriesAndComesBack() throws Exception {
        try (TestServer mortal = TestServer.start(Binaries.DEBIAN, Files.createDirectory(folder.resolve("mortal")));
                MonitorRig rig = new MonitorRig(server("mortal", mortal.address()))) {
            rig.untilValue(up -> up == 1, "postgres_up", "server", "mortal");

            mortal.kill();
            rig.untilValue(up -> up == 0, "postgres_up", "server", "mortal");
            assertThat(rig.recorded).hasSize(1);
            ServerPicture down = rig.until("mortal", picture -> picture.problem() != null);
            assertThat(down.isUp()).isFalse();
            assertThat(rows(down, "databases"))
                    .as("what was known, with its time")
                    .isNotEmpty();

            mortal.start();
            rig.untilValue(up -> up == 1, "postgres_up", "server", "mortal");
            rig.replace();
            while (!rig.recorded.isEmpty()) {
                Thread.sleep(20);
            }
        }
    }

    @Test
    void aServerThatNeverAnswersHoldsUpNobodyElse() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ServerAddress nowhere = new ServerAddress("127.0.0.1", silent.getLocalPort(), "db", "user", SECRET);
            ServerSettings hanging = new ServerSettings(
                    "silent",
                    nowhere,
                    Duration.ofSeconds(1),
                    Duration.ofMillis(200),
                    Duration.ofMillis(200),
                    10,
                    Labels.EMPTY);
            try (MonitorRig rig = new MonitorRig(hanging, server("shop", started.address()))) {
                rig.untilValue(up -> up == 0, "postgres_up", "server", "silent");
                long from = rig.until("shop", ServerPicture::isUp).checkedMillis();
                rig.until("shop", picture -> picture.isUp() && picture.checkedMillis() > from);
                ServerPicture down = rig.until("silent", picture -> picture.problem() != null);
                assertThat(down.toString()).doesNotContain(SECRET);
            }
        }
    }

    @Test
    void aRoleThatSeesTooLittleIsToldWhatItLacks() throws Exception {
        sql("CREATE ROLE blind LOGIN PASSWORD 'x'");
        try (MonitorRig rig = new MonitorRig(server("blind", asRole(started, "blind", "x")))) {
            ServerPicture picture = rig.until("blind", ServerPicture::isUp);

            assertThat(picture.warnings()).singleElement().asString().contains("GRANT pg_monitor TO blind");
            rig.untilValue(up -> up == 1, "postgres_up", "server", "blind");
        }
    }
}
