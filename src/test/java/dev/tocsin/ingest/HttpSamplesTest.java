package dev.tocsin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleSink;
import dev.tocsin.ingest.Accounting.Totals;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class HttpSamplesTest {
    private static final Logger BAD_LINES = Logger.getLogger("dev.tocsin.ingest.BadLineLog");

    private final RecordingSink sink = new RecordingSink();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpLoops loops;
    private int port;

    private void start(HttpIngestSettings settings, SampleSink target) {
        loops = new HttpLoops(settings, () -> target, new ManualClock(1_000), registry);
        Router router = Router.router(vertx);
        new HttpSamples(loops).mount(router);
        HttpServer server = vertx.createHttpServer().requestHandler(router);
        port = server.listen(0, "127.0.0.1").await().actualPort();
    }

    private void start() {
        start(HttpIngestSettings.DEFAULT, sink);
    }

    @BeforeAll
    static void quiet() {
        BAD_LINES.setLevel(Level.SEVERE);
    }

    @AfterEach
    void close() {
        client.close();
        vertx.close().await();
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/samples"));
    }

    private HttpResponse<String> post(byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = request().POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String body) throws Exception {
        return post(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzip(byte[] plain) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        }
        return out.toByteArray();
    }

    @Test
    void takesTheGoodOnesAndNamesTheBadOnes() throws Exception {
        start();
        HttpResponse<String> response = post("""
                {'samples':[
                  {'name':'api.latency','type':'distribution','value':320,'labels':{'route':'/login'},'rate':0.5,
                   'time':1732165200.5},
                  {'name':'refused','type':'c','value':1},
                  {'name':'x','type':'nope','value':1},
                  {'name':'hits','type':'counter','values':[1,2]}]}""");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(new JsonObject(response.body()))
                .isEqualTo(new JsonObject()
                        .put("accepted", 3)
                        .put(
                                "rejected",
                                new JsonArray()
                                        .add(new JsonObject().put("index", 1).put("reason", "kind_conflict"))
                                        .add(new JsonObject().put("index", 2).put("reason", "unknown_type"))));
        assertThat(sink.rows())
                .containsExactly(
                        "distribution api.latency 320.0 x2.0 #route:/login @1732165200500",
                        "counter hits 1.0",
                        "counter hits 2.0");
        assertThat(loops.accounting().getFirst().totals()).isEqualTo(new Totals(5, 3, 2, 0));
        assertThat(registry.get("tocsin.samples.accepted")
                        .tags("protocol", "json", "socket", "http-0")
                        .functionCounter()
                        .count())
                .isEqualTo(3);
    }

    @Test
    void answers400WhereNothingCouldBeTaken() throws Exception {
        start();
        for (String body : List.of(
                "",
                "nonsense",
                "[]",
                "{'samples':[{'name':'n'}]}",
                "{'samples':[{'name':'refused'," + "'type':'c','value':1}]}")) {
            assertThat(post(body).statusCode()).as(body).isEqualTo(400);
        }
        assertThat(post("{'samples':[]}").statusCode()).isEqualTo(200);
        JsonObject answer = new JsonObject(post("{'samples':[{'name':]}").body());
        assertThat(answer.getString("error")).startsWith("line 1, column 21");
        assertThat(loops.accounting().getFirst().totals().isBalanced()).isTrue();
    }

    @Test
    void saysWhereTheJsonIsBroken() throws Exception {
        start();
        String good = "{\"samples\":[{\"name\":\"n\",\"type\":\"g\",\"value\":1},\n";
        for (String bad : List.of(
                "{\"name\":\"n\",\"type\":\"g\",\"value\":NaN}]}",
                "{\"name\":\"n\",\"type\":\"g\",\"value\":-Infinity}]}",
                "{\"name\":\"n\0\",\"type\":\"g\",\"value\":1}]}",
                "{\"name\":\"n\u00ff\",\"type\":\"g\",\"value\":1}]}",
                "\0",
                "{\"name\":")) {
            HttpResponse<String> response = post((good + bad).getBytes(StandardCharsets.ISO_8859_1));
            assertThat(response.statusCode()).as(bad).isEqualTo(200);
            JsonObject answer = new JsonObject(response.body());
            assertThat(answer.getInteger("accepted")).as(bad).isEqualTo(1);
            assertThat(answer.getJsonArray("rejected"))
                    .as(bad)
                    .containsExactly(new JsonObject().put("index", 1).put("reason", "malformed"));
            assertThat(answer.getString("error")).as(bad).startsWith("line 2, column ");
        }
        assertThat(loops.accounting().getFirst().totals()).isEqualTo(new Totals(12, 6, 6, 0));
    }

    @Test
    void logsWhereTheJsonIsBroken() throws Exception {
        start();
        Logger logger = Logger.getLogger("dev.tocsin.ingest.BadLineLog");
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                logged.add(new SimpleFormatter().formatMessage(record));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.WARNING);
        try {
            for (int i = 0; i < 5; i++) {
                post("{'samples':[{'name':]}");
            }
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
            logger.setLevel(Level.SEVERE);
        }
        assertThat(logged)
                .filteredOn(line -> line.contains("line 1, column 21"))
                .hasSize(3);
    }

    @Test
    void takesGzip() throws Exception {
        start();
        byte[] body = "{\"samples\":[{\"name\":\"n\",\"type\":\"c\",\"value\":1}]}".getBytes(StandardCharsets.UTF_8);
        assertThat(post(gzip(body), "Content-Encoding", "gzip").statusCode()).isEqualTo(200);
        assertThat(sink.rows()).containsExactly("counter n 1.0");

        byte[] cut = java.util.Arrays.copyOf(gzip(body), gzip(body).length / 2);
        assertThat(post(cut, "Content-Encoding", "gzip").statusCode()).isEqualTo(400);
        assertThat(post(body, "Content-Encoding", "gzip").statusCode()).isEqualTo(400);
        assertThat(post(body, "Content-Encoding", "br").statusCode()).isEqualTo(415);
        assertThat(loops.accounting().getFirst().totals()).isEqualTo(new Totals(4, 1, 3, 0));
        assertThat(loops.budget().heldBytes()).isZero();
    }

    @Test
    void stopsReadingWhatInflatesWithoutEnd() throws Exception {
        start(new HttpIngestSettings(1 << 20, 2 << 20, 4 << 20), sink);
        byte[] plain = ("{\"samples\":[{\"name\":\"n\",\"type\":\"c\",\"value\":1}," + " ".repeat(50 << 20))
                .getBytes(StandardCharsets.UTF_8);

        HttpResponse<String> response = post(gzip(plain), "Content-Encoding", "gzip");

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(new JsonObject(response.body()).getInteger("accepted")).isEqualTo(1);
        assertThat(loops.budget().heldBytes()).isZero();
    }

    @Test
    void refusesABodyThatIsTooLargeOnceItIs() throws Exception {
        start(new HttpIngestSettings(100_000, 100_000, 1 << 20), sink);
        HttpResponse<String> response = client.send(
                request()
                        .POST(HttpRequest.BodyPublishers.ofInputStream(
                                () -> new java.io.ByteArrayInputStream(new byte[200_000])))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(loops.accounting().getFirst().rejected(Rejection.TOO_LARGE)).isEqualTo(1);
        assertThat(loops.budget().heldBytes()).isZero();
        assertThat(post("{'samples':[]}").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesAGigabyteBeforeItIsSent() throws Exception {
        start();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write("POST /api/v1/samples HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n{\"sam"
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(statusLine(socket.getInputStream())).isEqualTo("HTTP/1.1 413 Request Entity Too Large");
        }
    }

    @Test
    void asksForTheBodyOfAClientThatWaits() throws Exception {
        start();
        HttpRequest request = request()
                .expectContinue(true)
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"samples\":[{\"name\":\"n\",\"type\":\"c\",\"value\":1}]}"))
                .build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void slowSendersTogetherHoldNoMoreThanTheBudget() throws Exception {
        start(new HttpIngestSettings(100_000, 100_000, 100_000), sink);
        byte[] head = ("POST /api/v1/samples HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + "{".repeat(80_000))
                .getBytes(StandardCharsets.US_ASCII);
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
            slow.getOutputStream().write(head);
            while (loops.budget().heldBytes() < 80_000) {
                Thread.onSpinWait();
            }
            try (Socket second = new Socket(InetAddress.getLoopbackAddress(), port)) {
                second.getOutputStream().write(head);
                assertThat(statusLine(second.getInputStream())).isEqualTo("HTTP/1.1 503 Service Unavailable");
            }
        }
        while (loops.budget().heldBytes() > 0) {
            Thread.onSpinWait();
        }
        assertThat(post("{'samples':[]}").statusCode()).isEqualTo(200);
    }

    @Test
    void readsALargeBodyInSlices() throws Exception {
        start();
        StringBuilder body = new StringBuilder("{\"samples\":[");
        for (int i = 0; i < 20_000; i++) {
            body.append("{\"name\":\"n\",\"type\":\"c\",\"value\":\"x\"},{\"name\":\"n\",\"type\":\"c\",\"value\":1},");
        }
        body.append("{\"name\":\"end\",\"type\":\"c\",\"value\":1}]}");

        JsonObject answer = new JsonObject(post(body.toString()).body());

        assertThat(answer.getInteger("accepted")).isEqualTo(20_001);
        assertThat(answer.getJsonArray("rejected")).hasSize(1_000);
        assertThat(answer.getJsonArray("rejected").getJsonObject(999).getInteger("index"))
                .isEqualTo(1_998);
        assertThat(answer.getInteger("unlisted")).isEqualTo(19_000);
        assertThat(loops.accounting().getFirst().totals()).isEqualTo(new Totals(40_001, 20_001, 20_000, 0));
    }

    @Test
    void saysThatSamplesWereLostWhenTheSinkFails() throws Exception {
        Logger.getLogger("dev.tocsin.ingest.Intake").setLevel(Level.OFF);
        start(HttpIngestSettings.DEFAULT, (batch, now) -> {
            throw new IllegalStateException("out of order");
        });
        HttpResponse<String> response = post("{'samples':[{'name':'n','type':'c','value':1}]}");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(new JsonObject(response.body()).getInteger("lost")).isEqualTo(1);
        assertThat(loops.accounting().getFirst().totals()).isEqualTo(new Totals(1, 0, 0, 1));
    }

    private static String statusLine(InputStream in) throws Exception {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
