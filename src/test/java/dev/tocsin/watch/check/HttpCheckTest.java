package dev.tocsin.watch.check;

import static dev.tocsin.watch.check.CheckRig.check;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.tocsin.core.Regex;
import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.CheckStatus;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpCheckTest {
    private final CheckRig rig = new CheckRig();
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private static ProbeSpec.Http get(String url) {
        return new ProbeSpec.Http(
                URI.create(url), "GET", Map.of(), "", List.of(), "", null, Map.of(), Map.of(), 3, 100_000, 0, true);
    }

    private static ProbeSpec.Http holding(String url, String contains, String matches, Map<String, String> json) {
        return new ProbeSpec.Http(
                URI.create(url),
                "GET",
                Map.of(),
                "",
                List.of(),
                contains,
                matches.isEmpty() ? null : Pattern.compile(matches),
                json,
                Map.of(),
                3,
                100_000,
                0,
                true);
    }

    private String shop() throws Exception {
        int port = rig.vertx
                .createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await(60, TimeUnit.SECONDS)
                .actualPort();
        return "http://127.0.0.1:" + port;
    }

    private void answer(HttpServerRequest request) {
        asked.add(request.method() + " " + request.uri() + " " + request.getHeader("X-Key"));
        switch (request.path()) {
            case "/health" ->
                request.response()
                        .putHeader("Content-Type", "application/json")
                        .end("{\"status\":\"healthy\",\"checks\":[{\"up\":true}]}");
            case "/moved" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "/health")
                        .end();
            case "/circle" ->
                request.response()
                        .setStatusCode(301)
                        .putHeader("Location", "/circle")
                        .end();
            default -> request.response().setStatusCode(503).end("no\u0007 stock");
        }
    }

    @Test
    void anAnswerThatIsAsItShouldBeIsUpWithItsPhases() throws Exception {
        String shop = shop();
        rig.run(check(
                "shop",
                holding(
                        shop + "/health?a=b",
                        "healthy",
                        "h[a-z]+y",
                        Map.of("/status", "healthy", "/checks/0/up", "true"))));

        CheckStatus view = rig.until("shop", found -> found.state() == CheckState.UP);
        assertThat(view.last().message()).isEqualTo("HTTP 200");
        rig.until("shop", found -> rig.value("check_up", "shop") != null);
        assertThat(rig.value("check_up", "shop", "kind", "http", "severity", "critical", "team", "shop"))
                .isEqualTo(1.0);
        assertThat(rig.value("check_state", "shop", "state", "up")).isEqualTo(1.0);
        assertThat(rig.value("check_consecutive_failures", "shop")).isEqualTo(0.0);
        assertThat(rig.observed.keySet())
                .contains("check_duration{check=\"shop\", kind=\"http\", severity=\"critical\", team=\"shop\"}")
                .filteredOn(name -> name.startsWith("check_phase_duration"))
                .hasSize(4);
        assertThat(asked).containsExactly("GET /health?a=b null");
        assertThat(rig.registry
                        .get("tocsin.check.runs")
                        .tags("kind", "http", "outcome", "ok")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whatIsWrongIsTold() throws Exception {
        String shop = shop();
        rig.run(
                check("status", get(shop + "/stock")),
                check("text", holding(shop + "/health", "sick", "", Map.of())),
                check("pattern", holding(shop + "/health", "", "v[0-9]", Map.of())),
                check("pointer", holding(shop + "/health", "", "", Map.of("/status", "sick"))),
                check("refused", get("http://127.0.0.1:1/")));

        assertThat(rig.first("status").message()).isEqualTo("HTTP 503: no. stock");
        assertThat(rig.first("text").message()).startsWith("no \"sick\" in: {\"status\"");
        assertThat(rig.first("pattern").message()).startsWith("nothing like v[0-9] in: {");
        assertThat(rig.first("pointer").message()).isEqualTo("/status is healthy, not sick");
        assertThat(rig.first("refused").message()).startsWith("Connection refused");
        for (CheckStatus view : rig.verticle().all()) {
            rig.until(view.name(), found -> found.state() == CheckState.DOWN);
            rig.until(view.name(), found -> Double.valueOf(0).equals(rig.value("check_up", found.name())));
        }
    }

    @Test
    void redirectsAreFollowedSoFar() throws Exception {
        String shop = shop();
        rig.run(check("moved", get(shop + "/moved")), check("circle", get(shop + "/circle")));

        assertThat(rig.first("moved").message()).isEqualTo("HTTP 200");
        assertThat(rig.first("circle").message()).isEqualTo("more than 3 redirects");
    }

    @Test
    void credentialsDoNotGoElsewhere() throws Exception {
        String shop = shop();
        try (RawServer gate = RawServer.answering(
                "HTTP/1.1 302 Found\r\nLocation: " + shop + "/health\r\nContent-Length: 0\r\n\r\n")) {
            ProbeSpec.Http probe = new ProbeSpec.Http(
                    URI.create("http://127.0.0.1:" + gate.port() + "/"),
                    "GET",
                    Map.of("X-Key", "s3cret"),
                    "",
                    List.of(200),
                    "",
                    null,
                    Map.of(),
                    Map.of("Content-Type", Regex.compile("application/.*")),
                    3,
                    100_000,
                    0,
                    true);
            rig.run(check("gate", probe));

            assertThat(rig.first("gate").message()).isEqualTo("HTTP 200");
            assertThat(asked).containsExactly("GET /health null");
        }
    }

    @Test
    void anAnswerThatNeverEndsIsCutOffAtTheTimeout() throws Exception {
        try (RawServer drip = new RawServer((in, out) -> {
            RawServer.readHead(in);
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            untilClosed(in);
        })) {
            rig.run(check("drip", get("http://127.0.0.1:" + drip.port() + "/"), Duration.ofMillis(300)));

            assertThat(rig.first("drip").message()).isEqualTo("no answer within 300ms");
            assertThat(rig.registry
                            .get("tocsin.check.runs")
                            .tags("outcome", "timeout")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    private static void untilClosed(InputStream in) throws java.io.IOException {
        while (in.read() >= 0) {
            // what the client says is of no interest
        }
    }

    @Test
    void ofAGigabyteNoMoreIsReadThanIsAllowed() throws Exception {
        AtomicLong sent = new AtomicLong();
        byte[] noise = new byte[64 << 10];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) (i * 31);
        }
        try (RawServer flood = new RawServer((in, out) -> {
            RawServer.readHead(in);
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (sent.get() < 1_000_000_000L) {
                out.write(noise);
                sent.addAndGet(noise.length);
            }
        })) {
            rig.run(check("flood", get("http://127.0.0.1:" + flood.port() + "/")));

            assertThat(rig.first("flood").message()).startsWith("the answer is longer than 100000 bytes");
            assertThat(sent.get()).isLessThan(100_000_000);
        }
    }

    @Test
    void aBinaryAnswerIsToldInPrintableCharacters() throws Exception {
        StringBuilder binary = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            binary.append((char) (i % 256));
        }
        try (RawServer server = RawServer.answering("HTTP/1.1 500 No\r\nContent-Length: 2000\r\n\r\n" + binary);
                RawServer noHttp = RawServer.answering(binary.toString())) {
            rig.run(
                    check("binary", get("http://127.0.0.1:" + server.port() + "/")),
                    check("no-http", get("http://127.0.0.1:" + noHttp.port() + "/")));

            assertThat(rig.first("binary").message())
                    .startsWith("HTTP 500: ")
                    .hasSizeLessThanOrEqualTo(500)
                    .doesNotContainPattern("[\\p{Cntrl}]");
            assertThat(rig.first("no-http").ok()).isFalse();
        }
    }

    @Test
    void aCertificateIsReadAndMustBeTrustedAndHoldLongEnough() throws Exception {
        SelfSignedCertificate own = SelfSignedCertificate.create("localhost");
        int port = rig.vertx
                .createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(own.keyCertOptions()))
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await(60, TimeUnit.SECONDS)
                .actualPort();
        String url = "https://localhost:" + port + "/health";
        rig.run(check("strict", get(url)), check("lax", lax(url, 1)), check("long", lax(url, 3_000_000)));

        assertThat(rig.first("strict").message()).containsIgnoringCase("cert");
        assertThat(rig.first("lax").message()).isEqualTo("HTTP 200");
        assertThat(rig.first("long").message()).startsWith("the certificate ends in ");
        rig.until("lax", found -> rig.value("check_certificate_expiry_timestamp_seconds", "lax") != null);
        assertThat(rig.observed.keySet())
                .anyMatch(name -> name.contains("check=\"lax\"") && name.contains("phase=\"tls\""));
        assertThat(rig.value("check_certificate_expiry_timestamp_seconds", "lax"))
                .isGreaterThan(System.currentTimeMillis() / 1_000.0);
    }

    @Test
    void whatIsCompressedIsReadAsWhatItSays() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write("all is healthy".getBytes(StandardCharsets.US_ASCII));
        }
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[100_000_000]);
        }
        try (RawServer server = RawServer.answering(gzipped(packed));
                RawServer large = RawServer.answering(gzipped(bomb))) {
            rig.run(
                    check("packed", holding("http://127.0.0.1:" + server.port() + "/", "all is healthy", "", Map.of())),
                    check("bomb", get("http://127.0.0.1:" + large.port() + "/")));

            assertThat(rig.first("packed").message()).isEqualTo("HTTP 200");
            assertThat(rig.first("bomb").ok()).isFalse();
        }
    }

    private static String gzipped(ByteArrayOutputStream body) {
        return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + body.size() + "\r\n\r\n"
                + body.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void anAnswerThatBreaksOffIsAFailureAndOneThatEndsWithItsConnectionIsWhole() throws Exception {
        try (RawServer torn = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                RawServer plain = RawServer.answering("HTTP/1.0 200 OK\r\n\r\nwhole");
                RawServer waiting =
                        RawServer.answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")) {
            rig.run(
                    check("torn", get("http://127.0.0.1:" + torn.port() + "/")),
                    check("plain", holding("http://127.0.0.1:" + plain.port() + "/", "whole", "", Map.of())),
                    check("waiting", get("http://127.0.0.1:" + waiting.port() + "/")));

            assertThat(rig.first("torn").ok()).isFalse();
            assertThat(rig.first("plain").message()).isEqualTo("HTTP 200");
            assertThat(rig.first("waiting").message()).isEqualTo("HTTP 204");
        }
    }

    private static ProbeSpec.Http lax(String url, int days) {
        return new ProbeSpec.Http(
                URI.create(url), "GET", Map.of(), "", List.of(), "", null, Map.of(), Map.of(), 3, 100_000, days, false);
    }
}
