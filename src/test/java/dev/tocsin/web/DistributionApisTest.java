package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heatmaps, spectra and the origin of a region, asked for over HTTP. */
class DistributionApisTest {
    private static final int SECONDS = 60;
    private static final long START = TestServer.NOW - SECONDS * 1_000L;
    private static final long HOUR = 3_600_000;

    private final CountingSource source = new CountingSource();
    private final Evaluator evaluator =
            new Evaluator(source, new QueryLimits(100, 1_000_000, Long.MAX_VALUE), Clock.system());
    private TestServer server;

    /** Two routes, ten observations a second each; from second 40 on, /pay takes ten times as long. */
    @BeforeEach
    void start() {
        source.change(memory -> {
            for (String route : List.of("/pay", "/login")) {
                Labels labels = Labels.of("__name__", "took", "route", route);
                Distribution total = Distribution.empty(BucketLayout.TWO_DIGITS);
                memory.add(labels, START - HOUR - 1_000, total);
                total = total.plus(second(50).times(2));
                memory.add(labels, START - HOUR + 1_000, total);
                memory.add(labels, START, total);
                for (int i = 1; i <= SECONDS; i++) {
                    total = total.plus(second(route.equals("/pay") && i > 40 ? 1_000 : 100));
                    memory.add(labels, START + i * 1_000L, total);
                }
            }
            memory.add(Labels.of("__name__", "up"), TestServer.NOW, 1);
        });
        server = new TestServer();
        QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
        server.start(
                HttpSettings.DEFAULT,
                List.of(
                        new HeatmapApi(evaluator, pool, server.clock)::mount,
                        new SpectrumApi(evaluator, pool, server.clock)::mount),
                PageFiles.of(Map.of()));
    }

