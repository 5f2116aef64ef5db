package dev.tocsin.watch.check;

import static dev.tocsin.watch.check.CheckRig.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.postgres.PostgresSettings;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.postgres.ServerSettings;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresCheckTest {
    private static final double ANY_LEAST = Double.NEGATIVE_INFINITY;
    private static final double ANY_MOST = Double.POSITIVE_INFINITY;

    @TempDir
    static Path folder;

    static TestServer server;

    private final CheckRig rig = new CheckRig();

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Binaries.DEBIAN, folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private static ProbeSpec value(String query, String column, double min, double max, String equalTo) {
        return new ProbeSpec.Postgres("shop", null, query, column, min, max, equalTo, null, 0, 1_000);
    }

    private static ProbeSpec rows(String query, int least, int most) {
        return new ProbeSpec.Postgres("shop", null, query, "", ANY_LEAST, ANY_MOST, null, null, least, most);
    }

    private static ProbeSpec age(String query) {
        return new ProbeSpec.Postgres(
                "shop", null, query, "", ANY_LEAST, ANY_MOST, null, Duration.ofHours(24), 0, 1_000);
    }

    private static ProbeSpec at(String name, ServerAddress address) {
        return new ProbeSpec.Postgres(
                name, address, ProbeSpec.Postgres.SIMPLEST, "", ANY_LEAST, ANY_MOST, null, null, 0, 1_000);
    }

    private String found(String check) throws InterruptedException {
        var first = rig.first(check);
        return (first.ok() ? "ok: " : "failed: ") + first.message();
    }

    @Test
    void aValueAnAgeAndANumberOfRowsAreJudged() throws Exception {
        rig.servers.replace(new PostgresSettings(List.of(ServerSettings.of("shop", server.address())), false));
        rig.run(
                check("named", at("shop", null)),
                check("by-uri", at("", server.address())),
                check("unknown", at("shopp", null)),
                check("enough", value("SELECT 'x' AS a, 7 AS stuck", "stuck", 7, 7, null)),
                check("little", value("SELECT 6.5::numeric", "", 7, ANY_MOST, null)),
                check("much", value("SELECT 8", "", ANY_LEAST, 7, null)),
                check("same", value("SELECT 'on'", "", ANY_LEAST, ANY_MOST, "on")),
                check("other", value("SELECT 'off'", "", ANY_LEAST, ANY_MOST, "on")),
                check("text", value("SELECT 'many'", "", 1, ANY_MOST, null)),
                check("nothing", value("SELECT 1 WHERE false", "", 1, ANY_MOST, null)),
                check("null", value("SELECT max(1) FILTER (WHERE false) AS m", "", 1, ANY_MOST, null)),
                check("column", value("SELECT 1 AS a", "b", 1, ANY_MOST, null)),
                check("fresh", age("SELECT now() - interval '23 hours'")),
                check("old", age("SELECT (now() AT TIME ZONE 'UTC') - interval '25 hours'")),
                check("no-time", age("SELECT 5")),
                check("rows", rows("SELECT generate_series(1, 3)", 3, 3)),
                check("few", rows("SELECT generate_series(1, 3)", 4, 10)),
                check("too-many", rows("SELECT generate_series(1, 1000000)", 0, 1_000)),
                check("writes", rows("CREATE TABLE t (a int)", 0, 10)));

        assertThat(found("named")).isEqualTo("ok: answers");
        assertThat(found("by-uri")).isEqualTo("ok: answers");
        assertThat(found("unknown")).isEqualTo("failed: there is no server \"shopp\" in postgres.yaml");
        assertThat(found("enough")).isEqualTo("ok: 7");
        assertThat(found("little")).isEqualTo("failed: 6.5, less than 7.0");
        assertThat(found("much")).isEqualTo("failed: 8, more than 7.0");
        assertThat(found("same")).isEqualTo("ok: on");
        assertThat(found("other")).isEqualTo("failed: \"off\", expected \"on\"");
        assertThat(found("text")).isEqualTo("failed: \"many\" is no number");
        assertThat(found("nothing")).isEqualTo("failed: the query gives no row to judge");
        assertThat(found("null")).isEqualTo("failed: m is null");
        assertThat(found("column")).isEqualTo("failed: the query gives no column \"b\"");
        assertThat(found("fresh")).startsWith("ok: ");
        assertThat(found("old")).startsWith("failed: 1d1h").contains("old, more than 1d");
        assertThat(found("no-time")).isEqualTo("failed: \"5\" is no time");
        assertThat(found("rows")).isEqualTo("ok: 3 rows");
        assertThat(found("few")).isEqualTo("failed: 3 rows, expected 4 to 10");
        assertThat(found("too-many")).contains("more than 1000 rows");
        assertThat(found("writes")).contains("read-only transaction");
        rig.until("enough", view -> rig.value("check_postgres_value", "enough") != null);
        assertThat(rig.value("check_postgres_value", "enough")).isEqualTo(7.0);
        assertThat(rig.value("check_postgres_rows", "rows")).isEqualTo(3.0);
    }

    @Test
    void aServerThatHangsIsATimeOutOfThatCheckOnly() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            ServerAddress nowhere = new ServerAddress("127.0.0.1", silent.getLocalPort(), "db", "user", "h4nter2");
            rig.run(
                    check("hangs", at("", nowhere), Duration.ofMillis(300)),
                    check("answers", at("", server.address())));

            assertThat(found("answers")).isEqualTo("ok: answers");
            assertThat(found("hangs")).startsWith("failed: ").doesNotContain("h4nter2");
        }
    }
}
