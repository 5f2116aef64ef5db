package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar and Debian's Prometheus, with one and the same file, on the same targets. */
class BesidePrometheusIT {
    private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
    private static final Path NODE_EXPORTER = Path.of("/usr/bin/prometheus-node-exporter");

    private static final String EXPOSED = """
            # HELP requests_total Requests.
            # TYPE requests_total counter
            requests_total{job="own",path="/a",code="200"} 12
            requests_total{job="own",path="/b\\"\\\\\\n",code="500",exported_job="x"} 3
            # TYPE latency histogram
            latency_bucket{le="0.1"} 1
            latency_bucket{le="+Inf"} 2
            latency_sum 1.5e-3
            latency_count 2
            huge 1.7976931348623157e308
            infinite{sign="-"} -Inf
            empty{label=""} 1
            drop_me_please 1
            """;

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();
    private final AtomicReference<String> exposed = new AtomicReference<>(EXPOSED + "passing 1\n");
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer target;
    private TocsinProcess tocsin;
    private String prometheus;

    @BeforeEach
    void start() throws Exception {
        assumeThat(PROMETHEUS).isExecutable();
        assumeThat(NODE_EXPORTER).isExecutable();
        target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        target.createContext("/", exchange -> {
            byte[] body = exposed.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        target.start();
        int nodeExporter = freePort();
        begin("node_exporter", NODE_EXPORTER.toString(), "--web.listen-address=127.0.0.1:" + nodeExporter);
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.writeString(conf.resolve("scrape.yaml"), configuration(nodeExporter));
        int port = freePort();
        prometheus = "http://127.0.0.1:" + port;
        begin(
                "prometheus",
                PROMETHEUS.toString(),
                "--config.file=" + conf.resolve("scrape.yaml"),
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port);
        tocsin = TocsinProcess.run(folder, "--conf", conf.toString()).awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        if (tocsin != null) {
            tocsin.close();
        }
        for (Process process : processes) {
            process.destroy();
            process.waitFor();
        }
        if (target != null) {
            target.stop(0);
        }
    }

    private String configuration(int nodeExporter) {
        return """
                global: {scrape_interval: 1s}
                scrape_configs:
                  - job_name: node
                    static_configs: [{targets: ["127.0.0.1:%1$d"]}]
                  - job_name: app
                    static_configs: [{targets: ["127.0.0.1:%2$d"], labels: {site: here, code: mine}}]
                    relabel_configs:
                      - {source_labels: [__address__], modulus: 1000, target_label: shard, action: hashmod}
                      - {source_labels: [site], regex: "(h)(.*)", target_label: "of_${1}", replacement: "$2-$1"}
                    metric_relabel_configs:
                      - {source_labels: [__name__], regex: "drop_.*", action: drop}
                      - {regex: "exported_(.*)", replacement: "was_$1", action: labelmap}
                  - job_name: honest
                    honor_labels: true
                    metrics_path: /other
                    params: {x: ["1"]}
                    static_configs: [{targets: ["127.0.0.1:%2$d"]}]
                  - job_name: nobody
                    static_configs: [{targets: ["127.0.0.1:1"]}]
                """.formatted(nodeExporter, target.getAddress().getPort());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void begin(String name, String... command) throws IOException {
        File log = folder.resolve(name + ".log").toFile();
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start());
    }

    /** Values by labels of what a query answers; of Prometheus, or of ours. */
    private Map<String, String> answer(boolean ofPrometheus, String query) throws IOException, InterruptedException {
        String path = "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
        String body = ofPrometheus
                ? client.send(
                                HttpRequest.newBuilder(URI.create(prometheus + path))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body()
                : tocsin.get(path).body();
        Map<String, String> values = new TreeMap<>();
        if (!body.startsWith("{\"status\":\"success\"")) {
            return values;
        }
        JsonArray result = new JsonObject(body).getJsonObject("data").getJsonArray("result");
        for (int i = 0; i < result.size(); i++) {
            JsonObject series = result.getJsonObject(i);
            String labels = new TreeMap<>(series.getJsonObject("metric").getMap()).toString();
            values.put(labels, series.getJsonArray("value").getString(1));
        }
        return values;
    }

    private void awaitSame(String query, int atLeast) throws InterruptedException {
        tocsin.await("the same answer to " + query, () -> {
            Map<String, String> theirs = answer(true, query);
            return theirs.size() >= atLeast && theirs.equals(answer(false, query));
        });
    }

    private void awaitNothing(String query) throws InterruptedException {
        tocsin.await(
                "neither to have " + query,
                () -> answer(true, query).isEmpty() && answer(false, query).isEmpty());
    }

    @Test
    void seriesLabelsAndValuesAreTheSame() throws Exception {
        String fixed =
                "{job!=\"node\",__name__!~\"scrape_duration_seconds|scrape_series_added|tocsin_.*|ALERTS.*\",job!=\"\"}";
        awaitSame(fixed, 20);
        assertThat(answer(false, fixed).keySet())
                .anyMatch(labels -> labels.contains("exported_exported_job") || labels.contains("was_job"));
        awaitSame("group by (__name__, cpu, mode, device, fstype, mountpoint, collector) ({job=\"node\"})", 300);
        awaitSame("scrape_samples_scraped", 4);

        exposed.set(EXPOSED);
        awaitNothing("passing");
        awaitSame(fixed, 20);

        exposed.set("broken{ 1\n");
        awaitSame("up{job=\"app\"} == 0", 1);
        tocsin.await(
                "both to have nothing of it",
                () -> answer(true, "latency_sum").isEmpty()
                        && answer(false, "latency_sum").isEmpty());

        exposed.set(EXPOSED);
        awaitSame(fixed, 20);
    }

    @Test
    void targetsAreToldInTheSameShape() throws Exception {
        awaitSame("up", 4);
        JsonObject theirs = targets(client.send(
                        HttpRequest.newBuilder(URI.create(prometheus + "/api/v1/targets"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
        JsonObject ours = targets(tocsin.get("/api/v1/targets").body());
        assertThat(ours).isEqualTo(theirs);
    }

    /** By URL, without what differs from one scrape to the next. */
    private static JsonObject targets(String body) {
        JsonObject byUrl = new JsonObject();
        JsonArray active = new JsonObject(body).getJsonObject("data").getJsonArray("activeTargets");
        for (int i = 0; i < active.size(); i++) {
            JsonObject target = active.getJsonObject(i);
            for (String changing : List.of("lastScrape", "lastScrapeDuration", "lastError")) {
                assertThat(target.remove(changing)).isNotNull();
            }
            byUrl.put(target.getString("scrapePool") + target.getString("scrapeUrl"), target);
        }
        assertThat(byUrl.size()).isEqualTo(4);
        return byUrl;
    }
}
