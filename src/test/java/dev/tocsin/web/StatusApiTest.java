package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.series.TsdbStatus;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusApiTest {
    @Test
    void theServerTellsOfItselfInPrometheusForm() {
        try (TestServer server = new TestServer()) {
            QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
            StatusApi status = new StatusApi(
                    "1.2.3",
                    TestServer.NOW,
                    Duration.ofMillis(100),
                    8125,
                    Map.of("query.timeout", "30s", "query.lookback-delta", "5m"),
                    () -> new StatusApi.ConfigStatus(false, TestServer.NOW + 1_000),
                    StatusApiTest::tsdb,
                    pool);
            server.start(HttpSettings.DEFAULT, List.of(status::mount), PageFiles.of(Map.of()));

            assertThat(data(server, "status/buildinfo").getString("version")).isEqualTo("1.2.3");
            JsonObject runtime = data(server, "status/runtimeinfo");
            assertThat(runtime.getString("startTime")).isEqualTo("2024-11-21T05:00:00Z");
            assertThat(runtime.getString("lastConfigTime")).isEqualTo("2024-11-21T05:00:01Z");
            assertThat(runtime.getString("tick")).isEqualTo("100ms");
            assertThat(runtime.getInteger("udpPort")).isEqualTo(8125);
            assertThat(runtime.getBoolean("reloadConfigSuccess")).isFalse();
            assertThat(data(server, "status/config").getString("yaml"))
                    .isEqualTo("global:\n  scrape_interval: 100ms\n  evaluation_interval: 100ms\n");
            assertThat(data(server, "status/flags").encode())
                    .isEqualTo("{\"query.lookback-delta\":\"5m\",\"query.timeout\":\"30s\"}");
            assertThat(data(server, "status/tsdb").encode())
                    .isEqualTo("{\"headStats\":{\"numSeries\":7,\"numLabelPairs\":9,\"chunkCount\":7,\"minTime\":1,"
                            + "\"maxTime\":2},\"seriesCountByMetricName\":[{\"name\":\"top 10\",\"value\":5}],"
                            + "\"labelValueCountByLabelName\":[],\"memoryInBytesByLabelName\":[],"
                            + "\"seriesCountByLabelValuePair\":[]}");
            assertThat(data(server, "status/tsdb?limit=3").encode()).contains("top 3");
        }
    }

    private static TsdbStatus tsdb(int top) {
        return new TsdbStatus(
                new TsdbStatus.HeadStats(7, 9, 7, 1, 2),
                List.of(new TsdbStatus.Entry("top " + top, 5)),
                List.of(),
                List.of(),
                List.of());
    }

    private static JsonObject data(TestServer server, String path) {
        return new JsonObject(server.get("/api/v1/" + path).body()).getJsonObject("data");
    }
}
