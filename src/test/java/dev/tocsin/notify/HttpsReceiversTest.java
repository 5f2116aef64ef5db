package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTPS with certificates written into the configuration, and by way of a proxy. */
class HttpsReceiversTest {
    private final Vertx vertx = Vertx.vertx();
    private final SelfSignedCertificate server = SelfSignedCertificate.create("hooks.example");
    private final SelfSignedCertificate client = SelfSignedCertificate.create("tocsin.example");
    private final Queue<MultiMap> asked = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() throws Exception {
        get(vertx.close());
        server.delete();
        client.delete();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(ChannelScene.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** A receiver that wants to see the client's certificate. */
    private int receiver() throws Exception {
        HttpServer receiver = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(server.keyCertOptions())
                        .setClientAuth(ClientAuth.REQUIRED)
                        .setTrustOptions(client.trustOptions()))
                .requestHandler(request -> request.response().end());
        return get(receiver.listen(0, "127.0.0.1")).actualPort();
    }

    private static String pem(String file) throws IOException {
        return "\"" + Files.readString(Path.of(file)).replace("\n", "\\n") + "\"";
    }

    private String tls() throws IOException {
        return "tls_config: {server_name: hooks.example, ca: " + pem(server.certificatePath()) + ", cert: "
                + pem(client.certificatePath()) + ", key: " + pem(client.privateKeyPath()) + "}";
    }

    @Test
    void certificatesMayBeWrittenOut() throws Exception {
        try (ChannelScene scene = new ChannelScene(
                "webhook", "{url: \"https://127.0.0.1:%d/\", http_config: {%s}}".formatted(receiver(), tls()))) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
        }
    }

    private int proxy(int status) throws Exception {
        NetClient onward = vertx.createNetClient();
        HttpServer proxy = vertx.createHttpServer().requestHandler(request -> {
            asked.add(
                    MultiMap.caseInsensitiveMultiMap().addAll(request.headers()).add("target", request.uri()));
            if (status != 200 || !request.method().equals(HttpMethod.CONNECT)) {
                request.response()
                        .setStatusCode(status)
                        .setStatusMessage("Not You")
                        .end();
            } else {
                relay(onward, request);
            }
        });
        return get(proxy.listen(0, "127.0.0.1")).actualPort();
    }

    private static void relay(NetClient client, HttpServerRequest request) {
        String[] target = request.uri().split(":", 2);
        client.connect(Integer.parseInt(target[1]), target[0])
                .onSuccess(far -> request.toNetSocket().onSuccess(near -> {
                    near.pipeTo(far);
                    far.pipeTo(near);
                }));
    }

    @Test
    void aProxyIsAskedForTheWayWithTheGivenHeaders() throws Exception {
        int receiver = receiver();
        try (ChannelScene scene = new ChannelScene(
                "webhook",
                ("{url: \"https://127.0.0.1:%d/\", http_config: {proxy_url: \"http://me:pw@127.0.0.1:%d\","
                                + " proxy_connect_header: {X-Team: [a, b], X-Zone: [c]}, %s}}")
                        .formatted(receiver, proxy(200), tls()))) {
            DeliveryOutcome outcome = scene.tellFiring();

            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            MultiMap headers = asked.remove();
            assertThat(headers.get("target")).isEqualTo("127.0.0.1:" + receiver);
            assertThat(headers.getAll("X-Team")).isEqualTo(List.of("a", "b"));
            assertThat(headers.get("X-Zone")).isEqualTo("c");
            assertThat(headers.get("Proxy-Authorization")).isEqualTo("Basic bWU6cHc=");
        }
    }

    @Test
    void aProxyThatSaysNoIsToldOf() throws Exception {
        try (ChannelScene scene = new ChannelScene(
                "webhook",
                ("{url: \"https://127.0.0.1:%d/\", http_config: {proxy_url: \"http://127.0.0.1:%d\","
                                + " proxy_connect_header: {X-Team: [a]}, %s}}")
                        .formatted(receiver(), proxy(407), tls()))) {
            scene.tellFiringUntilAttemptIs("connection");

            scene.assertAttempts("accepted", 0);
        }
    }
}
