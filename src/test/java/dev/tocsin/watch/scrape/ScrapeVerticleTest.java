package dev.tocsin.watch.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import dev.tocsin.core.scrape.TargetStatus.Health;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScrapeVerticleTest {
    @TempDir
    private Path folder;

    private ScrapeRig rig;

    @BeforeEach
    void begin() {
        rig = new ScrapeRig(folder);
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
    }

    private static byte[] gzip(byte[] text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(text);
        }
        return packed.toByteArray();
    }

    private String series(String nameAndLabels, String address) {
        return nameAndLabels + "instance=\"" + address + "\", job=\"j\"}";
    }

    private static MetricSnapshots metrics() {
        var labels = io.prometheus.metrics.model.snapshots.Labels.of("path", "/a\"b\\c\n");
        Exemplar exemplar = Exemplar.builder()
                .value(0.05)
                .traceId("a}b")
                .spanId("c")
                .timestampMillis(1_500)
                .build();
        double[] bounds = {0.1, 1, Double.POSITIVE_INFINITY};
        return MetricSnapshots.of(
                CounterSnapshot.builder()
                        .name("requests")
                        .help("Requests.")
                        .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                                .value(3.0)
                                .labels(labels)
                                .exemplar(exemplar)
                                .createdTimestampMillis(1_000)
                                .build())
                        .build(),
                GaugeSnapshot.builder()
                        .name("temperature_celsius")
                        .unit(Unit.CELSIUS)
                        .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                                .value(-5.5)
                                .build())
                        .build(),
                HistogramSnapshot.builder()
                        .name("latency_seconds")
                        .unit(Unit.SECONDS)
                        .dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, new long[] {1, 0, 1}))
                                .sum(7.05)
                                .exemplars(Exemplars.of(exemplar))
                                .build())
                        .build(),
                SummarySnapshot.builder()
                        .name("sizes")
                        .dataPoint(SummarySnapshot.SummaryDataPointSnapshot.builder()
                                .quantiles(Quantiles.of(new Quantile(0.5, 4)))
                                .count(1)
                                .sum(4)
                                .build())
                        .build(),
                InfoSnapshot.builder()
                        .name("build")
                        .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                                .labels(io.prometheus.metrics.model.snapshots.Labels.of("version", "1.2"))
                                .build())
                        .build());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thePublishedClientIsReadInBothFormats(boolean openMetrics) throws Exception {
        MetricSnapshots metrics = metrics();
        AtomicReference<String> accepted = new AtomicReference<>();
        String address = rig.serve(exchange -> {
            accepted.set(exchange.getRequestHeaders().getFirst("Accept"));
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            String type =
                    openMetrics ? OpenMetricsTextFormatWriter.CONTENT_TYPE : PrometheusTextFormatWriter.CONTENT_TYPE;
            ExpositionFormats.init()
                    .findWriter(openMetrics ? accepted.get() : "text/plain")
                    .write(body, metrics);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            ScrapeRig.reply(exchange, 200, gzip(body.toByteArray()));
        });
        rig.run(ScrapeRig.job(address, ""));

        rig.await(() -> rig.scrapes(ScrapeOutcome.OK) >= 2);
        assertThat(accepted.get()).startsWith("application/openmetrics-text;version=1.0.0");
        String here = "instance=\"" + address + "\", job=\"j\"";
        assertThat(rig.recorded.has("requests_total{" + here + ", path=\"/a\\\"b\\\\c\\n\"}", "3.0"))
                .isTrue();
        assertThat(rig.recorded.has("temperature_celsius{" + here + "}", "-5.5"))
                .isTrue();
        assertThat(rig.recorded.has("latency_seconds_bucket{" + here + ", le=\"0.1\"}", "1.0"))
                .isTrue();
        assertThat(rig.recorded.has("latency_seconds_bucket{" + here + ", le=\"+Inf\"}", "2.0"))
                .isTrue();
        assertThat(rig.recorded.has("latency_seconds_sum{" + here + "}", "7.05"))
                .isTrue();
        assertThat(rig.recorded.has("sizes{" + here + ", quantile=\"0.5\"}", "4.0"))
                .isTrue();
        assertThat(rig.recorded.has("build_info{" + here + ", version=\"1.2\"}", "1.0"))
                .isTrue();
        assertThat(rig.recorded.has("up{" + here + "}", "1.0")).isTrue();
        assertThat(rig.registry.get("tocsin.scrape.exemplars").counter().count() > 0)
                .isEqualTo(openMetrics);
        AtomicInteger counters = new AtomicInteger();
        rig.targets().metadata((target, metric) -> {
            assertThat(target).isEqualTo(Labels.of("instance", address, "job", "j"));
            counters.addAndGet(metric.type().equals("counter") && metric.help().equals("Requests.") ? 1 : 0);
        });
        assertThat(counters).hasValue(1);
    }

    @Test
    void aTargetThatAnswersForEverIsDownByItsTimeout() throws Exception {
        AtomicReference<String> body = new AtomicReference<>("a 1\n");
        String address = rig.serve(exchange -> {
            if (!body.get().isEmpty()) {
                ScrapeRig.reply(exchange, 200, body.get().getBytes(StandardCharsets.UTF_8));
                return;
            }
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write("# on and on\n".getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
            }
        });
        rig.run(ScrapeRig.job(address, ", body_size_limit: 100MB").replace("100ms", "500ms"));
        rig.await(() -> rig.recorded.last(series("a{", address)).equals("1.0"));
        body.set("");

        rig.await(() -> rig.only().health() == Health.DOWN);
        assertThat(rig.only().lastError())
                .satisfiesAnyOf(
                        error -> assertThat(error).isEqualTo("no whole answer in 500 ms"),
                        error -> assertThat(error).startsWith("body size limit exceeded"));
        rig.await(() -> rig.recorded.last(series("up{", address)).equals("0.0"));
        assertThat(rig.recorded.of(series("a{", address)).getLast()).startsWith("end@");
        body.set("a 2\n");
        rig.await(() -> rig.recorded.last(series("a{", address)).equals("2.0"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerLargerThanTheLimitIsNotReadToItsEnd(boolean packed) throws Exception {
        byte[] chunk = new byte[1 << 20];
        java.util.Arrays.fill(chunk, (byte) '#');
        String address = rig.serve(exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", packed ? "gzip" : "identity");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = packed ? new GZIPOutputStream(exchange.getResponseBody()) : exchange.getResponseBody();
            for (int i = 0; i < (packed ? 64 : 1_024); i++) {
                out.write(chunk);
            }
            out.close();
        });
        rig.run(ScrapeRig.job(address, ", body_size_limit: 10MB").replace("100ms", "5s"));

        rig.await(() -> rig.only().lastError().equals("body size limit exceeded: more than 10485760 bytes"));
        assertThat(rig.scrapes(ScrapeOutcome.BODY_SIZE)).isPositive();
    }

    @Test
    void whatIsNoExpositionIsDownAndSaysWhy() throws Exception {
        AtomicReference<ScrapeRig.Answer> answer = new AtomicReference<>();
        String address = rig.serve(exchange -> answer.get().to(exchange));
        byte[] binary = new byte[10_000];
        new java.util.Random(1).nextBytes(binary);
        answer.set(exchange -> ScrapeRig.reply(exchange, 200, binary));
        rig.run(ScrapeRig.job(address, ""));
        rig.await(() -> rig.only().lastError().startsWith("line 1: "));
        assertThat(rig.scrapes(ScrapeOutcome.MALFORMED)).isPositive();

        answer.set(exchange -> ScrapeRig.reply(exchange, 503, new byte[0]));
        rig.await(() -> rig.only().lastError().equals("server returned HTTP status 503 Service Unavailable"));

        answer.set(exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            ScrapeRig.reply(exchange, 200, "a 1\n".getBytes(StandardCharsets.UTF_8));
        });
        rig.await(() -> rig.only().lastError().startsWith("not gzip"));

        answer.set(exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write("a 1\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            throw new IOException("the server dies in the middle of its answer");
        });
        rig.await(() -> rig.scrapes(ScrapeOutcome.CONNECTION) >= 1);
        assertThat(rig.recorded.of(series("a{", address))).isEmpty();

        answer.set(exchange -> ScrapeRig.reply(exchange, 200, "a 1\n".getBytes(StandardCharsets.UTF_8)));
        rig.await(() -> rig.recorded.last(series("a{", address)).equals("1.0"));
    }

    @Test
    void credentialsParametersAndRedirects() throws Exception {
        Files.writeString(folder.resolve("password"), "s3cret\n");
        AtomicReference<String> asked = new AtomicReference<>("");
        String address = rig.serve(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/old")) {
                exchange.getResponseHeaders().set("Location", "/new?x=1");
                exchange.sendResponseHeaders(302, -1);
                return;
            }
            asked.set(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("X-Prometheus-Scrape-Timeout-Seconds"));
            ScrapeRig.reply(exchange, 200, "a 1\n".getBytes(StandardCharsets.UTF_8));
        });
        rig.run(ScrapeRig.job(address, ", metrics_path: /old, basic_auth: {username: u, password_file: password}"));
        rig.await(() -> rig.only().health() == Health.UP);
        assertThat(asked.get()).isEqualTo("/new?x=1 Basic dTpzM2NyZXQ= 0.1");

        rig.reload(ScrapeRig.job(address, ", params: {p: [\"1 2\"]}, authorization: {credentials: t}"));
        rig.await(() -> asked.get().equals("/metrics?p=1+2 Bearer t 0.1"));
    }

    @Test
    void filesAndServersTellTargetsAndAReloadKeepsThoseThatStay() throws Exception {
        String one = rig.serveText("a 1\n");
        String two = rig.serveText("b 1\n");
        AtomicReference<String> told =
                new AtomicReference<>("[{\"targets\": [\"" + two + "\"], \"labels\": {\"site\": \"x\"}}]");
        String teller =
                rig.serve(exchange -> ScrapeRig.reply(exchange, 200, told.get().getBytes(StandardCharsets.UTF_8)));
        write("targets.yaml", "- targets: [\"" + one + "\"]\n  labels: {from: file}\n");
        String yaml =
                "scrape_configs: [{job_name: j, scrape_interval: 100ms, file_sd_configs: [{files: [\"t*.yaml\"]}],"
                        + "http_sd_configs: [{url: \"http://" + teller + "/\", refresh_interval: 100ms}],"
                        + "relabel_configs: [{source_labels: [__meta_url], regex: \"http.*\", target_label: told, replacement: yes}]}]";
        rig.run(yaml);
        String ofFile = "a{from=\"file\", instance=\"" + one + "\", job=\"j\"}";
        String ofServer = "b{instance=\"" + two + "\", job=\"j\", site=\"x\", told=\"yes\"}";
        rig.await(() -> rig.recorded.last(ofFile).equals("1.0")
                && rig.recorded.last(ofServer).equals("1.0"));

        told.set("not JSON: [");
        rig.await(() ->
                rig.registry.get("tocsin.scrape.discovery.failures").counter().count() > 0);
        int known = rig.recorded.of(ofServer).size();
        rig.await(() -> rig.recorded.of(ofServer).size() > known);

        told.set("[]");
        write("targets.yaml", "- targets: [\"" + one + "\"]\n  labels: {from: elsewhere}\n");
        rig.await(() -> rig.recorded.of(ofServer).getLast().startsWith("end@"));
        rig.await(() -> rig.recorded.of(ofFile).getLast().startsWith("end@"));
        rig.await(() -> rig.recorded.last(ofFile.replace("file", "elsewhere")).equals("1.0"));

        rig.reload(yaml.replace("job_name: j", "honor_labels: true, job_name: j"));
        int before = rig.recorded.of(ofFile.replace("file", "elsewhere")).size();
        rig.await(() -> rig.recorded.of(ofFile.replace("file", "elsewhere")).size() > before + 2);
        // Where a machine is too busy for a scrape, that ends the series; the reload does not.
        assertThat(rig.recorded.of(ofFile.replace("file", "elsewhere")).stream()
                        .filter(sample -> sample.startsWith("end"))
                        .count())
                .isLessThanOrEqualTo((long) rig.scrapes(ScrapeOutcome.TIMEOUT));

        rig.reload("scrape_configs: []");
        rig.await(() ->
                rig.recorded.of(ofFile.replace("file", "elsewhere")).getLast().startsWith("end@"));
        assertThat(rig.targets().pools()).isEmpty();
    }

    private void write(String name, String text) throws IOException {
        Path whole = Files.writeString(folder.resolve(name + ".new"), text);
        Files.move(whole, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void tooManyTargetsAreAllDownAndDroppedOnesAreTold() throws Exception {
        String one = rig.serveText("a 1\n");
        String yaml = "scrape_configs: [{job_name: j, scrape_interval: 100ms, target_limit: 1, static_configs: "
                + "[{targets: [\"" + one + "\", \"localhost" + one.substring(one.indexOf(':')) + "\", \"dropped:1\"]}],"
                + "relabel_configs: [{source_labels: [__address__], regex: \"dropped.*\", action: drop}]}]";
        rig.run(yaml);

        rig.await(() -> rig.scrapes(ScrapeOutcome.TARGET_LIMIT) >= 2);
        assertThat(rig.only().lastError()).isEqualTo("target_limit exceeded (number of targets: 2, limit: 1)");
        assertThat(rig.targets().pools().getFirst().droppedCount()).isEqualTo(1);
        assertThat(rig.targets().pools().getFirst().dropped().getFirst().get("__address__"))
                .isEqualTo("dropped:1");
        assertThat(rig.recorded.of(series("a{", one))).isEmpty();
    }

    @Test
    void nothingIsRecordedUntilWhatWasRecordedBeforeIsBack() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        String address = rig.serve(exchange -> {
            asked.incrementAndGet();
            ScrapeRig.reply(exchange, 200, "a 1\n".getBytes(StandardCharsets.UTF_8));
        });
        rig.mayRecord.set(false);
        rig.run(ScrapeRig.job(address, ""));
        assertThat(rig.recorded.series()).isEmpty();
        rig.mayRecord.set(true);
        rig.await(() -> rig.recorded.last(series("up{", address)).equals("1.0"));
    }
}
