package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.ManualClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The real server on a free port of loopback, and clients for it. */
final class TestServer implements AutoCloseable {
    static final long NOW = 1_732_165_200_000L;

    /** For what must happen, however slow the machine. */
    private static final int PATIENCE_SECONDS = 60;

    final Vertx vertx;
    final ManualClock clock = new ManualClock(NOW);
    final MeterRegistry meters = new SimpleMeterRegistry();
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    TestServer() {
        vertx = Vertx.vertx();
    }

    static TestServer serving(HttpSettings settings, List<Consumer<Router>> routes, PageFiles page) {
        TestServer server = new TestServer();
        server.start(settings, routes, page);
        return server;
    }

    static TestServer serving(Consumer<Router> routes) {
        return serving(HttpSettings.DEFAULT, List.of(routes), PageFiles.of(Map.of()));
    }

    void start(HttpSettings settings, List<? extends Consumer<Router>> routes, PageFiles page) {
        port = HttpVerticle.deploy(vertx, settings.withPort(0), routes, page, clock, meters)
                .await()
                .port();
    }

    int port() {
        return port;
    }

    HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + pathAndQuery));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return client.send(request.build(), body);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> get(String pathAndQuery) {
        return send(request(pathAndQuery));
    }

    HttpResponse<String> post(String path, String contentType, String body) {
        return send(request(path).header("Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** A connection on which a test says what it likes. */
    Socket rawSocket() throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(PATIENCE_SECONDS * 1_000);
        return socket;
    }

    static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** All that the server says until it closes; it does so by a reset where it has not read all that was sent. */
    static String untilClosed(Socket socket) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        try {
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                said.write(buffer, 0, n);
            }
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
        return said.toString(StandardCharsets.ISO_8859_1);
    }

    /** Waits for what other threads are about to do. */
    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not come about within " + PATIENCE_SECONDS + " s");
            }
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    @Override
    public void close() {
        client.close();
        vertx.close().await();
    }
}
