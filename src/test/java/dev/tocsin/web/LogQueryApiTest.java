package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.log.LogQueries;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogQueryApiTest {
    private final AtomicReference<LogQueries.Asked> asked = new AtomicReference<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final LogQueries queries = what -> {
        asked.set(what);
        if (what.text().startsWith("bad")) {
            throw new LogQueries.RefusedException("line 1, column 1: no");
        }
        return (isOver, progress) -> {
            progress.accept(new LogQueries.Progress(0, 1, 5, 10, 2, 1));
            begun.countDown();
            while (what.text().startsWith("forever") && !isOver.getAsBoolean()) {
                Thread.onSpinWait();
            }
            ended.countDown();
            return new LogQueries.Answer(
                    List.of("@timestamp", "n", "x"),
                    List.of(Arrays.asList(Instant.parse("2026-11-21T10:00:00Z"), 2.0, null)),
                    new LogQueries.Progress(1, 1, 10, 10, 4, 2),
                    null);
        };
    };
    private final TestServer server = new TestServer();

    {
        QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
        server.start(HttpSettings.DEFAULT, List.of(new LogQueryApi(queries, pool)::mount), PageFiles.of(Map.of()));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void answersWithTheResultAlone() {
        JsonObject answer = new JsonObject(server.post(
                        "/api/v1/logs/query?start=100&end=200&source=a&source=b&max_bytes=77", "text/plain", "limit 1")
                .body());

        assertThat(asked.get()).isEqualTo(new LogQueries.Asked("limit 1", 100_000, 200_000, List.of("a", "b"), 77));
        assertThat(answer.getString("status")).isEqualTo("success");
        assertThat(answer.getJsonObject("data").getJsonArray("rows").encode())
                .isEqualTo("[[\"2026-11-21T10:00:00Z\",2,null]]");
        assertThat(answer.getJsonObject("data").getJsonObject("progress").getLong("bytes"))
                .isEqualTo(10);
    }

    @Test
    void takesJsonAsWell() {
        server.post(
                "/api/v1/logs/query",
                "application/json",
                "{\"query\":\"limit 1\",\"start\":100.5,\"end\":\"2026-11-21T10:00:00Z\",\"source\":[\"a\"]}");

        assertThat(asked.get().fromMillis()).isEqualTo(100_500);
        assertThat(asked.get().toMillis())
                .isEqualTo(Instant.parse("2026-11-21T10:00:00Z").toEpochMilli());
        assertThat(asked.get().sources()).containsExactly("a");
        assertThat(server.post("/api/v1/logs/query", "application/json", "{\"qery\":\"x\"}")
                        .body())
                .contains("unknown key \\\"qery\\\"");
    }

    private String stream(String accept) {
        return server.send(server.request("/api/v1/logs/query")
                        .header("Accept", accept)
                        .POST(HttpRequest.BodyPublishers.ofString("limit 1")))
                .body();
    }

    @Test
    void streamsItsProgressAsEventsOrLines() {
        assertThat(stream("text/event-stream"))
                .contains("event: progress\ndata: {\"files\":0")
                .contains("event: result\ndata: {\"columns\":");
        assertThat(stream("application/x-ndjson").lines().toList()).hasSize(2).satisfies(lines -> {
            assertThat(new JsonObject(lines.get(0)).containsKey("progress")).isTrue();
            assertThat(new JsonObject(lines.get(1)).containsKey("result")).isTrue();
        });
    }

    @Test
    void aRefusalPointsAtThePlace() {
        assertThat(server.post("/api/v1/logs/query", "text/plain", "bad"))
                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(400))
                .satisfies(answer -> assertThat(answer.body()).contains("line 1, column 1: no"));
        assertThat(server.post("/api/v1/logs/query", "text/plain", "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aClientThatGoesEndsItsQuery() throws Exception {
        try (Socket socket = server.rawSocket()) {
            TestServer.say(
                    socket,
                    "POST /api/v1/logs/query HTTP/1.1\r\nHost: x\r\nAccept: application/x-ndjson\r\n"
                            + "Content-Length: 7\r\n\r\nforever");
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
