package dev.tocsin.watch.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.core.quality.MeasureStatus;
import dev.tocsin.core.quality.QualityState;
import dev.tocsin.postgres.PostgresServers;
import dev.tocsin.postgres.PostgresSettings;
import dev.tocsin.postgres.ServerSettings;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's PostgreSQL. */
class SqlAnswersTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);
    private static final long HOUR_MILLIS = 3_600_000;

    @TempDir
    static Path folder;

    static TestServer server;
    static Vertx vertx;
    static SqlAnswers answers;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Binaries.DEBIAN, folder);
        vertx = Vertx.vertx();
        PostgresServers servers = new PostgresServers(vertx, null);
        ServerSettings settings = new ServerSettings(
                "shop", server.address(), Duration.ofSeconds(15), PATIENCE, PATIENCE, 10, Labels.EMPTY);
        servers.replace(new PostgresSettings(List.of(settings), false));
        answers = new SqlAnswers(servers);
        run("CREATE TABLE prices (ticker text, open float8, close numeric, loaded timestamptz, day date)");
        run(
                "INSERT INTO prices SELECT 't' || i, i, CASE WHEN i <= 90 THEN i END, now() - interval '2 hours', current_date"
                        + " FROM generate_series(1, 100) AS i");
    }

    private static void run(String sql) throws Exception {
        PgConnection.connect(vertx, server.address().connectOptions())
                .compose(connection -> connection.query(sql).execute().eventually(connection::close))
                .await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() throws Exception {
        if (vertx != null) {
            vertx.close().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        if (server != null) {
            server.close();
        }
    }

    private static Source.Sql sql(String text) {
        return new Source.Sql("shop", text);
    }

    private static Cell one(String text) throws SourceException {
        return answers.rows(sql(text), 1, PATIENCE).getFirst().getFirst();
    }

    @Test
    void everyTypeIsReadAsWhatItIs() throws Exception {
        assertThat(one("SELECT 42").text()).isEqualTo("42");
        assertThat(one("SELECT 42::bigint").number()).isEqualTo(42);
        assertThat(one("SELECT 0.95::numeric").number()).isEqualTo(0.95);
        assertThat(one("SELECT true").number()).isEqualTo(1);
        assertThat(one("SELECT null::int")).isNull();
        assertThat(one("SELECT 'AAPL'").text()).isEqualTo("AAPL");
        assertThat(one("SELECT '2026-11-22 01:00+01'::timestamptz").timeMillis())
                .isEqualTo(1_795_305_600_000L);
        assertThat(one("SELECT '2026-11-22 00:00'::timestamp").timeMillis()).isEqualTo(1_795_305_600_000L);
        assertThat(one("SELECT '2026-11-22'::date").timeMillis()).isEqualTo(1_795_305_600_000L);
        assertThat(one("SELECT extract(epoch FROM '2026-11-22 00:00Z'::timestamptz)")
                        .timeMillis())
                .isEqualTo(1_795_305_600_000L);
    }

    @Test
    void aDataSetIsJudgedFromATable() {
        Dataset dataset = dataset(sql("SELECT count(close), count(*) FROM prices"));

        QualityVerdict verdict = new QualityJudge(
                        dataset,
                        (source, most, now, timeout) -> answers.rows((Source.Sql) source, most, timeout),
                        Clock.system())
                .judge();

        assertThat(verdict.measures()).extracting(MeasureStatus::reason).containsOnly("");
        assertThat(verdict.measures().get(0).value()).isEqualTo(0.9);
        assertThat(verdict.measures().get(0).state()).isEqualTo(QualityState.BREACHED);
        assertThat(verdict.measures().get(1).value() * 1_000).isBetween(2.0 * HOUR_MILLIS, 3.0 * HOUR_MILLIS);
        assertThat(verdict.measures().get(2).value()).isEqualTo(0.8);
        assertThat(verdict.measures().get(3).value()).isEqualTo(0.975);
        assertThat(verdict.score()).isEqualTo((0.9 + 1 + 0.8 + 0.975) / 4);
    }

    @Test
    void whatTheServerRefusesIsUnknownWithItsReason() {
        Dataset dataset = dataset(sql("SELECT count(*) FROM nowhere"));

        MeasureStatus completeness = new QualityJudge(
                        dataset,
                        (source, most, now, timeout) -> answers.rows((Source.Sql) source, most, timeout),
                        Clock.system())
                .judge()
                .measures()
                .getFirst();

        assertThat(completeness.state()).isEqualTo(QualityState.UNKNOWN);
        assertThat(completeness.reason()).contains("shop: ", "\"nowhere\" does not exist");
    }

    private static Dataset dataset(Source completeness) {
        return new Dataset(
                "prices",
                new Schedule.Every(Duration.ofMinutes(5)),
                PATIENCE,
                "warning",
                Labels.EMPTY,
                new Dataset.Completeness(completeness, new Expected.Told(), 0.95),
                new Dataset.Freshness(sql("SELECT max(loaded) FROM prices"), Duration.ofHours(24)),
                new Dataset.Coverage(
                        sql("SELECT DISTINCT ticker FROM prices"),
                        new ExpectedKeys.Asked(sql("SELECT 't' || i FROM generate_series(1, 125) AS i")),
                        0.8),
                new Dataset.Consistency(
                        List.of(
                                new Dataset.Assertion(
                                        "closed", 1, sql("SELECT avg((close IS NOT NULL)::int) FROM prices")),
                                new Dataset.Assertion("open", 3, sql("SELECT count(open), count(*) FROM prices"))),
                        0.95),
                Map.of());
    }

    @Test
    void whoWritesAnswersTooMuchOrTooLateIsRefused() throws Exception {
        assertThatThrownBy(() -> answers.rows(sql("DELETE FROM prices RETURNING 1"), 1, PATIENCE))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("read-only transaction");
        assertThatThrownBy(() -> answers.rows(sql("SELECT generate_series(1, 1000000)"), 1_000, PATIENCE))
                .hasMessageContaining("more than 1000 rows");
        assertThatThrownBy(() -> answers.rows(sql("SELECT pg_sleep(60)"), 1, Duration.ofMillis(100)))
                .hasMessage("shop: no answer within the time-out");
        assertThatThrownBy(() -> answers.rows(new Source.Sql("chop", "SELECT 1"), 1, PATIENCE))
                .hasMessageStartingWith("there is no server chop");
        assertThat(one("SELECT count(*) FROM prices").number()).isEqualTo(100);
    }
}
