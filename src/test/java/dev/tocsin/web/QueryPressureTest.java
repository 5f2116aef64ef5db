package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Queries that are long, many or large, and those beside them. */
class QueryPressureTest extends QueryFixture {
    @Test
    void longAnswersAreCompressed() {
        HttpResponse<byte[]> answer = server.send(
                server.request("/api/v1/query_range?query=up&start=1732165000&end=1732165200&step=1")
                        .header("Accept-Encoding", "gzip"),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(answer.body()).startsWith(0x1f, 0x8b);
    }

    @Test
    void queriesOverTheQueueAreToldToComeAgain() {
        server.close();
        serve(new QueryBounds(1, 1, Duration.ofSeconds(30), Duration.ofMinutes(2), 100, 1 << 20, 1 << 30));
        CountDownLatch gate = source.hold();
        CompletableFuture<HttpResponse<String>> first = async("/api/v1/query?query=up");
        CompletableFuture<HttpResponse<String>> second = async("/api/v1/query?query=up");
        await(() -> server.meters.get("tocsin.queries.running").gauge().value() == 2);
        HttpResponse<String> third = server.get("/api/v1/query?query=up");
        assertThat(third.statusCode()).isEqualTo(503);
        assertThat(third.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(new JsonObject(third.body()).getString("errorType")).isEqualTo("unavailable");
        gate.countDown();
        assertThat(first.join().statusCode()).isEqualTo(200);
        assertThat(second.join().statusCode()).isEqualTo(200);
        assertThat(queries("query", "rejected")).isEqualTo(1);
    }

    @Test
    void aQueryThatTakesTooLongIsTimedOut() {
        CountDownLatch gate = source.hold();
        CompletableFuture<HttpResponse<String>> slow = async("/api/v1/query?query=up%20%2B%20up&timeout=5s");
        await(() -> source.selections.get() == 1);
        server.clock.advance(Duration.ofSeconds(5));
        gate.countDown();
        assertThat(slow.join().statusCode()).isEqualTo(503);
        JsonObject body = new JsonObject(slow.join().body());
        assertThat(body.getString("errorType")).isEqualTo("timeout");
        assertThat(body.getString("error")).isEqualTo("query timed out in query execution");
        assertThat(queries("query", "timeout")).isEqualTo(1);
    }

    @Test
    void aQueryWhoseClientHasGoneIsCancelled() throws IOException {
        CountDownLatch gate = source.hold();
        try (Socket socket = server.rawSocket()) {
            TestServer.say(socket, "GET /api/v1/query?query=up HTTP/1.1\r\nHost: x\r\n\r\n");
            await(() -> source.selections.get() == 1);
        }
        await(() -> server.meters.get("tocsin.http.connections").gauge().value() == 0);
        // The query's own end was seen to, not only its connection's.
        await(() -> server.meters.find("tocsin.http.requests").counter() != null);
        gate.countDown();
        await(() -> queries("query", "canceled") == 1);
    }

    @Test
    void anAnswerThatWouldBeTooLongIsAnError() {
        server.close();
        serve(new QueryBounds(1, 1, Duration.ofSeconds(30), Duration.ofMinutes(2), 100, 1_024, 1 << 30));
        HttpResponse<String> answer = server.get("/api/v1/query_range?query=up&start=1732165100&end=1732165200&step=1");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("longer than 1024 bytes");
    }

    @Test
    void aQueryThatAsksForMoreMemoryThanThereIsHurtsNoOther() {
        server.close();
        serve(new QueryBounds(2, 2, Duration.ofSeconds(30), Duration.ofMinutes(2), 100, 1 << 20, 100_000));
        HttpResponse<String> large = server.get("/api/v1/query_range?query=1&start=0&end=11000&step=1");
        assertThat(large.statusCode()).isEqualTo(422);
        assertThat(large.body()).contains("more than the 100000 bytes that all queries may");
        assertThat(server.get("/api/v1/query?query=up").statusCode()).isEqualTo(200);
        assertThat(server.meters.get("tocsin.queries.memory").gauge().value()).isZero();
        assertThat(server.meters
                        .get("tocsin.queries.memory.refused")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aQueryForWhichOthersLeaveNoMemoryIsToldToComeAgain() {
        server.close();
        serve(new QueryBounds(2, 2, Duration.ofSeconds(30), Duration.ofMinutes(2), 100, 1 << 20, 1_100_000));
        CountDownLatch gate = source.hold();
        // Four vectors of 11,000 values, some 100 kB each, are held while the look-up of the fifth waits.
        String range = "&start=0&end=11000&step=1";
        CompletableFuture<HttpResponse<String>> first = async("/api/v1/query_range?query="
                + URLEncoder.encode("vector(1) or vector(2) or vector(3) or vector(4) or up", StandardCharsets.UTF_8)
                + range);
        await(() -> source.selections.get() == 1);
        HttpResponse<String> second = server.get("/api/v1/query_range?query=vector(1)" + range);
        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(new JsonObject(second.body()).getString("errorType")).isEqualTo("unavailable");
        gate.countDown();
        first.join();
        assertThat(server.meters.get("tocsin.queries.memory").gauge().value()).isZero();
        assertThat(server.get("/api/v1/query_range?query=vector(1)" + range).statusCode())
                .isEqualTo(200);
    }

    private CompletableFuture<HttpResponse<String>> async(String path) {
        HttpRequest.Builder request = server.request(path);
        return CompletableFuture.supplyAsync(() -> server.send(request), Thread::startVirtualThread);
    }

    private double queries(String handler, String outcome) {
        var counter = server.meters
                .find("tocsin.queries")
                .tag("handler", handler)
                .tag("outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        TestServer.await(condition);
    }
}
