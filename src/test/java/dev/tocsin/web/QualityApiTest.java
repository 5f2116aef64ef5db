package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.core.quality.AssertionStatus;
import dev.tocsin.core.quality.DatasetStatus;
import dev.tocsin.core.quality.Measure;
import dev.tocsin.core.quality.MeasureStatus;
import dev.tocsin.core.quality.Quality;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.MemorySource;
import dev.tocsin.promql.QueryLimits;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QualityApiTest {
    private static final long MINUTE = 60_000;
    private static final Labels PRICES = Labels.of("dataset", "prices", "severity", "warning");

    private final MemorySource source = new MemorySource();
    private final Quality quality = () -> List.of(
            new DatasetStatus(
                    "new",
                    Labels.of("dataset", "new"),
                    "every 5m",
                    0,
                    TestServer.NOW,
                    List.of(),
                    List.of(),
                    Double.NaN),
            new DatasetStatus(
                    "prices",
                    PRICES,
                    "every 5m",
                    TestServer.NOW - MINUTE,
                    TestServer.NOW + 4 * MINUTE,
                    List.of(
                            new MeasureStatus(Measure.COMPLETENESS, 0.5, 0.95, ""),
                            MeasureStatus.unknown(Measure.FRESHNESS, 86_400, "shop: connection refused")),
                    List.of(new AssertionStatus("sane", 2, 1, "")),
                    Double.NaN));
    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer();
        QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
        Evaluator evaluator = new Evaluator(source, QueryLimits.DEFAULT, Clock.system());
        server.start(
                HttpSettings.DEFAULT,
                List.of(new QualityApi(quality, evaluator, pool, server.clock)::mount),
                PageFiles.of(Map.of()));
        for (int minute = 60; minute >= 0; minute--) {
            long time = TestServer.NOW - minute * MINUTE;
            source.add(PRICES.with(Labels.NAME, "quality_completeness_ratio"), time, minute > 30 ? 1 : 0.5);
            source.add(Labels.of(Labels.NAME, "quality_score", "dataset", "other"), time, 1);
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonObject data(String path) {
        HttpResponse<String> answer = server.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonObject("data");
    }

    @Test
    void everyDataSetIsTold() {
        JsonArray datasets = data("/api/v1/quality").getJsonArray("datasets");

        assertThat(datasets).hasSize(2);
        assertThat(datasets.getJsonObject(0).getString("state")).isEqualTo("unknown");
        assertThat(datasets.getJsonObject(0).getValue("last_judged")).isNull();
        JsonObject prices = datasets.getJsonObject(1);
        assertThat(prices.getString("state")).isEqualTo("breached");
        assertThat(prices.getValue("score")).isNull();
        JsonObject measures = prices.getJsonObject("measures");
        assertThat(measures.getJsonObject("completeness"))
                .isEqualTo(new JsonObject()
                        .put("state", "breached")
                        .put("value", 0.5)
                        .put("threshold", 0.95));
        assertThat(measures.getJsonObject("freshness").getValue("value")).isNull();
        assertThat(measures.getJsonObject("freshness").getString("reason")).isEqualTo("shop: connection refused");
        assertThat(prices.getJsonArray("assertions").getJsonObject(0).getDouble("share"))
                .isEqualTo(1);
    }

    @Test
    void oneIsToldWithItsHistoryFromTheSeries() {
        JsonObject history = data("/api/v1/quality/prices?time_range=48m").getJsonObject("history");

        assertThat(history.fieldNames()).containsExactly("completeness");
        JsonArray points = history.getJsonArray("completeness");
        assertThat(points).hasSize(289);
        assertThat(points.getJsonArray(0)).isEqualTo(JsonArray.of(TestServer.NOW / 1e3 - 48 * 60, 1.0));
        assertThat(points.getJsonArray(288)).isEqualTo(JsonArray.of(TestServer.NOW / 1e3, 0.5));
    }

    @Test
    void whatIsNotThereIsSaid() {
        HttpResponse<String> answer = server.get("/api/v1/quality/nowhere");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("there is no data set nowhere; there is new prices");
        assertThat(server.get("/api/v1/quality?time_range=never").statusCode()).isEqualTo(400);
        assertThat(server.get("/api/v1/quality?time_range=500d").statusCode()).isEqualTo(400);
    }
}
