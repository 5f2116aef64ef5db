package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.config.ConfigText;
import dev.tocsin.config.RuleFiles;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import dev.tocsin.rule.Backtest;
import dev.tocsin.rule.BacktestRun;
import dev.tocsin.rule.RuleGroup;
import dev.tocsin.rule.RuleSettings;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From closed ticks to answers, over a real server; hours pass in simulated time. */
@ParameterizedClass
@EnumSource(Binaries.class)
class HistoryTest {
    private static final int TICKS_AN_HOUR = 360;

    @TempDir
    static Path folder;

    private static TestServer server;

    @Parameter
    Binaries binaries;

    private final HistoryScene scene = new HistoryScene();

    @BeforeParameterizedClassInvocation
    static void startServer(Binaries binaries) throws Exception {
        server = TestServer.start(binaries, Files.createDirectory(folder.resolve(binaries.name())));
    }

    @AfterParameterizedClassInvocation
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

    /** Where memory begins; five hours after the first tick, and long before. */
    private static final long[] SEAMS = {
        HistoryScene.START + 77 * 60_000, HistoryScene.START + 4 * 3_600_000, HistoryScene.START + 5 * 3_600_000
    };

    private static final List<Duration> STEPS =
            List.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofHours(1));

    private void serveFiveHoursAndStoreThem() throws Exception {
        scene.serve(5 * TICKS_AN_HOUR + 7);
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

    @Test
    void columnsOfObservationsAreThoseOfMemoryBeforeAndAfterTheSeam() throws Exception {
        serveFiveHoursAndStoreThem();
        long begin = HistoryScene.START + 3_600_000;
        long end = HistoryScene.START + 5 * 3_600_000;
        for (Duration step : STEPS) {
            List<Distribution> expected = observed(scene.table.source(), begin, end, step);
            assertThat(expected.stream().mapToDouble(Distribution::count).sum()).isEqualTo(4 * 10.0 * TICKS_AN_HOUR);
            for (long seam : SEAMS) {
                List<Distribution> actual = observed(scene.joined(seam), begin, end, step);
                // Memory tells what is so long ago by the minute.
                if (step.toMillis() >= 60_000) {
                    assertThat(actual).as("every %s, seam %d", step, seam).isEqualTo(expected);
                }
                assertThat(actual.stream().mapToDouble(Distribution::count).sum())
                        .isEqualTo(4 * 10.0 * TICKS_AN_HOUR);
            }
            assertThat(observed(scene.stored(), begin, end, step).stream()
                            .mapToDouble(Distribution::count)
                            .sum())
                    .isEqualTo(4 * 10.0 * TICKS_AN_HOUR);
        }
    }

    private static List<Distribution> observed(SeriesSource source, long begin, long end, Duration step) {
        List<Distribution> columns = new ArrayList<>();
        Expr.VectorSelector took = (Expr.VectorSelector) Promql.parse("took");
        new Evaluator(source, QueryLimits.DEFAULT)
                .observe(
                        took,
                        begin,
                        end,
                        step.toMillis(),
                        QueryOptions.DEFAULT,
                        (labels, column, observed) -> columns.add(observed));
        return columns;
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
                    assertThat(points.value[i])
                            .as("%s every %s, seam %d, point %d", query, step, (seam - begin) / 60_000, i)
                            .isCloseTo(expected, within(tolerance * expected));
                }
            }
        }
    }

    /** Half a minute within one minute, and within one hour: no interval ends with it. */
    @ParameterizedTest
    @CsvSource({
        "max_over_time(temperature[6h]), 95, 0",
        "min_over_time(temperature[6h]), 1, 0",
        "max by (x) (max_over_time(temperature[2h])), 95, 0",
        "avg_over_time(temperature[6h]), 42, 0.15",
        "sum_over_time(temperature[6h]) / count_over_time(temperature[6h]), 42, 0.15"
    })
    void aShortPeakOfLongAgoIsInItsIntervals(String query, double expected, double tolerance) throws Exception {
        scene.serve(TICKS_AN_HOUR + 1);
        for (double peak : new double[] {95, 95, 1}) {
            scene.push(Kind.GAUGE, peak, "__name__", "temperature");
            scene.tick();
        }
        scene.serve(4 * TICKS_AN_HOUR - 4);
        History history = scene.history();
        history.step();
        history.finish();
        long end = query.contains("2h") ? HistoryScene.START + 3 * 3_600_000 : HistoryScene.START + 5 * 3_600_000;
        for (long seam : List.of(HistoryScene.START + 2 * 3_600_000, HistoryScene.START + 4 * 3_600_000)) {
            for (Duration step : STEPS) {
                Points points = only(HistoryScene.range(scene.joined(seam), query, end - step.toMillis(), end, step));
                assertThat(points.value[points.size - 1])
                        .as("%s by steps of %s, seam %d", query, step, seam)
                        .isCloseTo(expected, within(tolerance));
            }
        }
    }

    @Test
    void draftRulesAreTriedOnWhatWasStored() throws Exception {
        scene.serve(TICKS_AN_HOUR);
        // A little over ten minutes, of which the rule waits for five.
        for (int i = 0; i < 63; i++) {
            scene.push(Kind.GAUGE, 95, "__name__", "temperature");
            scene.tick();
        }
        scene.serve(4 * TICKS_AN_HOUR);
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

    private static Points only(Value.MatrixValue value) {
        assertThat(value.series()).hasSize(1);
        return value.series().getFirst().points();
    }

    @Test
    void percentilesOfDaysAreThoseOfAllObservations() throws Exception {
        scene.serve(5 * TICKS_AN_HOUR);
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

    /** As the API does where a request gives no bounds. */
    @Test
    void allOfTimeMayBeAskedFor() throws Exception {
        serveFiveHoursAndStoreThem();

        List<Series> found =
                scene.stored().select(List.of(Matcher.equal(Labels.NAME, "hits")), -(1L << 53), 1L << 53, 10);

        assertThat(found).extracting(Series::labels).containsExactly(Labels.of(Labels.NAME, "hits", "route", "/a"));
    }

    @Test
    void whatIsWrittenAgainIsThereOnce() throws Exception {
        scene.serve(100);
        History first = scene.history();
        first.step();
        first.finish();
        // The acknowledgement was lost: the next process has what PostgreSQL knows, and goes on in the middle of a
        // slot.
        scene.acknowledged = 0;
        scene.serve(100);
        History second = scene.history();
        second.step();
        second.finish();

        scene.assertAllIsStoredOnce();
    }

    @Test
    void lateSamplesAreMergedIntoTheIntervalOfTheirTime() throws Exception {
        History history = scene.history();
        scene.serve(100);
        history.step();
        for (int i = 0; i < 20; i++) {
            scene.pushLate(Kind.DISTRIBUTION, 100, Duration.ofMinutes(7), "__name__", "took", "route", "/a");
        }
        long lateMillis = scene.clock.wallMillis() - 420_000;
        scene.observed += 20;
        scene.tick();
        history.step();
        history.finish();

        assertThat(scene.countStored()).isEqualTo(scene.observed);
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
        scene.serve(2 * TICKS_AN_HOUR + 60);
        History history = scene.history();
        history.step();
        assertThat(scene.rows("chunk_1m")).isEqualTo(3);
        assertThat(scene.rows("chunk_1h")).isEqualTo(3);
        double before = scene.stored("sum(histogram_count(increase(took[2h])))");

        scene.pushLate(Kind.DISTRIBUTION, 100, Duration.ofMinutes(12), "__name__", "took", "route", "/a");
        scene.observed++;
        scene.serve(30);
        history.step();
        history.finish();

        assertThat(scene.rows("chunk_1m")).isEqualTo(3);
        assertThat(scene.countStored()).isEqualTo(scene.observed);
        assertThat(before).isPositive();
    }

    @Test
    void partitionsAreDroppedWhenTheirTimeIsOver() throws Exception {
        scene.serve(60);
        History history = scene.history();
        history.step();
        history.finish();
        assertThat(scene.rows("chunk_10s")).isPositive();
        scene.clock.advance(Duration.ofHours(27));
        scene.history().step();

        assertThat(scene.rows("chunk_10s")).isZero();
        assertThat(scene.rows("chunk_1m")).isEqualTo(3);
    }

    @Test
    void seriesGoWhenNothingIsKeptOfThemAndComeBackWhenTheyDo() throws Exception {
        scene.serve(60);
        History history = scene.history();
        history.step();
        scene.clock.advance(Duration.ofDays(300));
        scene.push(Kind.GAUGE, 1, "__name__", "kept");
        scene.tick();
        history.step();
        scene.serve(40);
        history.step();
        assertThat(scene.rows("series")).isEqualTo(4);
        scene.clock.advance(Duration.ofDays(420));
        history.step();
        assertThat(scene.rows("series"))
                .as("written to at some time in the last 400 days")
                .isZero();

        scene.serve(60);
        history.step();
        history.finish();

        assertThat(scene.rows("series")).isEqualTo(3);
        assertThat(scene.stored("hits")).isPositive();
    }

    /** Intervals that begin in one slot of the finest resolution and end in the next among them. */
    @Test
    void otherResolutionsKeepEverythingAndOldOnesAreReadWhenTheyAreBack() throws Exception {
        scene.serve(4 * TICKS_AN_HOUR);
        History before = scene.history();
        before.step();
        before.finish();
        HistorySettings d = scene.settings;
        scene.settings = new HistorySettings(
                Resolutions.of(Duration.ofSeconds(30), Duration.ofMinutes(8), Duration.ofMinutes(24)),
                d.keepFine(),
                d.keepMedium(),
                d.keepCoarse(),
                d.keepAlerts(),
                d.keepAcknowledged());
        double observedBefore = scene.observed;
        scene.serve(8 * TICKS_AN_HOUR);
        History after = scene.history();
        after.step();
        after.finish();

        assertThat(scene.countStored()).isEqualTo(scene.observed - observedBefore);
        assertThat(scene.stored("hits")).isEqualTo(scene.counted);
        long end = HistoryScene.START + 12 * 3_600_000L;
        for (Duration step : List.of(Duration.ofSeconds(30), Duration.ofMinutes(8), Duration.ofMinutes(24))) {
            Points points = only(HistoryScene.range(
                    scene.joined(end), "rate(took_count[2h])", end - 6 * 3_600_000L, end - 600_000, step));
            for (int i = 0; i < points.size; i++) {
                assertThat(points.value[i]).as("every %s, point %d", step, i).isCloseTo(1, within(0.02));
            }
        }
        scene.settings = d;
        assertThat(scene.countStored()).isEqualTo(observedBefore);
    }
}
