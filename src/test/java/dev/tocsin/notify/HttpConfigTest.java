package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.DeliveryOutcome.Result;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@code http_config} says of tokens, proxies and versions of TLS, before real servers. */
class HttpConfigTest {
    private static String token(String token, int lastsSeconds) {
        return Receiver.answer(
                200,
                "{\"access_token\":\"%s\",\"token_type\":\"bearer\",\"expires_in\":%d}".formatted(token, lastsSeconds));
    }

    private static ChannelScene scene(Receiver hook, Receiver tokens, String further) throws Exception {
        return new ChannelScene(
                "webhook",
                "{url: \"%s\", http_config: {oauth2: {client_id: me, client_secret: \"s&x\", token_url: \"%s\"%s}}}"
                        .formatted(hook.url("/"), tokens.url("/token"), further));
    }

    @Test
    void aTokenIsAskedForOnceAndKept() throws Exception {
        try (Receiver hook = new Receiver();
                Receiver tokens = new Receiver(token("abc", 3600));
                ChannelScene scene = scene(hook, tokens, ", scopes: [a, b], endpoint_params: {audience: x}")) {
            assertThat(scene.tellFiring().result()).isEqualTo(Result.ACCEPTED);
            assertThat(scene.tellResolved().result()).isEqualTo(Result.ACCEPTED);

            Receiver.Request asked = tokens.next();
            assertThat(asked.line()).isEqualTo("POST /token HTTP/1.1");
            assertThat(asked.headers()).containsEntry("authorization", "Basic bWU6cyUyNng=");
            assertThat(asked.body()).isEqualTo("grant_type=client_credentials&scope=a+b&audience=x");
            assertThat(tokens.waiting()).isZero();
            assertThat(hook.next().headers()).containsEntry("authorization", "Bearer abc");
            assertThat(hook.next().headers()).containsEntry("authorization", "Bearer abc");
        }
    }

    @Test
    void aServerThatWantsTheCredentialsInTheBodyHasThemThere() throws Exception {
        try (Receiver hook = new Receiver();
                Receiver tokens = new Receiver(Receiver.status(401), token("one", 1), token("two", 3600));
                ChannelScene scene = scene(hook, tokens, "")) {
            assertThat(scene.tellFiring().result()).isEqualTo(Result.ACCEPTED);
            assertThat(scene.tellResolved().result()).isEqualTo(Result.ACCEPTED);

            tokens.next();
            for (int i = 0; i < 2; i++) {
                Receiver.Request asked = tokens.next();
                assertThat(asked.headers()).doesNotContainKey("authorization");
                assertThat(asked.body()).isEqualTo("grant_type=client_credentials&client_id=me&client_secret=s%26x");
            }
            assertThat(hook.next().headers()).containsEntry("authorization", "Bearer one");
            assertThat(hook.next().headers())
                    .as("one that is about to expire is not used again")
                    .containsEntry("authorization", "Bearer two");
        }
    }

    @Test
    void withoutATokenItIsTriedAgainAndOneThatIsRefusedIsNotKept() throws Exception {
        try (Receiver hook = new Receiver(Receiver.status(401));
                Receiver tokens = new Receiver(Receiver.status(500), token("one", 3600), token("two", 3600));
                ChannelScene scene = scene(hook, tokens, "")) {
            assertThat(scene.tellFiring().result()).isEqualTo(Result.REFUSED);
            scene.assertAttempts("secret", 1);
            assertThat(scene.tellResolved().result()).isEqualTo(Result.ACCEPTED);

            assertThat(hook.next().headers()).containsEntry("authorization", "Bearer one");
            assertThat(hook.next().headers()).containsEntry("authorization", "Bearer two");
        }
    }

    @Test
    void aProxyIsAskedForTheWholeUrl() throws Exception {
        try (Receiver proxy = new Receiver();
                ChannelScene scene = new ChannelScene(
                        "webhook",
                        "{url: \"http://hooks.example/x\", http_config: {proxy_url: \"%s\", no_proxy: \"other.example\"}}"
                                .formatted(proxy.url("").replace("http://", "http://me:pw@")))) {
            assertThat(scene.tellFiring().result()).isEqualTo(Result.ACCEPTED);

            Receiver.Request asked = proxy.next();
            assertThat(asked.line()).isEqualTo("POST http://hooks.example/x HTTP/1.1");
            assertThat(asked.headers()).containsEntry("proxy-authorization", "Basic bWU6cHc=");
        }
    }

    @Test
    void versionsOfTlsAreThoseThatAreAllowed() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                            .setSsl(true)
                            .setEnabledSecureTransportProtocols(Set.of("TLSv1.2"))
                            .setKeyCertOptions(SelfSignedCertificate.create("hooks.example")
                                    .keyCertOptions()))
                    .requestHandler(request -> request.response().end())
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(ChannelScene.PATIENCE_SECONDS, TimeUnit.SECONDS);
            String entry =
                    "{url: \"https://127.0.0.1:%d/\", http_config: {tls_config: {insecure_skip_verify: true, %s}}}";
            try (ChannelScene old =
                    new ChannelScene("webhook", entry.formatted(server.actualPort(), "max_version: TLS12"))) {
                assertThat(old.tellFiring().result()).isEqualTo(Result.ACCEPTED);
            }
            try (ChannelScene strict =
                    new ChannelScene("webhook", entry.formatted(server.actualPort(), "min_version: TLS13"))) {
                strict.tellFiringUntilAttemptIs("connection");
                strict.assertAttempts("accepted", 0);
            }
        } finally {
            vertx.close();
        }
    }
}
