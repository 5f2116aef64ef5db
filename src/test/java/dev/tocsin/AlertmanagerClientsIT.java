package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alertmanager's own tool, and a Prometheus that takes Tocsin for an Alertmanager, as Debian packages them. */
class AlertmanagerClientsIT {
    private static final Path AMTOOL = Path.of("/usr/bin/amtool");
    private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");

    private static final String CONFIGURATION = """
            global:
              resolve_timeout: ${RESOLVE:-5m}
              http_config: {authorization: {credentials: very-secret}}
            route:
              receiver: all
              group_by: [alertname]
              group_wait: 0s
              routes:
                - matchers: ['team=~"db|cache"', env!="dev"]
                  receiver: stores
                  continue: true
                - match_re: {team: "d.*"}
                  receiver: d-teams
                  mute_time_intervals: [nights]
                  routes:
                    - {matchers: [severity="critical"], receiver: pager}
                - {match: {team: web}, receiver: pager}
            time_intervals:
              - name: nights
                time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]
            inhibit_rules:
              - {source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [alertname]}
            receivers:
              - name: all
              - name: stores
                webhook_configs: [{url: "http://127.0.0.1:1/token-in-path", send_resolved: yes, max_alerts: 7}]
              - name: d-teams
              - name: pager
            """;

    @TempDir
    private Path folder;

    private static void needs(Path binary) {
        assumeTrue(
                Files.isExecutable(binary) || "true".equals(System.getenv("CI")),
                binary + " is not installed (apt-get install prometheus prometheus-alertmanager)");
    }

    private TocsinProcess tocsin() throws Exception {
        Path conf = Files.createDirectories(folder.resolve("conf/rules")).getParent();
        Files.writeString(conf.resolve("alertmanager.yaml"), CONFIGURATION);
        return TocsinProcess.run(folder).awaitReady();
    }

    private record Output(int status, String text) {}

