package dev.tocsin.notify;

import static dev.tocsin.notify.Notifications.HOOK;
import static dev.tocsin.notify.Receiver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Notification;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.HttpCredentials;
import dev.tocsin.http.ProxySettings;
import dev.tocsin.http.Secret;
import dev.tocsin.http.TlsSettings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials, redirects, certificates and answers of HTTP receivers. */
class HttpReceiversTest extends DeliveryOverSockets {
    @Test
    void sendsBasicCredentialsFromAFileThatMayChange() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "one\n");
        try (Receiver receiver = new Receiver()) {
            start(Map.of(
                    HOOK,
                    webhook(
                            receiver.url("/"),
                            new HttpClientSettings(
                                    new HttpCredentials.Basic(new Secret.Inline("user"), new Secret.InFile(password)),
                                    true,
                                    TlsSettings.DEFAULT,
                                    ProxySettings.NONE,
                                    Map.of()))));

            get(deliver(Notifications.of("a", MINUTE)));
            Files.writeString(password, "two");
            get(deliver(Notifications.of("b", MINUTE)));

            assertThat(receiver.next().headers()).containsEntry("authorization", "Basic dXNlcjpvbmU=");
            assertThat(receiver.next().headers()).containsEntry("authorization", "Basic dXNlcjp0d28=");
        }
    }

    @Test
    void aSecretThatCannotBeReadIsTriedAgain() throws Exception {
        Path token = folder.resolve("token");
        try (Receiver receiver = new Receiver()) {
            start(Map.of(
                    HOOK,
                    webhook(
                            receiver.url("/"),
                            new HttpClientSettings(
                                    new HttpCredentials.Scheme("Bearer", new Secret.InFile(token)),
                                    true,
                                    TlsSettings.DEFAULT,
                                    ProxySettings.NONE,
                                    Map.of()))));
            CompletableFuture<DeliveryOutcome> outcome = deliver(Notifications.of("a", MINUTE));
            awaitAttempt("secret");
            // In one step: a file that is there and still empty would be a secret, too.
            Files.move(Files.writeString(folder.resolve("new"), "t"), token, StandardCopyOption.ATOMIC_MOVE);

            assertThat(get(outcome).result()).isEqualTo(Result.ACCEPTED);
            assertThat(receiver.next().headers()).containsEntry("authorization", "Bearer t");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308})
    void followsARedirectThatKeepsThePost(int code) throws Exception {
        try (Receiver target = new Receiver();
                Receiver first = new Receiver(status(code, "Location: " + target.url("/moved")))) {
            start(first.url("/"));

            assertThat(get(deliver(Notifications.of("a", MINUTE))).attempts()).isEqualTo(1);
            assertThat(target.next().line()).isEqualTo("POST /moved HTTP/1.1");
        }
    }

    @Test
    void refusesARedirectThatWouldLoseTheBody() throws Exception {
        try (Receiver receiver = new Receiver(status(302, "Location: https://login.example/"))) {
            start(receiver.url("/"));

            DeliveryOutcome outcome = get(deliver(Notifications.of("a", MINUTE)));

            assertThat(outcome.result()).isEqualTo(Result.REFUSED);
            assertThat(outcome.detail())
                    .isEqualTo("HTTP 302: words to login.example: a POST can't follow it, use that URL");
        }
    }

    @Test
    void anEndlessAnswerIsNotReadToItsEnd() throws Exception {
        String flood = "HTTP/1.1 500 No\r\nContent-Length: 1000000000\r\n\r\n" + "x".repeat(1 << 20);
        try (Receiver receiver = new Receiver(flood)) {
            start(receiver.url("/"));

            assertThat(get(deliver(Notifications.of("a", MINUTE))).attempts()).isEqualTo(2);
        }
    }

    @Test
    void aUrlFileThatHoldsNoUrlIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("url"), "not a url");
        start(Map.of(
                HOOK,
                new WebhookSettings(
                        new Secret.InFile(file), 0, Duration.ofSeconds(10), null, HttpClientSettings.DEFAULT)));

        assertOutcome(
                get(deliver(Notifications.of("a", MINUTE))),
                new DeliveryOutcome(Result.REFUSED, 1, "not a valid HTTP URL"));
    }

    @Test
    void verifiesTheReceiversCertificateAgainstTheGivenAuthorityAndName() throws Exception {
        SelfSignedCertificate certificate = SelfSignedCertificate.create("hooks.example");
        HttpServer server = get(vertx.createHttpServer(
                        new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions()))
                .requestHandler(request -> request.response().end(request.getHeader("Host")))
                .listen(0, "127.0.0.1"));
        String url = "https://127.0.0.1:" + server.actualPort() + "/";
        Secret ca = new Secret.InFile(Path.of(certificate.certificatePath()));
        Integration unknown = new Integration("unknown", "webhook", 0);
        Integration otherName = new Integration("other-name", "webhook", 0);
        Integration unverified = new Integration("unverified", "webhook", 0);
        start(Map.of(
                HOOK, webhook(url, tls(new TlsSettings(ca, null, null, "hooks.example", false))),
                unknown, webhook(url),
                otherName, webhook(url, tls(new TlsSettings(ca, null, null, "else.example", false))),
                unverified, webhook(url, tls(new TlsSettings(null, null, null, null, true)))));

        assertThat(get(deliver(to(HOOK, MINUTE))).result()).isEqualTo(Result.ACCEPTED);
        assertThat(get(deliver(to(unverified, MINUTE))).result()).isEqualTo(Result.ACCEPTED);
        assertThat(get(deliver(to(unknown, Duration.ofSeconds(2)))).result()).isEqualTo(Result.EXPIRED);
        assertThat(get(deliver(to(otherName, Duration.ofSeconds(2)))).result()).isEqualTo(Result.EXPIRED);
    }

    private static Notification to(Integration integration, Duration allowed) {
        return Notifications.of(integration, "a", allowed, Notifications.alert("a", null));
    }

    private static HttpClientSettings tls(TlsSettings tls) {
        return new HttpClientSettings(null, true, tls, ProxySettings.NONE, Map.of());
    }
}
