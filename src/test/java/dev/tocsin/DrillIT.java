package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drills and heartbeats through the packaged jar, real sockets and real webhook receivers. */
class DrillIT {
    @TempDir
    private Path folder;

    private final LinkedBlockingQueue<JsonObject> told = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<JsonObject> alarms = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<JsonObject> heartbeats = new LinkedBlockingQueue<>();
    private volatile int answer = 200;
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receive("/told", told);
        receive("/alarm", alarms);
        receive("/heartbeat", heartbeats);
        server.start();
        Path conf = Files.createDirectories(folder.resolve("conf"));
        int port = server.getAddress().getPort();
        Files.writeString(conf.resolve("alertmanager.yaml"), """
                route: {receiver: page-only}
                dead_mans_switch: {url: "http://127.0.0.1:%d/heartbeat", every: 1s}
                drill: {receiver: chat, alarm_receiver: alarm, within: 20s}
                receivers:
                  - name: page-only
                  - {name: chat, webhook_configs: [{url: "http://127.0.0.1:%d/told"}]}
                  - {name: alarm, webhook_configs: [{url: "http://127.0.0.1:%d/alarm"}]}
                """.formatted(port, port, port));
    }

    private void receive(String path, LinkedBlockingQueue<JsonObject> into) {
        server.createContext(path, exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            into.add(new JsonObject(body));
            exchange.sendResponseHeaders(path.equals("/told") ? answer : 200, -1);
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static JsonObject next(LinkedBlockingQueue<JsonObject> calls) throws InterruptedException {
        JsonObject call = calls.poll(TocsinProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(call).as("a call").isNotNull();
        return call;
    }

    @Test
    void aDrillGoesAllTheWayAndSaysHowLongEachLegTookAndOneThatDoesNotArriveRaisesAnAlarm() throws Exception {
        try (TocsinProcess tocsin = TocsinProcess.run(folder).awaitReady()) {
            for (int i = 0; i < 3; i++) {
                assertThat(next(heartbeats).getString("status")).isEqualTo("firing");
            }

            AtomicReference<JsonObject> report = new AtomicReference<>();
            // More than one where the machine stands still for longer than a drill may take.
            tocsin.await("a drill that arrives", () -> {
                HttpResponse<String> answered = tocsin.post("/api/v1/drill", "");
                report.set(new JsonObject(answered.body()).getJsonObject("data"));
                return answered.statusCode() == 200;
            });
            JsonObject data = report.get();
            assertThat(data.getBoolean("arrived")).isTrue();
            assertThat(data.getLong("packetToTickMillis")).isNotNegative();
            assertThat(data.getLong("tickToClosedMillis")).isNotNegative();
            assertThat(data.getLong("closedToJudgedMillis")).isNotNegative();
            assertThat(data.getLong("judgedToGroupedMillis")).isNotNegative();
            JsonObject answered = data.getJsonArray("told").getJsonObject(0);
            assertThat(answered.getString("integration")).isEqualTo("chat/webhook[0]");
            assertThat(answered.getLong("groupedToAnsweredMillis")).isNotNegative();
            assertThat(told).anySatisfy(call -> {
                JsonObject alert = call.getJsonArray("alerts").getJsonObject(0);
                assertThat(alert.getJsonObject("labels").getString("drill")).isEqualTo("true");
                assertThat(alert.getJsonObject("labels").getString("drill_number"))
                        .isEqualTo(String.valueOf(data.getLong("drill")));
            });

            answer = 400;
            tocsin.await(
                    "a drill that is refused",
                    () -> tocsin.post("/api/v1/drill", "").statusCode() == 504);
            JsonObject alarm = next(alarms).getJsonArray("alerts").getJsonObject(0);
            assertThat(alarm.getJsonObject("labels").getString("alertname")).isEqualTo("DrillFailed");
            assertThat(alarm.getJsonObject("annotations").getString("summary")).startsWith("The drill of ");
        }
    }
}