    private static Output amtool(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(AMTOOL.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(process.waitFor(), text.strip());
    }

    private static String amtool(TocsinProcess tocsin, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--alertmanager.url=http://127.0.0.1:" + tocsin.httpPort()));
        all.addAll(List.of(arguments));
        Output output = amtool(all);
        assertThat(output.status()).as(output.text()).isZero();
        return output.text();
    }

    @Test
    void amtoolAddsAndQueriesAlerts() throws Exception {
        needs(AMTOOL);
        try (TocsinProcess tocsin = tocsin()) {
            amtool(tocsin, "alert", "add", "DiskFull", "team=db", "env=prod", "--annotation=summary=96 % used");
            amtool(tocsin, "alert", "add", "alertname=Slow", "team=web");

            assertThat(amtool(tocsin, "alert", "query", "DiskFull", "-o", "simple"))
                    .contains("DiskFull", "active", "96 % used")
                    .doesNotContain("Slow");
            JsonArray web = new JsonArray(amtool(tocsin, "alert", "query", "--receiver=pager", "-o", "json"));
            assertThat(web).hasSize(1);
            assertThat(web.getJsonObject(0).getJsonObject("labels"))
                    .isEqualTo(new JsonObject().put("alertname", "Slow").put("team", "web"));
            assertThat(amtool(tocsin, "alert", "query", "team=~d.*", "-o", "extended"))
                    .contains("DiskFull");

            amtool(
                    tocsin,
                    "alert",
                    "add",
                    "alertname=Slow",
                    "team=web",
                    "--end=2020-01-01T00:00:00Z",
                    "--start=2019-01-01T00:00:00Z");
            assertThat(amtool(tocsin, "alert", "query", "-o", "simple"))
                    .contains("DiskFull")
                    .doesNotContain("Slow");
        }
    }

    @Test
    void amtoolAddsQueriesUpdatesAndExpiresSilences() throws Exception {
        needs(AMTOOL);
        try (TocsinProcess tocsin = tocsin()) {
            amtool(tocsin, "alert", "add", "DiskFull", "team=db");
            String id = amtool(
                    tocsin, "silence", "add", "--author=me", "--comment=being cleaned", "--duration=1h", "team=~d.*");

            assertThat(amtool(tocsin, "silence", "query", "-o", "extended"))
                    .contains(id, "being cleaned", "team=~\"d.*\"");
            assertThat(amtool(tocsin, "silence", "query", "-q", "team=~d.*")).isEqualTo(id);
            assertThat(amtool(tocsin, "silence", "query", "-q", "team=other")).isEmpty();
            assertThat(amtool(tocsin, "alert", "query", "-o", "simple")).doesNotContain("DiskFull");
            assertThat(amtool(tocsin, "alert", "query", "--silenced", "-o", "simple"))
                    .contains("DiskFull");

            amtool(tocsin, "silence", "update", "--duration=2h", "--comment=takes longer", id);
            assertThat(amtool(tocsin, "silence", "query", "-q")).isEqualTo(id);
            assertThat(amtool(tocsin, "silence", "query")).contains("takes longer");

            amtool(tocsin, "silence", "expire", id);
            assertThat(amtool(tocsin, "silence", "query", "-q")).isEmpty();
            assertThat(amtool(tocsin, "silence", "query", "-q", "--expired")).isEqualTo(id);
            assertThat(amtool(tocsin, "alert", "query", "-o", "simple")).contains("DiskFull");
        }
    }

    @Test
    void amtoolReadsTheConfigurationAndRoutesByItAsTocsinDoes() throws Exception {
        needs(AMTOOL);
        try (TocsinProcess tocsin = tocsin()) {
            String shown = amtool(tocsin, "config", "show");
            assertThat(shown).contains("d-teams").doesNotContain("very-secret").doesNotContain("token-in-path");
            assertThat(amtool(tocsin, "config", "routes")).contains("stores", "pager");
            assertThat(amtool(tocsin, "cluster", "show")).contains("disabled");
            int number = 0;
            for (String labels : List.of(
                    "team=db env=prod",
                    "team=db env=dev",
                    "team=db env=prod severity=critical",
                    "team=cache",
                    "team=web",
                    "team=dx severity=critical",
                    "severity=warning")) {
                String name = "alertname=Routed" + number++;
                List<String> test = new ArrayList<>(List.of("config", "routes", "test", name));
                test.addAll(List.of(labels.split(" ")));
                List<String> add = new ArrayList<>(List.of("alert", "add", name));
                add.addAll(List.of(labels.split(" ")));
                String routed = amtool(tocsin, test.toArray(String[]::new));
                amtool(tocsin, add.toArray(String[]::new));
                JsonArray alerts = new JsonArray(
                        amtool(tocsin, "alert", "query", "--silenced", "--inhibited", "--active", name, "-o", "json"));
                List<String> receivers = alerts.getJsonObject(0).getJsonArray("receivers").stream()
                        .map(each -> ((JsonObject) each).getString("name"))
                        .toList();
                assertThat(String.join(",", receivers)).as(labels).isEqualTo(routed);
            }
        }
    }

    @Test
    void amtoolFindsNoFaultWithTheShippedConfiguration() throws Exception {
        needs(AMTOOL);
        Output output =
                amtool(List.of("check-config", System.getProperty("tocsin.basedir") + "/conf/alertmanager.yaml"));

        assertThat(output.status()).as(output.text()).isZero();
        assertThat(output.text()).contains("SUCCESS");
    }

    @Test
    void aPrometheusPostsItsAlertsAndTheirEnd() throws Exception {
        needs(PROMETHEUS);
        try (TocsinProcess tocsin = tocsin()) {
            Files.writeString(folder.resolve("rules.yml"), """
                    groups:
                      - name: g
                        interval: 1s
                        rules: [{alert: FromPrometheus, expr: vector(1), labels: {team: web}, annotations: {a: b}}]
                    """);
            Files.writeString(folder.resolve("prometheus.yml"), """
                    rule_files: [rules.yml]
                    alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:%d"]}]}]}
                    """.formatted(tocsin.httpPort()));
            Process prometheus = new ProcessBuilder(
                            PROMETHEUS.toString(),
                            "--config.file=" + folder.resolve("prometheus.yml"),
                            "--storage.tsdb.path=" + folder.resolve("prometheus"),
                            // It tells nobody before it has looked up whom to tell; then it says it again.
                            "--rules.alert.resend-delay=1s",
                            "--web.listen-address=127.0.0.1:0")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("prometheus.log").toFile())
                    .start();
            try {
                tocsin.await(
                        "Prometheus' alert",
                        () -> tocsin.get("/api/v2/alerts?receiver=pager").body().contains("\"FromPrometheus\""));
                Files.writeString(folder.resolve("rules.yml"), """
                        groups:
                          - name: g
                            interval: 1s
                            rules: [{alert: FromPrometheus, expr: vector(1) > 1, labels: {team: web}, annotations: {a: b}}]
                        """);
                new ProcessBuilder("kill", "-HUP", Long.toString(prometheus.pid()))
                        .start()
                        .waitFor();
                tocsin.await(
                        "its end", () -> tocsin.get("/api/v2/alerts").body().equals("[]"));
            } finally {
                prometheus.destroy();
                prometheus.waitFor();
            }
        }
    }
}