    private static Distribution second(double around) {
        double[] values = new double[10];
        for (int i = 0; i < values.length; i++) {
            values[i] = around + i;
        }
        return Distribution.ofValues(BucketLayout.TWO_DIGITS, values);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonObject data(String path, String query, String rest) {
        HttpResponse<String> answer = server.get(path + "?query=" + encoded(query) + rest);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonObject("data");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static double counted(JsonArray column) {
        double counted = 0;
        for (int i = 6; i < column.size(); i += 2) {
            counted += column.getDouble(i);
        }
        return counted;
    }

    @Test
    void aHeatmapHasEachObservationInOneCell() {
        for (int step : new int[] {1, 5, 20}) {
            JsonObject heatmap = data("/api/v1/heatmap", "took", "&from=-1m&step=" + step);
            JsonArray columns = heatmap.getJsonArray("columns");

            assertThat(heatmap.getDouble("from")).isEqualTo(START / 1e3);
            assertThat(heatmap.getDouble("to")).isEqualTo(TestServer.NOW / 1e3);
            assertThat(heatmap.getDouble("error")).isEqualTo(1 / 128.0);
            assertThat(heatmap.getDouble("window")).isEqualTo(step);
            assertThat(columns).hasSize(SECONDS / step);
            for (int i = 0; i < columns.size(); i++) {
                JsonArray column = columns.getJsonArray(i);
                assertThat(column.getDouble(0)).isEqualTo(START / 1e3 + (i + 1) * step);
                assertThat(column.getDouble(2)).isEqualTo(20 * step);
                assertThat(counted(column)).isEqualTo(20 * step);
            }
        }
    }

    @Test
    void aColumnTellsItsPercentilesAndRows() {
        JsonArray column = data("/api/v1/heatmap", "took{route='/login'}", "&from=-5s&step=1")
                .getJsonArray("columns")
                .getJsonArray(0);
        assertThat(column.getInteger(1)).isEqualTo(4);
        assertThat(column.getDouble(3)).isCloseTo(104.5, within(1.0));
        assertThat(column.getDouble(4)).isCloseTo(109, within(1.0));
        // [100, 104), [104, 108), [108, 112)
        assertThat(column.getList().subList(5, 11)).isEqualTo(List.of(16473, 4, 1, 4, 1, 2));
    }

    @Test
    void whatIsStreamedGoesOnWhereHistoryEnds() {
        for (String query : List.of("took", "took{route='/pay'}", "sum by (route) (rate(took[5s]))")) {
            JsonObject heatmap = data("/api/v1/heatmap", query, "&from=-30s&step=1&rows=512");
            String live = heatmap.getString("live");
            for (int i = 0; i < 30; i++) {
                JsonArray column = heatmap.getJsonArray("columns").getJsonArray(i);
                long time = Math.round(column.getDouble(0) * 1e3);
                Value.VectorValue now = (Value.VectorValue) evaluator
                        .instant(Promql.parse(live), time, QueryOptions.DEFAULT)
                        .value();
                StringBuilder frame = new StringBuilder();
                DistributionText.append(frame, now.samples().getFirst().distribution());
                assertThat(new JsonArray(frame.toString()).getList())
                        .as("%s at %d", live, i)
                        .isEqualTo(column.getList().subList(1, column.size()));
            }
        }
    }

    @Test
    void aRateIsCountedInWholeObservations() {
        JsonObject heatmap = data("/api/v1/heatmap", "sum by (route) (rate(took[10s]))", "&from=-10s&step=10");
        assertThat(heatmap.getValue("window")).isNull();
        assertThat(heatmap.getString("live")).isEqualTo("sum(sum by (route) (increase(took[10s])))");
        assertThat(heatmap.getJsonArray("columns").getJsonArray(0).getDouble(2)).isCloseTo(200, within(1.0));
    }

    @Test
    void rowsAreAsFineAsFitsIntoWhatWasAskedFor() {
        for (int rows : new int[] {8, 16, 80, 512}) {
            JsonArray columns = data("/api/v1/heatmap", "took", "&from=-1m&step=10&rows=" + rows)
                    .getJsonArray("columns");
            int least = Integer.MAX_VALUE;
            int largest = 0;
            for (int c = 0; c < columns.size(); c++) {
                JsonArray column = columns.getJsonArray(c);
                int row = 0;
                for (int i = 5; i < column.size(); i += 2) {
                    row += column.getInteger(i);
                    least = Math.min(least, row);
                    largest = Math.max(largest, row);
                }
            }
            assertThat(largest - least + 1).isBetween(rows < 80 ? rows / 4 : 20, rows);
        }
    }

    @Test
    void aSpectrumIsComparedWithAnEarlierOne() {
        JsonObject spectrum = data("/api/v1/spectrum", "took", "&window=1m&offset=0&offset=1h&offset=1w");
        assertThat(spectrum.getDouble("at")).isEqualTo(TestServer.NOW / 1e3);
        assertThat(spectrum.getDouble("window")).isEqualTo(60);
        JsonArray curves = spectrum.getJsonArray("curves");
        assertThat(curves).hasSize(2);

        JsonObject now = curves.getJsonObject(0);
        assertThat(now.getInteger("offset")).isZero();
        assertThat(now.getDouble("count")).isEqualTo(1_200);
        assertThat(now.getDouble("max")).isCloseTo(1_009, within(8.0));
        assertThat(valueAt(now, 0.5)).isCloseTo(106, within(2.0));
        assertThat(valueAt(now, 0.99)).isCloseTo(1_008, within(8.0));
        JsonArray points = now.getJsonArray("points");
        assertThat(points.getDouble(points.size() - 2)).isCloseTo(1 - 1 / 1_200.0, within(1e-9));

        JsonObject before = curves.getJsonObject(1);
        assertThat(before.getInteger("offset")).isEqualTo(3_600);
        assertThat(before.getDouble("count")).isEqualTo(40);
        assertThat(valueAt(before, 0.5)).isCloseTo(54.5, within(1.0));
    }

    private static double valueAt(JsonObject curve, double percentile) {
        JsonArray points = curve.getJsonArray("points");
        for (int i = 0; i < points.size(); i += 2) {
            if (points.getDouble(i) == percentile) {
                return points.getDouble(i + 1);
            }
        }
        throw new AssertionError("no point at " + percentile + " in " + curve);
    }

    @Test
    void aSpectrumOfAnExpressionHasACurveForEachLabelSet() {
        JsonArray curves =
                data("/api/v1/spectrum", "sum by (route) (rate(took[1m]))", "").getJsonArray("curves");
        assertThat(curves).hasSize(2);
        assertThat(curves.stream()
                        .map(each -> ((JsonObject) each).getJsonObject("labels").getString("route")))
                .containsExactlyInAnyOrder("/pay", "/login");
        assertThat(curves.getJsonObject(0).getDouble("count")).isCloseTo(600, within(10.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"took", "sum by (route) (rate(took[5m]))", "sum(increase(took[1m]))"})
    void aRegionTellsWhichLabelValuesItCameFrom(String query) {
        String region =
                "&from=-1m&start=" + (START / 1_000 + 45) + "&end=" + (START / 1_000 + 55) + "&low=512&high=2048";
        JsonObject origin = data("/api/v1/heatmap/labels", query, region);
        assertThat(origin.getDouble("region")).isEqualTo(100);
        assertThat(origin.getDouble("all")).isEqualTo(1_200);
        assertThat(origin.getInteger("leftOut")).isZero();
        JsonArray shares = origin.getJsonArray("shares");
        assertThat(shares).hasSize(2);
        assertThat(shares.getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("label", "route")
                        .put("value", "/pay")
                        .put("region", 100.0)
                        .put("all", 600.0)
                        .put("share", 1.0)
                        .put("overall", 0.5));
        assertThat(shares.getJsonObject(1).getDouble("share")).isZero();
    }

    @Test
    void aRegionWithoutBoundsIsTheWhole() {
        JsonObject origin = data("/api/v1/heatmap/labels", "took", "&from=-1m");
        assertThat(origin.getDouble("region")).isEqualTo(1_200);
        assertThat(origin.getDouble("all")).isEqualTo(1_200);
    }

    @Test
    void ofWhatWasNeverPushedThereIsNothing() {
        assertThat(data("/api/v1/heatmap", "nothing", "").getJsonArray("columns"))
                .isEmpty();
        assertThat(data("/api/v1/spectrum", "nothing", "").getJsonArray("curves"))
                .isEmpty();
        assertThat(data("/api/v1/heatmap/labels", "nothing", "").getJsonArray("shares"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "heatmap | query=took{ | 400 | unexpected",
                "heatmap | query=took[5m] | 400 | must be a selector, or an expression that yields distributions",
                "heatmap | query=took%20%40%20100 | 400 | takes no @",
                "heatmap | query=took&from=-5m&step=1s&to=now&from=-5m&rows=7 | 400 | whole number from 8 to 512",
                "heatmap | query=took&from=-10m&step=1 | 400 | must make 1 to 300 columns",
                "heatmap | query=took&from=now&to=-5m | 400 | must make 1 to 300 columns",
                "heatmap | query=took&step=0 | 400 | must make 1 to 300 columns",
                "heatmap | query=took&step=x | 400 | cannot parse",
                "heatmap | query=took&from=noon | 400 | cannot parse",
                "heatmap | query=up | 200 | \"columns\":[]",
                "heatmap | query=sum(up) | 422 | yields numbers, not distributions",
                "spectrum | query=sum(up) | 422 | yields numbers, not distributions",
                "spectrum | query=took&window=32d | 400 | at most 31d",
                "spectrum | query=took&window=-1 | 400 | more than 0 s",
                "spectrum | query=took&offset=yesterday | 400 | must be 0 or a duration like 1h or 1w",
                "spectrum | query=took&offset=0&offset=1h&offset=2h&offset=3h&offset=4h | 400 | at most 4",
                "heatmap/labels | query=rate(took[5m])%2Brate(took[5m]) | 400 | for one selector",
                "heatmap/labels | query=took&start=-10m | 400 | must lie within from and to",
                "heatmap/labels | query=took&low=5&high=5 | 400 | must be above low",
                "heatmap/labels | query=took&low=wide | 400 | is not a number",
            })
    void whatCannotBeAnsweredIsToldInWords(String path, String query, int status, String words) {
        HttpResponse<String> answer = server.get("/api/v1/" + path + "?"
                + query.replace("{", "%7B").replace("[", "%5B").replace("]", "%5D"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(words);
    }

    @Test
    void aQueryOfTooManySeriesIsRefused() {
        source.change(memory -> {
            for (int i = 0; i < 101; i++) {
                memory.add(Labels.of("__name__", "many", "n", Integer.toString(i)), START, second(1));
            }
        });
        HttpResponse<String> answer = server.get("/api/v1/heatmap?query=many");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("more than 100 series");
    }
}
