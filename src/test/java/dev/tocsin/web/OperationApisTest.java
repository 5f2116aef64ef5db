package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.CheckStatus;
import dev.tocsin.core.check.ComponentHealth;
import dev.tocsin.core.check.HostFigures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OperationApisTest {
    private static final ManualClock CLOCK = new ManualClock(1_732_165_200_000L);

    @Test
    void readinessFollowsTheProcess() {
        AtomicBoolean ready = new AtomicBoolean();
        HealthApi health = new HealthApi("1.2.3", Map::of, List::of, () -> HostFigures.NONE, ready::get, CLOCK);
        try (TestServer server = TestServer.serving(health::mount)) {
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
            assertThat(server.get("/-/healthy").body()).isEqualTo("Tocsin is Healthy.\n");
            assertThat(server.get("/readyz").statusCode()).isEqualTo(503);
            assertThat(server.get("/-/ready").statusCode()).isEqualTo(503);
            ready.set(true);
            assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(server.get("/-/ready").body()).isEqualTo("Tocsin is Ready.\n");
            assertThat(server.send(server.request("/-/ready").method("HEAD", HttpRequest.BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void healthIsAsBadAsItsWorstComponent() {
        AtomicReference<ComponentHealth> disk =
                new AtomicReference<>(ComponentHealth.degraded(1_732_165_199_000L, "filling up"));
        HealthApi health = new HealthApi(
                "1.2.3",
                () -> Map.of(
                        "disk",
                        disk.get(),
                        "database",
                        new ComponentHealth(ComponentHealth.Status.HEALTHY, 1_732_165_198_500L, 0.75, null)),
                List::of,
                () -> HostFigures.NONE,
                () -> true,
                CLOCK);
        try (TestServer server = TestServer.serving(health::mount)) {
            HttpResponse<String> degraded = server.get("/health");
            assertThat(degraded.statusCode()).isEqualTo(200);
            assertThat(new JsonObject(degraded.body())).isEqualTo(new JsonObject("""
                    {"status": "degraded", "timestamp": "2024-11-21T05:00:00Z", "version": "1.2.3", "components": {
                      "database": {"status": "healthy", "response_time_ms": 0.75,
                                   "last_check": "2024-11-21T04:59:58.500Z", "error": null},
                      "disk": {"status": "degraded", "response_time_ms": null, "last_check": "2024-11-21T04:59:59Z", "error": "filling up"}}}"""));
            disk.set(new ComponentHealth(ComponentHealth.Status.UNHEALTHY, 1_732_165_200_000L, null, "full"));
            assertThat(server.get("/api/v1/health").statusCode()).isEqualTo(503);
            assertThat(new JsonObject(server.get("/health").body()).getString("status"))
                    .isEqualTo("unhealthy");
        }
    }

    @Test
    void detailsTellOfEachCheck() {
        CheckStatus shop = new CheckStatus(
                "shop",
                "http",
                Labels.EMPTY,
                Duration.ofSeconds(30),
                List.of(),
                CheckState.DOWN,
                1_732_165_100_000L,
                3,
                List.of(new CheckStatus.Result(1_732_165_199_000L, false, 12.5, "HTTP 503")),
                List.of());
        HealthApi health = new HealthApi(
                "1.2.3",
                Map::of,
                () -> List.of(shop),
                () -> new HostFigures(1_732_165_199_500L, Map.of("load1", 0.25, "cpu_usage_percent", 7.5)),
                () -> true,
                CLOCK);
        try (TestServer server = TestServer.serving(health::mount)) {
            JsonObject detailed = new JsonObject(server.get("/health/detailed").body());
            assertThat(detailed.getJsonObject("host"))
                    .isEqualTo(
                            new JsonObject(
                                    "{\"last_check\": \"2024-11-21T04:59:59.500Z\", \"cpu_usage_percent\": 7.5, \"load1\": 0.25}"));
            assertThat(detailed.getJsonObject("checks")).isEqualTo(new JsonObject("""
                    {"shop": {"status": "unhealthy", "state": "down", "response_time_ms": 12.5,
                              "last_check": "2024-11-21T04:59:59Z", "error": "HTTP 503"}}"""));
            assertThat(new JsonObject(server.get("/api/v1/health").body())).isEqualTo(detailed);
            assertThat(new JsonObject(server.get("/health").body()).containsKey("checks"))
                    .isFalse();
        }
    }

    @Test
    void aReloadThatFailsSaysWhyAndWhere() {
        AtomicReference<Future<Void>> outcome = new AtomicReference<>(Future.succeededFuture());
        try (TestServer server = TestServer.serving(new ReloadApi(outcome::get)::mount)) {
            assertThat(server.post("/-/reload", "text/plain", "").statusCode()).isEqualTo(200);
            outcome.set(Future.failedFuture("rules/host.yaml:7: groups[0].rules[1].expr: unexpected \")\""));
            HttpResponse<String> refused =
                    server.send(server.request("/-/reload").PUT(HttpRequest.BodyPublishers.noBody()));
            assertThat(refused.statusCode()).isEqualTo(500);
            assertThat(refused.body())
                    .isEqualTo(
                            "failed to reload config: rules/host.yaml:7: groups[0].rules[1].expr: unexpected \")\"\n");
            assertThat(server.get("/-/reload").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void ownMetricsComeInBothFormatsAndPassPromtool() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Counter.builder("tocsin.things")
                .description("Things")
                .register(registry)
                .increment(3);
        Timer.builder("tocsin.query.duration")
                .description("How long queries took")
                .publishPercentileHistogram()
                .register(registry)
                .record(Duration.ofMillis(7));
        try (TestServer server = TestServer.serving(new MetricsApi(registry)::mount)) {
            HttpResponse<String> text = server.get("/metrics");
            assertThat(text.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(text.body()).contains("# TYPE tocsin_things_total counter", "tocsin_things_total 3.0");
            HttpResponse<String> open = server.send(
                    server.request("/metrics").header("Accept", "application/openmetrics-text;version=1.0.0"));
            assertThat(open.headers().firstValue("Content-Type"))
                    .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
            assertThat(open.body()).endsWith("# EOF\n");
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/promtool")));
            Process promtool = new ProcessBuilder("/usr/bin/promtool", "check", "metrics")
                    .redirectErrorStream(true)
                    .start();
            promtool.getOutputStream().write(text.body().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            promtool.getOutputStream().close();
            assertThat(new String(promtool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEmpty();
            assertThat(promtool.waitFor()).isZero();
        }
    }
}
