package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a new user does, with the packaged jar, real sockets and a real webhook receiver. */
class NewUserIT {
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    @TempDir
    private Path folder;

    @Test
    void aPacketBecomesAPercentileAPageAndAResolvedNotice() throws Exception {
        LinkedBlockingQueue<JsonObject> calls = new LinkedBlockingQueue<>();
        HttpServer receiver = webhookReceiver(calls);
        Path conf = Files.createDirectories(folder.resolve("conf/rules")).getParent();
        try (TocsinProcess tocsin = TocsinProcess.run(folder).awaitReady()) {
            tocsin.await("p99 of the pushed value", () -> {
                tocsin.send("api.latency:320|ms|#route:/login\n");
                return tocsin.query("api_latency_p99{route=\"/login\"}").contains("\"320\"");
            });

            Files.writeString(conf.resolve("rules/api.yaml"), """
                    groups:
                      - name: api
                        rules:
                          - alert: ApiSlow
                            expr: api_load > 200
                    """);
            Files.writeString(conf.resolve("alertmanager.yaml"), """
                    route:
                      receiver: me
                      group_wait: 0s
                      group_interval: 1s
                    receivers:
                      - name: me
                        webhook_configs:
                          - url: http://127.0.0.1:%d/hook
                    """.formatted(
                            receiver.getAddress().getPort()));
            assertThat(tocsin.post("/-/reload", "").statusCode()).isEqualTo(200);

            tocsin.send("api.load:350|g|#route:/login\n");
            JsonObject firing = calls.poll(TocsinProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(firing).as("webhook called").isNotNull();
            assertThat(firing.getString("version")).isEqualTo("4");
            assertThat(firing.getString("status")).isEqualTo("firing");
            assertThat(firing.getString("receiver")).isEqualTo("me");
            JsonObject labels = firing.getJsonArray("alerts").getJsonObject(0).getJsonObject("labels");
            assertThat(labels.getString("alertname")).isEqualTo("ApiSlow");
            assertThat(labels.getString("route")).isEqualTo("/login");

            tocsin.send("api.load:100|g|#route:/login\n");
            JsonObject resolved = calls.poll(TocsinProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(resolved).as("webhook called again").isNotNull();
            assertThat(resolved.getString("status")).isEqualTo("resolved");
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    void aRuleFileWithAnErrorAtReloadLeavesTheOldRulesAndNamesFileAndLine() throws Exception {
        Path rules = Files.createDirectories(folder.resolve("conf/rules"));
        Files.writeString(rules.resolve("a.yaml"), """
                groups:
                  - name: good
                    rules:
                      - {alert: Up, expr: vector(1)}
                """);
        try (TocsinProcess tocsin = TocsinProcess.run(folder).awaitReady()) {
            Files.writeString(rules.resolve("b.yaml"), """
                    groups:
                      - name: bad
                        rules:
                          - {alert: Broken, expr: "rate(x[5m"}
                    """);

            var answer = tocsin.post("/-/reload", "");

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).contains("b.yaml:4");
            tocsin.await(
                    "the old rule still fires",
                    () -> tocsin.get("/api/v1/alerts").body().contains("\"alertname\":\"Up\""));
        }
    }

    @Test
    void sigtermEndsItWithExitCode0() throws Exception {
        try (TocsinProcess tocsin = TocsinProcess.run(folder).awaitReady()) {
            tocsin.send("jobs:1|c");
            tocsin.terminate();

            assertThat(tocsin.exitCode()).isZero();
        }
    }

    @Test
    void anErrorOfConfigurationNamesFileLineAndKeyAndEndsItBeforeItBinds() throws Exception {
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.writeString(conf.resolve("tocsin.yaml"), "http:\n  prot: 8080\n");
        try (TocsinProcess tocsin = TocsinProcess.run(folder)) {
            assertThat(tocsin.exitCode()).isEqualTo(1);
            assertThat(tocsin.output()).contains("tocsin.yaml:2").contains("http.prot");
        }
    }

    @Test
    void theShippedConfigurationIsValid() throws Exception {
        try (TocsinProcess check = TocsinProcess.command(
                folder, "check", "config", "--conf", System.getProperty("tocsin.basedir") + "/conf")) {
            assertThat(check.exitCode()).as(check.output()).isZero();
        }
    }

    @Test
    void demoFillsEveryPage() throws Exception {
        try (TocsinProcess tocsin = TocsinProcess.run(folder, "--demo").awaitReady()) {
            tocsin.await(
                    "requests",
                    () -> tocsin.query("sum(rate(http_requests[10s])) > 1").contains("\"value\""));
            tocsin.await(
                    "latencies",
                    () -> tocsin.query("histogram_quantile(0.99, http_request_duration)")
                            .contains("\"value\""));
            tocsin.await(
                    "the host itself",
                    () -> tocsin.query("host_cpu_usage_percent").contains("\"value\""));
            tocsin.terminate();

            assertThat(tocsin.exitCode()).isZero();
            String afterStart = tocsin.output().replaceFirst("(?s)^.*? ready: ", "");
            // Shorter ones are a machine that did not give the loop its turn as well as a loop that was held up.
            assertThat(afterStart)
                    .as("no event loop was held up")
                    .doesNotContainPattern("has been blocked for \\d{5,} ms");
        }
    }

    @Test
    void promtoolQueriesItAndFindsNoFaultWithItsMetrics() throws Exception {
        assumeTrue(
                Files.isExecutable(PROMTOOL) || "true".equals(System.getenv("CI")),
                "promtool is not installed (apt-get install prometheus)");
        try (TocsinProcess tocsin = TocsinProcess.run(folder, "--demo").awaitReady()) {
            tocsin.await(
                    "own metrics",
                    () -> tocsin.query("tocsin_samples_accepted_total > 0").contains("\"value\""));
            Path metrics = folder.resolve("metrics.txt");
            Files.writeString(metrics, tocsin.get("/metrics").body());

            assertThat(output(metrics, "check", "metrics")).isEmpty();
            assertThat(output(
                            null,
                            "query",
                            "instant",
                            "http://127.0.0.1:" + tocsin.httpPort(),
                            "tocsin_samples_accepted_total > 0"))
                    .contains("tocsin_samples_accepted_total{protocol=\"dogstatsd\", socket=\"udp-0\"} =>");
        }
    }

    private static String output(Path input, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PROMTOOL.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static HttpServer webhookReceiver(LinkedBlockingQueue<JsonObject> calls) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            calls.add(new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }
}
