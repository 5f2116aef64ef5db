package dev.tocsin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleSink;
import dev.tocsin.ingest.Accounting.Totals;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class InfluxWritesTest {
    /** Held, so that its level stays: the lines that these tests send are bad on purpose. */
    private static final Logger BAD_LINES = Logger.getLogger("dev.tocsin.ingest.BadLineLog");

    private static final Logger INTAKE = Logger.getLogger("dev.tocsin.ingest.Intake");

    private final RecordingSink sink = new RecordingSink();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpLoops loops;
    private int port;

    private void start(HttpIngestSettings settings, SampleSink target, int chunkBytes) {
        loops = new HttpLoops(settings, () -> target, new ManualClock(1_000), registry);
        Router router = Router.router(vertx);
        new InfluxWrites(loops).mount(router);
        new HttpSamples(loops).mount(router);
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setMaxChunkSize(chunkBytes))
                .requestHandler(router);
        port = server.listen(0, "127.0.0.1").await().actualPort();
    }

    private void start() {
        start(HttpIngestSettings.DEFAULT, sink, 64 << 10);
    }

    @BeforeAll
    static void quiet() {
        BAD_LINES.setLevel(Level.SEVERE);
        INTAKE.setLevel(Level.OFF);
    }

    @AfterEach
    void close() {
        client.close();
        vertx.close().await();
    }

    private HttpResponse<String> post(String target, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String target, String body) throws Exception {
        return post(target, body.getBytes(StandardCharsets.UTF_8));
    }

    private Totals totals() {
        return loops.accounting().getFirst().totals();
    }

    private static byte[] gzip(String plain) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(plain.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/write?db=telegraf&rp=autogen&u=a&p=b", "/api/v2/write?org=o&bucket=b&precision=ns"})
    void takesWhatTelegrafSends(String target) throws Exception {
        start();
        HttpResponse<String> response = post(target, """
                cpu,cpu=cpu-total,host=web1 usage_idle=98.5,usage_user=1.5 1732165200000000000
                disk,host=web1,path=/mnt/my\\ disk used=12i,mode="rw" 1732165200000000000
                """);

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("X-Influxdb-Version")).isPresent();
        assertThat(sink.rows())
                .containsExactly(
                        "gauge cpu_usage_idle 98.5 #cpu:cpu-total,host:web1 @1732165200000",
                        "gauge cpu_usage_user 1.5 #cpu:cpu-total,host:web1 @1732165200000",
                        "gauge disk_used 12.0 #host:web1,path:/mnt/my disk @1732165200000");
        assertThat(totals()).isEqualTo(new Totals(3, 3, 0, 0));
        assertThat(registry.get("tocsin.samples.accepted")
                        .tags("protocol", "influx", "socket", "http-0")
                        .functionCounter()
                        .count())
                .isEqualTo(3);
        assertThat(registry.get("tocsin.wire.unknown.fields")
                        .tags("field", "string", "socket", "http-0")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void takesTheGoodLinesAndTellsOfTheBadInInfluxDbsWords() throws Exception {
        start();
        String body = "a v=1\nb\nrefused v=1\nc v=2,w=x\nd v=3";

        HttpResponse<String> one = post("/write?db=x", body);
        assertThat(one.statusCode()).isEqualTo(400);
        String message = "partial write: unable to parse 'b': missing fields\n"
                + "unable to parse 'c v=2,w=x': invalid number\n"
                + "field type conflict: the name is already that of a metric that is no gauge dropped=3";
        assertThat(new JsonObject(one.body())).isEqualTo(new JsonObject().put("error", message));
        assertThat(one.headers().firstValue("X-Influxdb-Error")).contains(message.replace('\n', ' '));
        assertThat(sink.rows()).containsExactly("gauge a_v 1.0", "gauge d_v 3.0");
        assertThat(totals()).isEqualTo(new Totals(5, 2, 3, 0));

        HttpResponse<String> two = post("/api/v2/write?bucket=x", body);
        assertThat(two.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(two.body()))
                .isEqualTo(new JsonObject().put("code", "invalid").put("message", message));
    }

    @Test
    void tellsOfNothingButTheLinesWhereNoneCouldBeRead() throws Exception {
        start();
        assertThat(new JsonObject(post("/write", "nonsense").body()).getString("error"))
                .isEqualTo("unable to parse 'nonsense': missing fields");
        String many = new JsonObject(post("/write", "x\n".repeat(50)).body()).getString("error");
        assertThat(many.lines()).hasSize(11).last().isEqualTo("and 40 more lines");
        String longLine = new JsonObject(post("/write", "x".repeat(60_000)).body()).getString("error");
        assertThat(longLine).hasSizeLessThan(400).endsWith("…': missing fields");
        assertThat(post("/write", "").statusCode()).isEqualTo(204);
        assertThat(post("/write", "# nothing\n").statusCode()).isEqualTo(204);
    }

    @Test
    void aTimeOutsideTheHotWindowIsBeyondTheRetentionPolicy() throws Exception {
        start(
                HttpIngestSettings.DEFAULT,
                (batch, now) -> {
                    for (int row = 0; row < batch.size(); row++) {
                        batch.reject(row, Rejection.BAD_TIMESTAMP);
                    }
                },
                8_192);
        assertThat(new JsonObject(post("/write?precision=s", "a v=1 1").body()).getString("error"))
                .isEqualTo("partial write: points beyond retention policy dropped=1");
    }

    @Test
    void asksForSamplesAgainThatThereWasNoRoomFor() throws Exception {
        start(HttpIngestSettings.DEFAULT, (batch, now) -> batch.reject(0, Rejection.OVERLOADED), 8_192);
        HttpResponse<String> response = post("/write", "a v=1");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo("partial write: overloaded dropped=1");
    }

    @Test
    void honoursThePrecisionAndRefusesAnUnknownOne() throws Exception {
        start();
        for (String unit : List.of("n", "u", "%C2%B5", "ms", "s", "m", "h", "us", "ns")) {
            assertThat(post("/write?precision=" + unit, "a v=1 7200000000").statusCode())
                    .as(unit)
                    .isEqualTo(204);
        }
        assertThat(sink.rows())
                .extracting(row -> row.substring(row.indexOf('@') + 1))
                .containsExactly(
                        "7200",
                        "7200000",
                        "7200000",
                        "7200000000",
                        "7200000000000",
                        "432000000000000",
                        "25920000000000000",
                        "7200000",
                        "7200");
        HttpResponse<String> wrong = post("/api/v2/write?precision=min", "a v=1");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(wrong.body()).getString("message")).startsWith("invalid precision");
    }

    @Test
    void takesGzip() throws Exception {
        start();
        String lines = "a,t=x\\ y v=1\n".repeat(20_000);
        assertThat(post("/write", gzip(lines), "Content-Encoding", "gzip").statusCode())
                .isEqualTo(204);
        assertThat(totals()).isEqualTo(new Totals(20_000, 20_000, 0, 0));

        byte[] cut = java.util.Arrays.copyOf(gzip(lines), 100);
        assertThat(post("/write", cut, "Content-Encoding", "gzip").statusCode()).isEqualTo(400);
        assertThat(post("/write", new byte[] {1, 2, 3}, "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/write", lines.getBytes(StandardCharsets.UTF_8), "Content-Encoding", "br")
                        .statusCode())
                .isEqualTo(415);
        assertThat(totals().isBalanced()).isTrue();
        assertThat(loops.budget().heldBytes()).isZero();
    }

    @Test
    void refusesABodyThatIsTooLarge() throws Exception {
        start(new HttpIngestSettings(100_000, 200_000, 1 << 20), sink, 8_192);
        byte[] large = "a v=1\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> declared = post("/api/v2/write", large);
        assertThat(declared.statusCode()).isEqualTo(413);
        assertThat(new JsonObject(declared.body()).getString("code")).isEqualTo("request too large");
        assertThat(sink.rows()).isEmpty();

        HttpRequest chunked = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/write"))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                .build();
        HttpResponse<String> undeclared = client.send(chunked, HttpResponse.BodyHandlers.ofString());
        assertThat(undeclared.statusCode()).isEqualTo(413);
        assertThat(new JsonObject(undeclared.body()).getString("error")).contains("100000 bytes");

        HttpResponse<String> inflated = post("/write", gzip("a v=1\n".repeat(50_000)), "Content-Encoding", "gzip");
        assertThat(inflated.statusCode()).isEqualTo(413);
        assertThat(totals().isBalanced()).isTrue();
        assertThat(totals().rejected()).isEqualTo(3);
        assertThat(loops.budget().heldBytes()).isZero();
    }

    @Test
    void passesOverALineThatIsTooLongAndTakesTheOthers() throws Exception {
        start(HttpIngestSettings.DEFAULT, sink, 8_192);
        String tooLong = "x".repeat(200_000) + " v=1";
        HttpResponse<String> response = post("/write", "a v=1\n" + tooLong + "\nb v=2\n");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getString("error"))
                .contains("a line may have 65536 bytes")
                .endsWith("dropped=1");
        assertThat(sink.rows()).containsExactly("gauge a_v 1.0", "gauge b_v 2.0");
        assertThat(totals()).isEqualTo(new Totals(3, 2, 1, 0));
        assertThat(loops.budget().heldBytes()).isZero();
    }

    @Test
    void takesLinesBeforeTheBodyIsWhole() throws Exception {
        start();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String head = "POST /write HTTP/1.1\r\nHost: x\r\nContent-Length: 18\r\n\r\n";
            socket.getOutputStream().write((head + "a v=1\nb v=").getBytes(StandardCharsets.US_ASCII));
            assertThat(sink.await(1)).containsExactly("gauge a_v 1.0");
            socket.getOutputStream().write("2\nc v=3\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(sink.await(3)).endsWith("gauge b_v 2.0", "gauge c_v 3.0");
            assertThat(line(socket.getInputStream())).isEqualTo("HTTP/1.1 204 No Content");
        }
    }

    @Test
    void keepsNothingOfAConnectionThatBreaks() throws Exception {
        start();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String head = "POST /write HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n";
            socket.getOutputStream().write((head + "a v=1\nb v=").getBytes(StandardCharsets.US_ASCII));
            sink.await(1);
        }
        while (loops.budget().heldBytes() > 0) {
            Thread.onSpinWait();
        }
        assertThat(post("/write", "c v=3").statusCode()).isEqualTo(204);
        assertThat(sink.rows()).containsExactly("gauge a_v 1.0", "gauge c_v 3.0");
    }

    @Test
    void survivesNulAndBytesThatAreNoUtf8() throws Exception {
        start();
        byte[] body = "a\0b,t=\u00ff\u00fe v=1\n\0\n\u00ff\nlast v=2".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(post("/write", body).statusCode()).isEqualTo(400);
        assertThat(sink.rows()).hasSize(2).last().isEqualTo("gauge last_v 2.0");
        assertThat(totals()).isEqualTo(new Totals(4, 2, 2, 0));
    }

    @Test
    void saysThatSamplesWereLostWhenTheSinkFails() throws Exception {
        start(
                HttpIngestSettings.DEFAULT,
                (batch, now) -> {
                    throw new IllegalStateException("out of order");
                },
                8_192);
        assertThat(post("/write", "a v=1\nb\\ c v=2").statusCode()).isEqualTo(500);
        assertThat(totals()).isEqualTo(new Totals(2, 0, 0, 2));
    }

    @Test
    void answersPing() throws Exception {
        start();
        URI uri = URI.create("http://127.0.0.1:" + port + "/ping");
        for (String method : List.of("GET", "HEAD")) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(uri)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(204);
            assertThat(response.headers().firstValue("X-Influxdb-Version")).contains("1.8.10");
        }
        HttpResponse<String> verbose = client.send(
                HttpRequest.newBuilder(URI.create(uri + "?verbose=true")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(new JsonObject(verbose.body()).getString("version")).isEqualTo("1.8.10");
    }

    @Test
    void sharesTheLoopsSinkWithOtherProtocols() throws Exception {
        start();
        post("/write", "a v=1");
        post("/api/v1/samples", "{\"samples\":[{\"name\":\"n\",\"type\":\"c\",\"value\":1}]}");
        assertThat(loops.accounting()).extracting(Accounting::socket).containsExactly("http-0", "http-0");
        assertThat(loops.accounting()).extracting(Accounting::protocol).containsExactly("influx", "json");
    }

    private static String line(InputStream in) throws Exception {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
