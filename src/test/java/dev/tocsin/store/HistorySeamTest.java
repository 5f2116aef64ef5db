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
import dev.tocsin.promql.QueryResult;
import dev.tocsin.promql.Value;
import dev.tocsin.rule.Backtest;
import dev.tocsin.rule.BacktestRun;
import dev.tocsin.rule.RuleGroup;
import dev.tocsin.rule.RuleSettings;
import dev.tocsin.store.embedded.TestServer.Binaries;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What queries see of memory and of a real server together: no step where they meet. */
@ParameterizedClass
@EnumSource(Binaries.class)
class HistorySeamTest extends OverServer {
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
    @ValueSource(
            strings = {
                "hits",
                "temperature",
                "histogram_count(took)",
                "histogram_sum(took)",
                "took_count",
                "min_over_time(temperature[10m])",
                "max_over_time(temperature[10m])",
                "avg_over_time(temperature[10m])",
                "sum_over_time(temperature[10m])",
                "count_over_time(temperature[10m])",
                "min_over_time(temperature[2h])",
                "max_over_time(temperature[2h])",
                "avg_over_time(temperature[2h])",
                "sum_over_time(temperature[2h])",
                "count_over_time(temperature[2h])"
            })
    void valuesAreThoseOfMemoryBeforeAndAfterTheSeam(String query) throws Exception {
        serveFiveHoursAndStoreThem();
        long begin = HistoryScene.START + 3_600_000;
        long end = HistoryScene.START + 5 * 3_600_000;
        for (Duration step : STEPS) {
            for (long seam : SEAMS) {
                String what = query + " every " + step + ", seam " + (seam - begin) / 60_000 + " min after the begin";
                Points expected = HistoryScene.only(HistoryScene.range(scene.table.source(), query, begin, end, step));
                Points actual = HistoryScene.only(HistoryScene.range(scene.joined(seam), query, begin, end, step));

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
                Points points = HistoryScene.only(HistoryScene.range(scene.joined(seam), query, begin, end, step));
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
        "sum_over_time(temperature[6h]) / count_over_time(temperature[6h]), 42, 0.15",
        "count_over_time(temperature[5h]), 1800, 0"
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
                Points points = HistoryScene.only(
                        HistoryScene.range(scene.joined(seam), query, end - step.toMillis(), end, step));
                assertThat(points.value[points.size - 1])
                        .as("%s by steps of %s, seam %d", query, step, seam)
                        .isCloseTo(expected, within(tolerance));
            }
        }
    }

    /** Where samples come every half minute, each is the gauge's value until the next, as in memory. */
    @ParameterizedTest
    @ValueSource(strings = {"min_over_time(seldom[10m])", "max_over_time(seldom[10m])", "count_over_time(seldom[10m])"})
    void aGaugeSampledSeldomIsTheSameOnBothSides(String query) throws Exception {
        for (int i = 0; i < 5 * TICKS_AN_HOUR; i++) {
            if (i % 3 == 1 && i % 700 < 600) {
                scene.push(Kind.GAUGE, i % 11 + (i % 40 == 1 ? 90 : 0), "__name__", "seldom");
            }
            scene.tick();
        }
        History history = scene.history();
        history.step();
        history.finish();
        long begin = HistoryScene.START + 3_600_000;
        long end = HistoryScene.START + 5 * 3_600_000;
        for (long seam : SEAMS) {
            Points expected = HistoryScene.only(
                    HistoryScene.range(scene.table.source(), query, begin, end, Duration.ofMinutes(1)));
            Points actual =
                    HistoryScene.only(HistoryScene.range(scene.joined(seam), query, begin, end, Duration.ofMinutes(1)));

            assertThat(Arrays.copyOf(actual.timeMillis, actual.size))
                    .as("%s, seam %d", query, seam)
                    .isEqualTo(Arrays.copyOf(expected.timeMillis, expected.size));
            assertThat(Arrays.copyOf(actual.value, actual.size))
                    .as("%s, seam %d", query, seam)
                    .isEqualTo(Arrays.copyOf(expected.value, expected.size));
        }
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

    @Test
    void withoutPostgresqlThereIsWhatMemoryHasAndItIsSaidWhatIsMissing() throws Exception {
        scene.serve(60);
        long now = scene.clock.wallMillis();
        QueryResult all = hitsNow(scene.joined(HistoryScene.START));
        assertThat(all.warnings()).isEmpty();
        scene.reachable = false;
        QueryResult recent = hitsNow(scene.joined(now - 60_000));

        assertThat(((Value.VectorValue) recent.value()).samples().getFirst().value())
                .isEqualTo(scene.counted);
        assertThat(recent.warnings())
                .containsExactly("what was before " + Instant.ofEpochMilli(now - 60_000)
                        + " could not be read, and is missing: PostgreSQL does not answer");
        assertThat(hitsNow(scene.joined(now - 300_000)).warnings())
                .as("memory has all that it looks at")
                .isEmpty();
    }

    private QueryResult hitsNow(SeriesSource source) {
        return new Evaluator(source, QueryLimits.DEFAULT)
                .instant(Promql.parse("hits"), scene.clock.wallMillis(), QueryOptions.DEFAULT);
    }

    /** As the API does where a request gives no bounds. */
    @Test
    void aGaugeHoldsItsValueForAsLongAsItDoesInMemory() throws Exception {
        scene.push(Kind.GAUGE, 7, "__name__", "rare");
        scene.serve(6 * 8);
        History history = scene.history();
        history.step();
        history.finish();

        scene.life = new PushedLife(HistoryScene.TICK.toMillis(), 600_000, 3_600_000);
        assertThat(scene.stored("rare")).isEqualTo(7);
        assertThat(scene.stored("count_over_time(rare[7m])")).isEqualTo(6 * 7);
        scene.life = new PushedLife(HistoryScene.TICK.toMillis(), 300_000, 3_600_000);
        assertThat(HistoryScene.instant(scene.stored(), "rare", scene.clock.wallMillis())
                        .samples())
                .isEmpty();
    }

    /** Intervals far longer than a gauge keeps its value: between the ends of two it lives all the same. */
    @Test
    void aGaugeHasItsValueInsideOfLongIntervals() throws Exception {
        scene.settings = new HistorySettings(
                Resolutions.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(10)),
                Duration.ofDays(1),
                Duration.ofDays(30),
                Duration.ofDays(400),
                Duration.ofDays(365),
                Duration.ofDays(1_095));
        scene.life = new PushedLife(HistoryScene.TICK.toMillis(), 60_000, 3_600_000);
        serveFiveHoursAndStoreThem();

        long begin = HistoryScene.START + 7 * 60_000;
        Points points = HistoryScene.only(
                HistoryScene.range(scene.stored(), "temperature", begin, begin + 4 * 3_600_000, Duration.ofHours(2)));

        assertThat(Arrays.copyOf(points.timeMillis, points.size))
                .containsExactly(begin, begin + 2 * 3_600_000, begin + 4 * 3_600_000);
    }

    @Test
    void allOfTimeMayBeAskedFor() throws Exception {
        serveFiveHoursAndStoreThem();

        List<Series> found =
                scene.stored().select(List.of(Matcher.equal(Labels.NAME, "hits")), -(1L << 53), 1L << 53, 10);

        assertThat(found).extracting(Series::labels).containsExactly(Labels.of(Labels.NAME, "hits", "route", "/a"));
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
}
