package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar at ticks of other lengths than a second, through real sockets. Nothing is asserted of speed. */
class ShortTickIT {
    private final LinkedBlockingQueue<JsonObject> calls = new LinkedBlockingQueue<>();
    private HttpServer receiver;

    @TempDir
    private Path folder;

    @BeforeEach
    void receive() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", exchange -> {
            calls.add(new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void end() {
        receiver.stop(0);
    }

    private void configure(String tick, String interval) throws Exception {
        Path conf = Files.createDirectories(folder.resolve("conf/rules")).getParent();
        Files.writeString(conf.resolve("tocsin.yaml"), "tick: " + tick + "\n");
        Files.writeString(conf.resolve("rules/api.yaml"), """
                groups:
                  - name: api
                    interval: %s
                    rules:
                      - alert: ApiSlow
                        expr: api_load_p99 > 200
                """.formatted(interval));
        Files.writeString(conf.resolve("alertmanager.yaml"), """
                route: {receiver: me, group_wait: 0s, group_interval: 1s}
                receivers:
                  - name: me
                    webhook_configs: [{url: "http://127.0.0.1:%d/hook"}]
                """.formatted(
                        receiver.getAddress().getPort()));
    }

    private Instant firedAt(TocsinProcess tocsin) throws Exception {
        tocsin.send("api.load:350|ms|#route:/login\n");
        JsonObject firing = calls.poll(30, TimeUnit.SECONDS);
        assertThat(firing).as("webhook called").isNotNull();
        assertThat(firing.getString("status")).isEqualTo("firing");
        return Instant.parse(firing.getJsonArray("alerts").getJsonObject(0).getString("startsAt"));
    }

    @Test
    void aTenthOfASecondIsEnoughToBeToldAndTheEndIsToldWhenThePercentilesWindowHasPassed() throws Exception {
        configure("100ms", "100ms");
        try (TocsinProcess tocsin = TocsinProcess.run(folder).awaitReady()) {
            assertThat(tocsin.get("/api/v1/status/runtimeinfo").body()).contains("\"tick\":\"100ms\"");

            Instant fired = firedAt(tocsin);

            assertThat(fired.toEpochMilli() % 100).isZero();
            tocsin.await(
                    "own metrics and the host's are series",
                    () -> tocsin.query("host_load1 and on () tocsin_series_limit")
                            .contains("host_load1"));
            // Held without data, by default: a percentile without samples is no all-clear.
            tocsin.await(
                    "no data after the window",
                    () -> tocsin.get("/api/v1/alerts").body().contains("noDataSince"));
            assertThat(tocsin.get("/health").body()).contains("\"ticks\":{\"status\":\"healthy\"");
        }
    }

    @Test
    void tenSecondsAreWholeTicks() throws Exception {
        configure("10s", "10s");
        try (TocsinProcess tocsin = TocsinProcess.run(folder).awaitReady()) {
            assertThat(firedAt(tocsin).toEpochMilli() % 10_000).isZero();
            assertThat(tocsin.get("/health").body()).contains("\"ticks\":{\"status\":\"healthy\"");
        }
    }

    @Test
    void anIntervalShorterThanTheTickIsRefusedWithFileLineAndRange() throws Exception {
        configure("1s", "500ms");
        try (TocsinProcess tocsin = TocsinProcess.run(folder)) {
            assertThat(tocsin.exitCode()).isEqualTo(1);
            assertThat(tocsin.output())
                    .contains("api.yaml:3: groups[0].interval: expected 1s, the length of a tick, or longer");
        }
    }
}
