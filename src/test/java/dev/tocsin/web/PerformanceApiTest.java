package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Clock;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.MemorySource;
import dev.tocsin.promql.QueryLimits;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PerformanceApiTest {
    private static final long T = TestServer.NOW;
    private static final int MINUTES = 60;

    private final MemorySource source = new MemorySource();
    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer();
        QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
        Evaluator evaluator = new Evaluator(source, QueryLimits.DEFAULT, Clock.system());
        server.start(
                HttpSettings.DEFAULT,
                List.of(new PerformanceApi(evaluator, pool, server.clock)::mount),
                PageFiles.of(Map.of()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonObject ask(String range) {
        HttpResponse<String> answer = server.get("/api/v1/metrics/performance?time_range=" + range);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    /** 120 requests a minute, a tenth of them failed; durations 1 to 100 ms, and twice that on the other route. */
    private void serve() {
        DistributionBuilder login = new DistributionBuilder(BucketLayout.TWO_DIGITS);
        DistributionBuilder cart = new DistributionBuilder(BucketLayout.TWO_DIGITS);
        for (int minute = -1; minute <= MINUTES; minute++) {
            long time = T - (MINUTES - minute) * 60_000L;
            long requests = 120L * (minute + 1);
            count("http_requests", time, requests * 0.9, "service", "shop", "route", "/login", "status", "200");
            count("http_requests", time, requests * 0.1, "service", "shop", "route", "/login", "status", "503");
            for (int ms = 1; ms <= 100; ms++) {
                login.record(ms, 1);
                cart.record(2 * ms, 1);
            }
            source.add(duration("/login"), time, login.build());
            source.add(duration("/cart"), time, cart.build());
            count("tocsin_samples_accepted_total", time, 990.0 * (minute + 1), "protocol", "udp");
            count("tocsin_samples_rejected_total", time, 10.0 * (minute + 1), "protocol", "udp");
        }
        count("host_cpu_usage_percent", T, 42);
        count("host_disk_usage_percent", T, 10, "mount", "/");
        count("host_disk_usage_percent", T, 91, "mount", "/var");
    }

    private static Labels duration(String route) {
        return Labels.of(Labels.NAME, "http_request_duration", "service", "shop", "route", route);
    }

    private void count(String name, long time, double value, String... labels) {
        Labels all = Labels.of(labels).with(Labels.NAME, name);
        source.add(all, time, value);
    }

    @Test
    void tellsRatesErrorsAndPercentilesOfEachEndpointAndOfAll() {
        serve();
        JsonObject api = ask("1h").getJsonObject("api_performance");

        JsonObject cart = api.getJsonArray("endpoints").getJsonObject(0);
        assertThat(cart.getString("route")).isEqualTo("/cart");
        assertThat(cart.getDouble("request_rate"))
                .as("counted by its durations")
                .isCloseTo(100 / 60.0, within(0.05));
        assertThat(cart.getDouble("p99")).isCloseTo(198, within(2.0));
        assertThat(cart.getDouble("error_rate")).isZero();

        JsonObject login = api.getJsonArray("endpoints").getJsonObject(1);
        assertThat(login.getString("service")).isEqualTo("shop");
        assertThat(login.getDouble("request_rate")).isCloseTo(2, within(0.05));
        assertThat(login.getDouble("error_rate")).isCloseTo(0.1, within(0.001));
        assertThat(login.getDouble("avg")).isCloseTo(50.5, within(0.5));
        assertThat(login.getDouble("p50")).isCloseTo(50, within(1.0));
        assertThat(login.getDouble("p95")).isCloseTo(95, within(1.0));

        assertThat(api.getDouble("request_rate")).isCloseTo(2 + 100 / 60.0, within(0.1));
        assertThat(api.getDouble("p99"))
                .as("of the merged histograms: between both, not their mean")
                .isCloseTo(196, within(2.0));
    }

    @Test
    void tellsWhatTheMachineHasLeftAndHowCompleteTheDataIs() {
        serve();
        JsonObject answer = ask("1h");

        JsonObject resources = answer.getJsonObject("system_resources");
        assertThat(resources.getDouble("cpu_percent")).isEqualTo(42);
        assertThat(resources.getDouble("disk_percent")).isEqualTo(91);
        assertThat(resources.getValue("memory_percent")).isNull();
        JsonObject quality = answer.getJsonObject("data_quality_metrics");
        assertThat(quality.getDouble("samples_accepted")).isCloseTo(990 * MINUTES, within(600.0));
        assertThat(quality.getDouble("completeness")).isCloseTo(0.99, within(1e-9));
        assertThat(answer.getString("end")).isEqualTo("2024-11-21T05:00:00Z");
        assertThat(answer.getString("start")).isEqualTo("2024-11-21T04:00:00Z");
    }

    @Test
    void ofNothingThereAreNoEndpointsAndNoNumbers() {
        JsonObject answer = ask("7d");

        assertThat(answer.getJsonObject("api_performance").getJsonArray("endpoints"))
                .isEmpty();
        assertThat(answer.getJsonObject("api_performance").getValue("p99")).isNull();
        assertThat(answer.getString("time_range")).isEqualTo("7d");
    }

    @Test
    void anotherRangeIsRefusedByName() {
        HttpResponse<String> answer = server.get("/api/v1/metrics/performance?time_range=2h");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("expected 1h, 24h or 7d");
    }

    @Test
    void dataSetsAreToldAsJudgedLast() {
        for (int minute = 0; minute <= MINUTES; minute++) {
            long time = T - (MINUTES - minute) * 60_000L;
            count("quality_state", time, 1, "dataset", "prices", "state", "breached");
            count("quality_state", time, 0, "dataset", "prices", "state", "ok");
            count("quality_score", time, minute < MINUTES ? 1 : 0.5, "dataset", "prices");
            count("quality_freshness_seconds", time, 90_000, "dataset", "prices");
        }

        JsonObject prices = ask("1h")
                .getJsonObject("data_quality_metrics")
                .getJsonObject("datasets")
                .getJsonObject("prices");

        assertThat(prices.getString("state")).isEqualTo("breached");
        assertThat(prices.getDouble("score")).isEqualTo(0.5);
        assertThat(prices.getDouble("score_average")).isBetween(0.95, 1.0);
        assertThat(prices.getDouble("freshness_hours")).isEqualTo(25);
    }
}
