package dev.tocsin.web;

import static dev.tocsin.web.TestServer.await;
import static dev.tocsin.web.TestServer.say;
import static dev.tocsin.web.TestServer.untilClosed;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpVerticleTest {
    /** Requests whose header came in. */
    private static final AtomicInteger REQUESTS = new AtomicInteger();

    private static final String LONG_TEXT = "a line that repeats itself\n".repeat(200);

    private TestServer server;

    @BeforeEach
    void start() {
        REQUESTS.set(0);
        server = TestServer.serving(
                HttpSettings.DEFAULT,
                List.of(HttpVerticleTest::routes),
                PageFiles.of(Map.of(
                        "index.html", "<!doctype html><title>Tocsin</title>".getBytes(StandardCharsets.UTF_8),
                        "js/app.js", LONG_TEXT.getBytes(StandardCharsets.UTF_8))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void routes(Router router) {
        router.route().handler(ctx -> {
            REQUESTS.incrementAndGet();
            ctx.next();
        });
        router.get("/api/v1/long").handler(ctx -> Replies.success(ctx, LONG_TEXT));
        router.post("/api/v1/echo")
                .handler(BodyHandler.create(false).setBodyLimit(8 << 20))
                .handler(ctx -> Replies.send(ctx, 200, "text/plain", ctx.body().buffer()));
        router.get("/api/v1/text").handler(ctx -> Replies.success(ctx, String.join(",", ctx.queryParam("a"))));
        QueryApi.route(
                router,
                "/api/v1/form",
                ctx -> Replies.success(ctx, QueryApi.parameters(ctx).text("a")));
        router.get("/api/v1/broken").handler(ctx -> {
            throw new IllegalStateException("secret detail");
        });
        router.get("/api/v1/label/:name/values").handler(ctx -> Replies.success(ctx, ctx.pathParam("name")));
    }

    @Test
    void everyAnswerCarriesSecurityHeaders() {
        for (String path : List.of("/", "/api/v1/long", "/api/v1/nothing")) {
            HttpResponse<String> answer = server.get(path);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        }
    }

    @Test
    void nothingAtAPathIsSaidWithWhatThereIs() {
        HttpResponse<String> answer = server.get("/api/v1/nothing");
        assertThat(answer.statusCode()).isEqualTo(404);
        JsonObject body = new JsonObject(answer.body());
        assertThat(body.getString("errorType")).isEqualTo("not_found");
        assertThat(body.getString("error"))
                .isEqualTo("there is nothing at /api/v1/nothing; there is /api/v1/broken /api/v1/echo "
                        + "/api/v1/form /api/v1/label/:name/values /api/v1/long /api/v1/text");
    }

    @Test
    void aMethodThatIsNotThereIsSaidWithThoseThatAre() {
        HttpResponse<String> answer = server.post("/api/v1/label/job/values", "text/plain", "");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET");
        assertThat(new JsonObject(answer.body()).getString("error"))
                .isEqualTo("POST is not allowed at /api/v1/label/job/values, but GET");
    }

    @Test
    void aHandlerThatThrowsTellsTheClientNothingOfIt() {
        HttpResponse<String> answer = server.get("/api/v1/broken");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void longAnswersAreCompressedWhereTheClientTakesIt() throws IOException {
        HttpResponse<byte[]> answer = server.send(
                server.request("/api/v1/long").header("Accept-Encoding", "gzip"),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(answer.body().length).isLessThan(1_000);
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
        assertThat(new JsonObject(Buffer.buffer(plain)).getString("data")).isEqualTo(LONG_TEXT);
        assertThat(server.get("/api/v1/long").headers().firstValue("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void thePageIsServedWithTagsAndAnsweredNotModified() {
        HttpResponse<String> first = server.get("/js/app.js");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).isEqualTo(LONG_TEXT);
        assertThat(first.headers().firstValue("Content-Type")).hasValue("text/javascript; charset=utf-8");
        assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-cache");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> second = server.send(server.request("/js/app.js").header("If-None-Match", tag));
        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
        HttpResponse<String> changed = server.send(server.request("/js/app.js").header("If-None-Match", "\"other\""));
        assertThat(changed.statusCode()).isEqualTo(200);
    }

    @Test
    void thePageIsSentCompressedAsItWasAtStart() throws IOException {
        HttpResponse<byte[]> answer = server.send(
                server.request("/js/app.js").header("Accept-Encoding", "br, gzip;q=0.8"),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes())
                .asString()
                .isEqualTo(LONG_TEXT);
    }

    @Test
    void pathsThatThePageRoutesItselfGetTheIndexButOnlyForBrowsers() {
        HttpResponse<String> browser =
                server.send(server.request("/dashboards/host").header("Accept", "text/html,*/*"));
        assertThat(browser.statusCode()).isEqualTo(200);
        assertThat(browser.body()).contains("<title>Tocsin</title>");
        assertThat(server.get("/dashboards/host").statusCode()).isEqualTo(404);
        assertThat(server.send(server.request("/js/gone.js").header("Accept", "text/html"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.send(server.request("/api/v1/gone").header("Accept", "text/html"))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aPathCannotClimbOutOfThePage() throws IOException {
        for (String path : List.of("/../pom.xml", "/js/%2e%2e/%2e%2e/logging.properties", "/js/..%2fapp.js", "//etc")) {
            try (Socket socket = server.rawSocket()) {
                say(socket, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                assertThat(untilClosed(socket)).startsWith("HTTP/1.1 404");
            }
        }
    }

    @Test
    void headOfThePageHasLengthAndNoBody() {
        HttpResponse<String> answer =
                server.send(server.request("/").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Length")).hasValue("36");
    }

    @Test
    void aBodyDeclaredOverTheLimitIsRefusedBeforeItIsRead() throws IOException {
        try (Socket socket = server.rawSocket()) {
            say(socket, "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\nabc");
            String answer = untilClosed(socket);
            assertThat(answer).startsWith("HTTP/1.1 413").contains("a request body may have 8388608 bytes");
        }
    }

    @Test
    void aBodyOverTheLimitThatDeclaresNothingIsCutOff() throws IOException {
        try (Socket socket = server.rawSocket()) {
            say(socket, "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            StringBuilder answer = new StringBuilder();
            try {
                for (int i = 0; i < 4_096; i++) {
                    say(socket, chunk);
                }
            } catch (IOException closed) {
                // as it should be, before all 256 MiB were taken
                answer.append("closed");
            }
            assertThat(answer.toString()).isEqualTo("closed");
        }
    }

    @Test
    void aRequestLineOverTheLimitIsRefused() throws IOException {
        try (Socket socket = server.rawSocket()) {
            say(socket, "GET /" + "a".repeat(70_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(untilClosed(socket)).startsWith("HTTP/1.0 414");
        }
    }

    @Test
    void headersOverTheLimitAreRefused() throws IOException {
        try (Socket socket = server.rawSocket()) {
            say(socket, "GET / HTTP/1.1\r\nHost: x\r\nCookie: " + "a".repeat(40_000) + "\r\n\r\n");
            assertThat(untilClosed(socket)).startsWith("HTTP/1.1 431");
        }
    }

    @Test
    void garbageIsAnsweredBadRequestAndClosed() throws IOException {
        try (Socket socket = server.rawSocket()) {
            say(socket, "\u0000\u0001\u0002 garbage\r\n\r\n");
            assertThat(untilClosed(socket)).startsWith("HTTP/1.0 400");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPTIONS * HTTP/1.1",
                "GET * HTTP/1.1",
                "GET ?query=1 HTTP/1.1",
                "GET http://elsewhere HTTP/1.1",
                "GET http:// HTTP/1.1",
                "CONNECT elsewhere:80 HTTP/1.1",
                "GET /api/v1/text?a=%zz HTTP/1.1",
                "GET /api/v1/text?a=%C3%28 HTTP/1.1",
                "GET /%zz HTTP/1.1",
                "GET /%00 HTTP/1.1",
                "GET /api/v1/label/%2F%zz/values HTTP/1.1",
                "BREW / HTTP/1.1",
                "GET / HTTP/9.9",
                "GET / HTTP/1.1\r\nContent-Length: -5",
                "GET / HTTP/1.1\r\nContent-Length: 5x",
                "GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6",
                "POST /api/v1/echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5",
                "POST /api/v1/form HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3",
                "POST /api/v1/form HTTP/1.1\r\nContent-Type: multipart/form-data\r\nContent-Length: 3",
                "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13",
                "GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: x",
                "PRI * HTTP/2.0",
            })
    void oddRequestsAreAnsweredOrClosedAndBlamedOnTheClient(String request) throws IOException {
        try (Socket socket = server.rawSocket()) {
            say(socket, request + "\r\nHost: x\r\nConnection: close\r\n\r\n%zz");
            String answer = untilClosed(socket);
            assertThat(answer).matches("(?s)|HTTP/\\d\\.\\d ([24]\\d\\d|501) .*");
        }
        assertThat(server.get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void halfAHeaderIsClosedWhenItsTimeIsUp() throws IOException {
        try (Socket socket = server.rawSocket()) {
            say(socket, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: a");
            // Its time runs from when the server has it.
            await(() -> server.meters.get("tocsin.http.connections").gauge().value() == 1);
            assertThat(server.get("/").statusCode()).isEqualTo(200);
            server.clock.advance(Duration.ofSeconds(31));
            assertThat(untilClosed(socket)).isEmpty();
            assertThat(closed("too_slow")).isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void aBodyThatDripsIsClosedWhenItsTimeIsUp() throws IOException {
        try (Socket socket = server.rawSocket()) {
            say(socket, "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc");
            await(() -> REQUESTS.get() == 1);
            assertThat(server.get("/").statusCode()).isEqualTo(200);
            server.clock.advance(Duration.ofSeconds(31));
            assertThat(untilClosed(socket)).isEmpty();
        }
    }

    @Test
    void connectionsOverTheLimitAreClosedAtOnce() throws IOException {
        server.close();
        HttpSettings few = new HttpSettings(
                "127.0.0.1",
                0,
                1,
                8 << 20,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(150),
                2,
                new Auth.Unset());
        server = TestServer.serving(few, List.of(HttpVerticleTest::routes), PageFiles.of(Map.of()));
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                open.add(server.rawSocket());
                say(open.get(i), "GET /api/v1/label/job/values HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(open.get(i).getInputStream().read()).isEqualTo('H');
            }
            try (Socket third = server.rawSocket()) {
                assertThat(third.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(closed("too_many")).isEqualTo(1);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void severalInstancesShareOneFreePort() {
        server.close();
        HttpSettings two = new HttpSettings(
                "127.0.0.1",
                0,
                2,
                8 << 20,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(150),
                100,
                new Auth.Unset());
        server = TestServer.serving(two, List.of(HttpVerticleTest::routes), PageFiles.of(Map.of()));
        assertThat(server.port()).isPositive();
        assertThat(server.get("/api/v1/label/job/values").body()).contains("job");
    }

    @Test
    void aPageOfAnotherSiteMayNotChangeAnything() {
        HttpResponse<String> answer = server.send(server.request("/api/v1/echo")
                .header("Sec-Fetch-Site", "cross-site")
                .POST(HttpRequest.BodyPublishers.ofString("x")));
        assertThat(answer.statusCode()).isEqualTo(403);
    }

    private double closed(String reason) {
        return server.meters
                .get("tocsin.http.connections.closed")
                .tag("reason", reason)
                .counter()
                .count();
    }
}
