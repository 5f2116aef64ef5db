package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server that judges data sets from what is pushed to it. */
class QualityOfSeriesTest {
    private static final long PATIENCE_SECONDS = 120;
    private static final Path RULES = Path.of(System.getProperty("tocsin.basedir", "."), "conf/rules/quality.yaml");

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Tocsin server;

    @BeforeEach
    void start() throws Exception {
        write("""
                datasets:
                  - name: rooms
                    every: 1s
                    severity: critical
                    completeness: {query: count(temperature), expected: 4}
                    freshness: {sample: temperature, max: 1h}
                    coverage: {query: temperature, label: room, expected: [kitchen, cellar, attic, hall]}
                    consistency:
                      assertions:
                        - {name: plausible, query: count(temperature < 60) / count(temperature)}
                """);
        Files.createDirectories(folder.resolve("conf/rules"));
        Files.copy(RULES, folder.resolve("conf/rules/quality.yaml"));
        ConfigFolder configuration = ConfigFolder.of(folder.resolve("conf"));
        Settings settings = Settings.read(
                configuration.settings(),
                Map.of(),
                List.of("http.port=0", "ingest.udp.port=0", "storage.uri=none", "host.enabled=false"));
        server = Tocsin.start(configuration, settings, folder.resolve("data"));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.stop();
    }

    private void write(String datasets) throws IOException {
        Path quality = Files.createDirectories(folder.resolve("conf/quality"));
        Files.writeString(quality.resolve("rooms.yaml"), datasets);
    }

    private HttpResponse<String> ask(String method, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path))
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private void push(String room, double degrees) throws Exception {
        String body = "{\"samples\":[{\"name\":\"temperature\",\"type\":\"gauge\",\"value\":" + degrees
                + ",\"labels\":{\"room\":\"" + room + "\"}}]}";
        assertThat(ask("POST", "/api/v1/samples", body).statusCode()).isEqualTo(200);
    }

    private JsonObject until(String path, Predicate<JsonObject> holds) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            String body = ask("GET", path, "").body();
            JsonObject data = new JsonObject(body).getJsonObject("data");
            if (data != null && holds.test(data)) {
                return data;
            }
            assertThat(System.nanoTime()).as(body).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private static Predicate<JsonObject> is(String state) {
        return data -> data.getString("state").equals(state);
    }

    private static boolean fires(JsonObject data, String alert) {
        return data.getJsonArray("alerts").stream()
                .map(each -> ((JsonObject) each).getJsonObject("labels"))
                .anyMatch(labels -> labels.getString("alertname").equals(alert)
                        && labels.getString("dataset").equals("rooms")
                        && labels.getString("severity").equals("critical"));
    }

    @Test
    void whatIsPushedIsJudgedToldAndBecomesHistory() throws Exception {
        JsonObject before = until("/api/v1/quality/rooms", data -> data.getString("last_judged") != null);
        assertThat(before.getString("state")).isEqualTo("unknown");
        assertThat(before.getValue("score")).isNull();

        push("kitchen", 20);
        push("cellar", 12);
        push("attic", 99);
        JsonObject breached = until("/api/v1/quality/rooms", is("breached"));
        until("/api/v1/alerts", data -> fires(data, "DataIncomplete") && fires(data, "DataUncovered"));

        push("hall", 19);
        push("attic", 25);
        JsonObject well = until("/api/v1/quality/rooms?time_range=10m", is("ok"));
        until("/api/v1/alerts", data -> !fires(data, "DataIncomplete") && !fires(data, "DataUncovered"));

        assertThat(breached.getJsonObject("measures")
                        .getJsonObject("completeness")
                        .getDouble("threshold"))
                .isEqualTo(0.95);
        assertThat(well.getDouble("score")).isEqualTo(1);
        until(
                "/api/v1/quality/rooms?time_range=10m",
                data -> data.getJsonObject("history").containsKey("coverage"));
    }

    @Test
    void aFileThatIsWrongChangesNothingAndSaysWhere() throws Exception {
        push("kitchen", 20);
        until("/api/v1/quality/rooms", is("breached"));
        write("""
                datasets:
                  - name: rooms
                    freshness: {sql: select 1, server: nowhere}
                """);

        HttpResponse<String> refused = ask("POST", "/-/reload", "");

        assertThat(refused.statusCode()).isNotEqualTo(200);
        assertThat(refused.body()).contains("quality/rooms.yaml:3", "no server of postgres.yaml is called \"nowhere\"");
        until("/api/v1/quality/rooms", is("breached"));

        write("datasets: [{name: attic, freshness: {sample: temperature}}]\n");
        assertThat(ask("POST", "/-/reload", "").statusCode()).isEqualTo(200);
        until("/api/v1/quality/attic", is("ok"));
        assertThat(ask("GET", "/api/v1/quality/rooms", "").statusCode()).isEqualTo(404);
    }
}
