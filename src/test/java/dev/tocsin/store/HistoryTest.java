package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.config.ConfigText;
import dev.tocsin.config.RuleFiles;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.Value;
import dev.tocsin.rule.Backtest;
import dev.tocsin.rule.BacktestRun;
import dev.tocsin.rule.RuleGroup;
import dev.tocsin.rule.RuleSettings;
import dev.tocsin.store.Database.UnavailableException;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From closed ticks to answers, over a real server; hours pass in simulated time. */
class HistoryTest {
    private static final int TICKS_AN_HOUR = 360;

    @TempDir
    static Path folder;

    private static TestServer server;

    private final Random random = new Random(5);
    private final HistoryScene scene = new HistoryScene();
    private long counted;
    private long observed;

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
        for (String table : List.of("series", "chunk_10s", "chunk_1m", "chunk_1h", "unrolled", "progress")) {
            scene.database().define("TRUNCATE " + table);
        }
    }

    @AfterEach
    void close() throws Exception {
        scene.close();
    }

    /** One interval of a service under steady load. */
    private void serve() {
        int hits = 20 + random.nextInt(3);
        counted += hits;
        scene.push(Kind.COUNTER, hits, "__name__", "hits", "route", "/a");
        scene.push(Kind.GAUGE, 40 + random.nextInt(5), "__name__", "temperature");
        for (int i = 0; i < 10; i++) {
            double millis = Math.round(100 * Math.exp(0.5 * random.nextGaussian()));
            observed++;
            scene.push(Kind.DISTRIBUTION, millis, "__name__", "took", "route", "/a");
        }
        scene.tick();
    }

    private void serve(int ticks) {
        for (int i = 0; i < ticks; i++) {
            serve();
        }
    }

    private double stored(String query) {
        Value.VectorValue value = HistoryScene.instant(scene.stored(), query, scene.clock.wallMillis());
        assertThat(value.samples()).as(query).hasSize(1);
        return value.samples().getFirst().value();
    }

    private void assertAllIsStoredOnce() {
        assertThat(stored("hits")).isEqualTo(counted);
        assertThat(countStored()).isEqualTo(observed);
    }

    private double countStored() {
        Points points = new Points();
        scene.stored()
                .select(
                        List.of(Matcher.equal(Labels.NAME, "took")),
                        HistoryScene.START - 1,
                        scene.clock.wallMillis(),
                        10)
                .getFirst()
                .newest(HistoryScene.START, scene.clock.wallMillis(), points);
        return points.distribution[0].count();
    }

    /** Where memory begins; five hours after the first tick, and long before. */
    private static final long[] SEAMS = {
        HistoryScene.START + 77 * 60_000, HistoryScene.START + 4 * 3_600_000, HistoryScene.START + 5 * 3_600_000
    };

    private static final List<Duration> STEPS =
            List.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofHours(1));

    private void serveFiveHoursAndStoreThem() throws Exception {
        serve(5 * TICKS_AN_HOUR + 7);
        History history = scene.history();
        history.step();
        history.finish();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hits", "temperature", "histogram_count(took)", "histogram_sum(took)", "took_count"})
    void valuesAreThoseOfMemoryBeforeAndAfterTheSeam(String query) throws Exception {
        serveFiveHoursAndStoreThem();
        long begin = HistoryScene.START + 3_600_000;
        long end = HistoryScene.START + 5 * 3_600_000;
        for (Duration step : STEPS) {
            for (long seam : SEAMS) {
                String what = query + " every " + step + ", seam " + (seam - begin) / 60_000 + " min after the begin";
                Points expected = only(HistoryScene.range(scene.table.source(), query, begin, end, step));
                Points actual = only(HistoryScene.range(scene.joined(seam), query, begin, end, step));

                assertThat(actual.size).as(what).isEqualTo(expected.size);
                for (int i = 0; i < actual.size; i++) {
                    // Memory tells what is so long ago by the minute.
                    if (actual.timeMillis[i] % 60_000 == 0) {
                        assertThat(actual.value[i])
                                .as("%s, point %d", what, i)
                                .isCloseTo(expected.value[i], within(1e-9 * expected.value[i]));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rate(hits[5m])                                | 2.1   | 0.05",
                "sum by (route) (increase(hits[1h]))           | 7560  | 0.02",
                "histogram_count(rate(took[5m]))               | 1     | 0.04",
                "histogram_quantile(0.5, rate(took[10m]))      | 100   | 0.2",
                "histogram_quantile(0.5, sum(rate(took[1h])))  | 100   | 0.1",
                "rate(took_count[10m])                         | 1     | 0.04",
                "rate(took_sum[1h])                            | 113.3 | 0.1",
                "avg_over_time(temperature[1h])                | 42    | 0.04",
                "took_p50                                      | 100   | 0.9"
            })
    void ratesAndPercentilesGoOverTheSeamWithoutAStep(String query, double expected, double tolerance)
            throws Exception {
        serveFiveHoursAndStoreThem();
        long begin = HistoryScene.START + 3_600_000;
        long end = HistoryScene.START + 5 * 3_600_000;
        for (Duration step : STEPS) {
            for (long seam : SEAMS) {
                Points points = only(HistoryScene.range(scene.joined(seam), query, begin, end, step));
                assertThat(points.size).isEqualTo(1 + (int) ((end - begin) / step.toMillis()));
                for (int i = 0; i < points.size; i++) {
                    if (memoryIsCoarseOrMixed(seam, points.timeMillis[i])) {
                        continue;
                    }
                    assertThat(points.value[i])
                            .as("%s every %s, seam %d, point %d", query, step, (seam - begin) / 60_000, i)
                            .isCloseTo(expected, within(tolerance * expected));
                }
            }
        }
    }

    @Test
    void draftRulesAreTriedOnWhatWasStored() throws Exception {
        serve(TICKS_AN_HOUR);
        // A little over ten minutes, of which the rule waits for five.
        for (int i = 0; i < 63; i++) {
            scene.push(Kind.GAUGE, 95, "__name__", "temperature");
            scene.tick();
        }
        serve(4 * TICKS_AN_HOUR);
        History history = scene.history();
        history.step();
        history.finish();
        List<RuleGroup> draft =
                RuleFiles.parse(new ConfigText("draft.yaml", """
                        groups:
                          - name: draft
                            rules:
                              - {alert: Hot, expr: temperature > 90, for: 5m}
                        """)).groups();
        Backtest.Plan plan = new Backtest.Plan(
                draft, List.of(), HistoryScene.START, HistoryScene.START + 2 * 3_600_000, ZoneOffset.UTC);

        Backtest tried = BacktestRun.run(
                scene.stored(), QueryLimits.DEFAULT, RuleSettings.DEFAULT, plan, () -> false, done -> {});

        assertThat(tried.firings()).hasSize(1);
        Backtest.Firing firing = tried.firings().getFirst();
        long begins = HistoryScene.START + TICKS_AN_HOUR * HistoryScene.TICK.toMillis();
        assertThat(firing.startMillis() - begins).isBetween(300_000L, 320_000L);
        assertThat(firing.endMillis() - begins).isBetween(630_000L, 650_000L);
        assertThat(firing.peak()).isEqualTo(95);
    }

    /** In memory points are a minute apart up to three hours, and ten seconds after: what lies over that is its own. */
    private static boolean memoryIsCoarseOrMixed(long seam, long time) {
        long finer = HistoryScene.START + 3 * 3_600_000;
        return seam < finer && time > finer - 60_000 && time < finer + 3_700_000;
    }

    private static Points only(Value.MatrixValue value) {
        assertThat(value.series()).hasSize(1);
        return value.series().getFirst().points();
    }

    @Test
    void percentilesOfDaysAreThoseOfAllObservations() throws Exception {
        serve(5 * TICKS_AN_HOUR);
        History history = scene.history();
        history.step();
        history.finish();
        long end = HistoryScene.START + 5 * 3_600_000;

        for (String query : List.of(
                "histogram_quantile(0.99, increase(took[4h]))", "histogram_quantile(0.5, increase(took[4h]))")) {
            double exact = HistoryScene.instant(scene.table.source(), query, end)
                    .samples()
                    .getFirst()
                    .value();
            double read = HistoryScene.instant(scene.joined(end), query, end)
                    .samples()
                    .getFirst()
                    .value();
            assertThat(read).isCloseTo(exact, within(exact * 0.01));
        }
    }

    @Test
    void whatIsWrittenAgainIsThereOnce() throws Exception {
        serve(100);
        History first = scene.history();
        first.step();
        first.finish();
        // The acknowledgement was lost: the next process has what PostgreSQL knows, and goes on in the middle of a
        // slot.
        scene.acknowledged = 0;
        serve(100);
        History second = scene.history();
        second.step();
        second.finish();

        assertAllIsStoredOnce();
    }

    @Test
    void anOutageIsCaughtUpWith() throws Exception {
        serve(50);
        History history = scene.history();
        history.step();
        scene.reachable = false;
        serve(400);
        assertThatThrownBy(history::step).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(history::step).isInstanceOf(UnavailableException.class);
        assertThat(scene.meters.get("tocsin.history.chunks.open").gauge().value())
                .as("no more than five minutes and a tick are held")
                .isLessThan(20);
        scene.reachable = true;
        history.step();
        history.finish();

        assertAllIsStoredOnce();
    }

    @Test
    void theServerDiesInTheMiddleOfAWriteAndNothingIsLostOrTwice() throws Exception {
        History history = scene.history();
        for (int round = 0; round < 3; round++) {
            serve(90);
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

        assertAllIsStoredOnce();
    }

    @Test
    void lateSamplesAreMergedIntoTheIntervalOfTheirTime() throws Exception {
        History history = scene.history();
        serve(100);
        history.step();
        for (int i = 0; i < 20; i++) {
            scene.pushLate(Kind.DISTRIBUTION, 100, Duration.ofMinutes(7), "__name__", "took", "route", "/a");
        }
        long lateMillis = scene.clock.wallMillis() - 420_000;
        observed += 20;
        scene.tick();
        history.step();
        history.finish();

        assertThat(countStored()).isEqualTo(observed);
        double around = HistoryScene.instant(
                        scene.stored(),
                        "histogram_count(increase(took[30s]))",
                        Math.ceilDiv(lateMillis, 10_000) * 10_000)
                .samples()
                .getFirst()
                .value();
        assertThat(around).as("30 s at ten each, and the late ones").isCloseTo(50, within(3.0));
    }

    @Test
    void twoHoursAreRolledUpOnceTheyAreOverAndAgainWhenSomethingChanged() throws Exception {
        serve(2 * TICKS_AN_HOUR + 60);
        History history = scene.history();
        history.step();
        assertThat(count("chunk_1m")).isEqualTo(3);
        assertThat(count("chunk_1h")).isEqualTo(3);
        double before = stored("sum(histogram_count(increase(took[2h])))");

        scene.pushLate(Kind.DISTRIBUTION, 100, Duration.ofMinutes(12), "__name__", "took", "route", "/a");
        observed++;
        serve(30);
        history.step();
        history.finish();

        assertThat(count("chunk_1m")).isEqualTo(3);
        assertThat(countStored()).isEqualTo(observed);
        assertThat(before).isPositive();
    }

    /** What the server does before each writing of chunks. */
    private void beforeWrites(String body) throws Exception {
        scene.database()
                .define("CREATE OR REPLACE FUNCTION before_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + body
                        + "; RETURN NULL; END $$");
        scene.database()
                .define("CREATE OR REPLACE TRIGGER before_write BEFORE INSERT ON chunk_10s"
                        + " FOR EACH STATEMENT EXECUTE FUNCTION before_write()");
    }

    @Test
    void aFullDiskOfTheServerCostsNothingButTime() throws Exception {
        History history = scene.history();
        serve(50);
        history.step();
        beforeWrites("RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'");
        try {
            serve(70);
            assertThatThrownBy(history::step)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("No space left on device");
            assertThatThrownBy(history::step).isInstanceOf(UnavailableException.class);
        } finally {
            scene.database().define("DROP TRIGGER before_write ON chunk_10s");
        }
        history.step();
        history.finish();

        assertAllIsStoredOnce();
    }

    @Test
    void aSlowServerIsWaitedFor() throws Exception {
        History history = scene.history();
        beforeWrites("PERFORM pg_sleep(2)");
        try {
            serve(50);
            history.step();
            history.finish();
        } finally {
            scene.database().define("DROP TRIGGER before_write ON chunk_10s");
        }

        assertAllIsStoredOnce();
    }

    @Test
    void aPartitionThatWasEmptiedCostsOnlyWhatWasInIt() throws Exception {
        serve(3 * TICKS_AN_HOUR);
        History history = scene.history();
        history.step();
        history.finish();
        int second = Resolution.TEN_SECONDS.partitionOf(
                Resolution.TEN_SECONDS.slotOf(HistoryScene.START + 2 * 3_600_000L + 10_000));
        scene.database().define("TRUNCATE chunk_10s_" + second);

        assertThat(countStored()).isEqualTo(20.0 * TICKS_AN_HOUR);
        assertThat(HistoryScene.instant(scene.stored(), "last_over_time(hits[3h])", scene.clock.wallMillis())
                        .samples())
                .hasSize(1);
    }

    @Test
    void aBrokenChunkCostsOnlyItself() throws Exception {
        serve(120);
        History history = scene.history();
        history.step();
        history.finish();
        scene.database()
                .ask(
                        "UPDATE chunk_10s SET body = substr(body, 1, 5) WHERE slot = (SELECT min(slot) FROM chunk_10s)",
                        Tuple.tuple());

        assertThat(countStored()).isEqualTo(observed - 300);
        assertThat(stored("hits")).isEqualTo(counted);
    }

    @Test
    void partitionsAreDroppedWhenTheirTimeIsOver() throws Exception {
        serve(60);
        History history = scene.history();
        history.step();
        history.finish();
        assertThat(count("chunk_10s")).isPositive();
        scene.clock.advance(Duration.ofHours(27));
        scene.history().step();

        assertThat(count("chunk_10s")).isZero();
        assertThat(count("chunk_1m")).isEqualTo(3);
    }

    private long count(String table) throws Exception {
        for (Row row : scene.database().ask("SELECT count(*) FROM " + table, Tuple.tuple())) {
            return row.getLong(0);
        }
        return -1;
    }

    @Test
    void withoutPostgresqlThereIsWhatMemoryHas() throws Exception {
        serve(60);
        scene.reachable = false;

        double value = HistoryScene.instant(scene.joined(scene.clock.wallMillis()), "hits", scene.clock.wallMillis())
                .samples()
                .getFirst()
                .value();

        assertThat(value).isEqualTo(counted);
    }
}
