package dev.tocsin.notify;

import static dev.tocsin.notify.Notifications.HOOK;
import static dev.tocsin.notify.Receiver.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Clock;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Notification;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Delivery over real sockets. Nothing is asserted of how long anything takes at most. */
class DeliveryVerticleTest {
    /** For what must happen, however slow the machine. */
    private static final long PATIENCE_SECONDS = 60;

    private static final DeliveryLimits AT_ONCE = new DeliveryLimits(10_000, Duration.ZERO);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private DeliveryVerticle delivery;

    @TempDir
    private Path folder;

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void start(Map<Integration, ChannelSettings> channels) throws Exception {
        delivery = new DeliveryVerticle(channels, Clock.system(), meters, "http://tocsin", AT_ONCE, new Random(1));
        get(vertx.deployVerticle(delivery));
    }

    private void start(String url) throws Exception {
        start(Map.of(HOOK, webhook(url)));
    }

    private static WebhookSettings webhook(String url) {
        return webhook(url, HttpClientSettings.DEFAULT);
    }

    private static WebhookSettings webhook(String url, HttpClientSettings http) {
        return new WebhookSettings(new Secret.Inline(url), 0, Duration.ofSeconds(10), null, http);
    }

    private CompletableFuture<DeliveryOutcome> deliver(Notification notification) {
        CompletableFuture<DeliveryOutcome> outcome = new CompletableFuture<>();
        delivery.deliver(notification, outcome::complete);
        return outcome;
    }

    private static <T> T get(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static DeliveryOutcome get(CompletableFuture<DeliveryOutcome> outcome) throws Exception {
        return outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private double failed(String reason) {
        var counter = meters.find("tocsin.notifications.failed")
                .tags("integration", "webhook", "receiver", "team", "reason", reason)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private double attempts(String outcome) {
        var counter = meters.find("tocsin.notification.attempts")
                .tag("outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    /** Until the first attempt that ended so. */
    private void awaitAttempt(String outcome) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (attempts(outcome) == 0) {
            assertThat(System.nanoTime())
                    .as("an attempt that ends as " + outcome)
                    .isLessThan(deadline);
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    /** The moments of its attempts apart. */
    private static void assertOutcome(DeliveryOutcome outcome, DeliveryOutcome expected) {
        assertThat(outcome).usingRecursiveComparison().ignoringFields("log").isEqualTo(expected);
    }

    @Test
    void postsTheBodyWithItsKey() throws Exception {
        try (Receiver receiver = new Receiver()) {
            start(receiver.url("/hook?a=b"));

            DeliveryOutcome outcome = get(deliver(Notifications.of("Slow", MINUTE)));

            Receiver.Request request = receiver.next();
            assertOutcome(outcome, new DeliveryOutcome(Result.ACCEPTED, 1, "HTTP 200"));
            assertThat(request.line()).isEqualTo("POST /hook?a=b HTTP/1.1");
            assertThat(request.headers())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("idempotency-key", "key-Slow");
            assertThat(new JsonObject(request.body()).getString("groupKey")).isEqualTo("{}:{alertname=\"Slow\"}");
            assertThat(new JsonObject(request.body()).getString("externalURL")).isEqualTo("http://tocsin");
            assertThat(attempts("accepted")).isEqualTo(1);
            assertThat(meters.get("tocsin.notification.since.tick").timer().count())
                    .isEqualTo(1);
        }
    }

    @Test
    void triesAgainAfter500WithTheSameKey() throws Exception {
        try (Receiver receiver = new Receiver(status(500), status(503))) {
            start(receiver.url("/"));

            DeliveryOutcome outcome = get(deliver(Notifications.of("Slow", MINUTE)));

            assertOutcome(outcome, new DeliveryOutcome(Result.ACCEPTED, 3, "HTTP 200"));
            assertThat(outcome.log())
                    .extracting(DeliveryOutcome.Attempt::answer)
                    .containsExactly("HTTP 500: words", "HTTP 503: words", "HTTP 200");
            assertThat(receiver.next().headers()).containsEntry("idempotency-key", "key-Slow");
            assertThat(receiver.next().headers()).containsEntry("idempotency-key", "key-Slow");
            assertThat(attempts("server_error")).isEqualTo(2);
            assertThat(failed("server_error")).isZero();
        }
    }

    @Test
    void leavesTheReceiverAloneAsLongAsItsRetryAfterSays() throws Exception {
        try (Receiver receiver = new Receiver(status(429, "Retry-After: 2"))) {
            start(receiver.url("/"));

            CompletableFuture<DeliveryOutcome> first = deliver(Notifications.of("a", MINUTE));
            long refused = receiver.next().nanos();
            awaitAttempt("rate_limited"); // read, not only sent
            CompletableFuture<DeliveryOutcome> second = deliver(Notifications.of("b", MINUTE));

            assertThat(get(first).result()).isEqualTo(Result.ACCEPTED);
            assertThat(get(second).result()).isEqualTo(Result.ACCEPTED);
            assertThat(receiver.next().nanos() - refused).isGreaterThan(1_900_000_000L);
            assertThat(attempts("rate_limited")).isEqualTo(1);
        }
    }

    @Test
    void givesUpAtOnceOn400AndSaysWhatTheReceiverSaid() throws Exception {
        try (Receiver receiver = new Receiver(status(400))) {
            start(receiver.url("/"));

            DeliveryOutcome outcome = get(deliver(Notifications.of("Slow", MINUTE)));

            assertOutcome(outcome, new DeliveryOutcome(Result.REFUSED, 1, "HTTP 400: words"));
            assertThat(failed("client_error")).isEqualTo(1);
        }
    }

    @Test
    void triesAgainWhereTheReceiverHangsUpOrSendsHalfAStatusLine() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.HANG_UP, "HTTP/1.1 20")) {
            start(receiver.url("/"));

            DeliveryOutcome outcome = get(deliver(Notifications.of("Slow", MINUTE)));

            assertThat(outcome.result()).isEqualTo(Result.ACCEPTED);
            assertThat(outcome.attempts()).isEqualTo(3);
            assertThat(attempts("connection")).isEqualTo(2);
        }
    }

    @Test
    void aYesCountsEvenWhereItsBodyIsCutOff() throws Exception {
        try (Receiver receiver = new Receiver("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")) {
            start(receiver.url("/"));

            assertThat(get(deliver(Notifications.of("Slow", MINUTE))).result()).isEqualTo(Result.ACCEPTED);
        }
    }

    @Test
    void aNoCountsEvenWhereItsBodyIsCutOff() throws Exception {
        try (Receiver receiver = new Receiver("HTTP/1.1 404 No\r\nContent-Length: 100\r\n\r\nhalf")) {
            start(receiver.url("/"));

            assertOutcome(
                    get(deliver(Notifications.of("Slow", MINUTE))),
                    new DeliveryOutcome(Result.REFUSED, 1, "HTTP 404: half"));
        }
    }

    @Test
    void aReceiverThatNeverAnswersIsTimedOutAndTriedAgain() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.SILENCE)) {
            start(Map.of(
                    HOOK,
                    new WebhookSettings(
                            new Secret.Inline(receiver.url("/")),
                            0,
                            Duration.ofSeconds(1),
                            null,
                            HttpClientSettings.DEFAULT)));

            DeliveryOutcome outcome = get(deliver(Notifications.of("Slow", MINUTE)));

            assertThat(outcome.result()).isEqualTo(Result.ACCEPTED);
            // One, but on a machine that stands still for a second.
            assertThat(attempts("timeout")).isPositive().isEqualTo(outcome.attempts() - 1);
        }
    }

    @Test
    void givesUpAtTheDeadline() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.SILENCE)) {
            start(receiver.url("/"));

            DeliveryOutcome outcome = get(deliver(Notifications.of("Slow", Duration.ofMillis(300))));

            assertThat(outcome.result()).isEqualTo(Result.EXPIRED);
            assertThat(outcome.attempts()).isEqualTo(1);
            assertThat(failed("timeout")).isEqualTo(1);
        }
    }

    @Test
    void givesUpAfterAsManyAttemptsAsTheNotificationAllows() throws Exception {
        try (Socket silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            start("http://127.0.0.1:" + silent.getLocalPort() + "/");
            Notification unlimited = Notifications.of("Slow", Duration.ofHours(1));

            DeliveryOutcome outcome = get(deliver(unlimited.limitedTo(unlimited.deadline(), 2)));

            assertThat(outcome.result()).isEqualTo(Result.EXPIRED);
            assertThat(outcome.attempts()).isEqualTo(2);
        }
    }

    @Test
    void aRefusedConnectionIsTriedAgainUntilTheDeadline() throws Exception {
        // Bound, so that nobody else gets the port, and not listening.
        try (Socket silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            start("http://127.0.0.1:" + silent.getLocalPort() + "/");

            // With this seed the fifth attempt comes after 3.5 s and the sixth would come after 7.2 s: however late
            // the machine is, seconds lie between an attempt and the deadline.
            DeliveryOutcome outcome = get(deliver(Notifications.of("Slow", Duration.ofSeconds(7))));

            assertThat(outcome.result()).isEqualTo(Result.EXPIRED);
            assertThat(outcome.attempts()).isGreaterThan(1);
            assertThat(outcome.detail()).contains("Connection refused");
            assertThat(failed("connection")).isEqualTo(1);
        }
    }

    @Test
    void aDeadReceiverDelaysNoOther() throws Exception {
        Integration other = new Integration("other", "webhook", 0);
        try (Receiver dead = new Receiver(Receiver.SILENCE, Receiver.SILENCE, Receiver.SILENCE);
                Receiver alive = new Receiver()) {
            Map<Integration, ChannelSettings> channels = new LinkedHashMap<>();
            channels.put(HOOK, webhook(dead.url("/")));
            channels.put(other, webhook(alive.url("/")));
            start(channels);

            CompletableFuture<DeliveryOutcome> hanging = deliver(Notifications.of("a", MINUTE));
            dead.next();
            DeliveryOutcome outcome =
                    get(deliver(Notifications.of(other, "b", MINUTE, Notifications.alert("b", null))));

            assertThat(outcome.result()).isEqualTo(Result.ACCEPTED);
            assertThat(hanging).isNotDone();
        }
    }

    @Test
    void aFailingGroupDelaysNoOtherOfItsReceiver() throws Exception {
        try (Receiver receiver = new Receiver(status(500, "Retry-After: 0"))) {
            start(receiver.url("/"));

            CompletableFuture<DeliveryOutcome> failing = deliver(Notifications.of("a", MINUTE));
            receiver.next();

            assertThat(get(deliver(Notifications.of("b", MINUTE))).attempts()).isEqualTo(1);
            assertThat(get(failing).attempts()).isEqualTo(2);
        }
    }

    @Test
    void pastTheQueueLimitANotificationIsRefusedAndCounted() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.SILENCE)) {
            delivery = new DeliveryVerticle(
                    Map.of(HOOK, webhook(receiver.url("/"))),
                    Clock.system(),
                    meters,
                    "",
                    new DeliveryLimits(1, Duration.ZERO),
                    new Random(1));
            get(vertx.deployVerticle(delivery));

            CompletableFuture<DeliveryOutcome> first = deliver(Notifications.of("a", MINUTE));

            assertThat(get(deliver(Notifications.of("b", MINUTE))).result()).isEqualTo(Result.QUEUE_FULL);
            assertThat(first).isNotDone();
            assertThat(failed("queue_full")).isEqualTo(1);
            assertThat(meters.get("tocsin.notification.queue.length").gauge().value())
                    .isEqualTo(1);
        }
    }

    @Test
    void whatWaitsForAReplacedChannelIsSupersededAndAnUnchangedOneGoesOn() throws Exception {
        Integration other = new Integration("other", "webhook", 0);
        try (Receiver old = new Receiver(status(503, "Retry-After: 60"));
                Receiver same = new Receiver(status(503))) {
            start(Map.of(HOOK, webhook(old.url("/")), other, webhook(same.url("/"))));
            CompletableFuture<DeliveryOutcome> changed = deliver(Notifications.of("a", MINUTE.multipliedBy(2)));
            old.next();
            CompletableFuture<DeliveryOutcome> kept =
                    deliver(Notifications.of(other, "b", MINUTE, Notifications.alert("b", null)));
            same.next();

            delivery.use(get(delivery.prepare(Map.of(HOOK, webhook(same.url("/new")), other, webhook(same.url("/"))))));

            assertThat(get(changed).result()).isEqualTo(Result.SUPERSEDED);
            assertThat(get(kept).result()).isEqualTo(Result.ACCEPTED);
            assertThat(get(deliver(Notifications.of("a", MINUTE))).result()).isEqualTo(Result.ACCEPTED);
            assertThat(failed("superseded")).isZero();
        }
    }

    @Test
    void whereAChannelCannotBeOpenedNothingIsReplacedAndTheCallerIsTold() throws Exception {
        Integration other = new Integration("other", "webhook", 0);
        HttpClientSettings withoutHost = new HttpClientSettings(
                null, true, TlsSettings.DEFAULT, ProxySettings.of(URI.create("mailto:a@b")), Map.of());
        try (Receiver receiver = new Receiver()) {
            start(receiver.url("/old"));

            var prepared = delivery.prepare(
                    Map.of(HOOK, webhook(receiver.url("/new")), other, webhook(receiver.url("/"), withoutHost)));

            assertThatThrownBy(() -> get(prepared)).isInstanceOf(ExecutionException.class);
            assertThat(get(deliver(Notifications.of("a", MINUTE))).result()).isEqualTo(Result.ACCEPTED);
            assertThat(receiver.next().line()).isEqualTo("POST /old HTTP/1.1");
        }
    }

    @Test
    void preparedChannelsAreUsedOnlyOnceTheyArePutInForce() throws Exception {
        try (Receiver receiver = new Receiver()) {
            start(receiver.url("/old"));
            DeliveryVerticle.Prepared prepared = get(delivery.prepare(Map.of(HOOK, webhook(receiver.url("/new")))));
            get(deliver(Notifications.of("a", MINUTE)));
            delivery.use(prepared);
            delivery.discard(prepared);
            get(deliver(Notifications.of("b", MINUTE)));

            assertThat(receiver.next().line()).isEqualTo("POST /old HTTP/1.1");
            assertThat(receiver.next().line()).isEqualTo("POST /new HTTP/1.1");
        }
    }

    @Test
    void anIntegrationThatDoesNotExistIsSaidToBeRefused() throws Exception {
        start(Map.of());

        assertThat(get(deliver(Notifications.of("a", MINUTE))).result()).isEqualTo(Result.REFUSED);
    }

    @Test
    void drainingTriesWhatWaitsOnceMoreAndEnds() throws Exception {
        try (Receiver receiver = new Receiver(status(503, "Retry-After: 60"))) {
            start(receiver.url("/"));
            CompletableFuture<DeliveryOutcome> waiting = deliver(Notifications.of("a", MINUTE.multipliedBy(2)));
            receiver.next();

            CompletableFuture<DeliveryOutcome> late = deliver(Notifications.of("b", MINUTE));
            get(delivery.drain(MINUTE));

            assertThat(waiting).isCompletedWithValueMatching(DeliveryOutcome::isAccepted);
            assertThat(late).isCompletedWithValueMatching(DeliveryOutcome::isAccepted);
        }
    }

    @Test
    void drainingEndsInTimeWhereTheReceiverHangs() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.SILENCE)) {
            start(receiver.url("/"));
            CompletableFuture<DeliveryOutcome> hanging = deliver(Notifications.of("a", MINUTE));
            receiver.next();

            get(delivery.drain(Duration.ofMillis(100)));
            get(vertx.undeploy(delivery.deploymentID()));

            assertThat(get(hanging).result()).isEqualTo(Result.EXPIRED);
        }
    }

    @Test
    void sendsBasicCredentialsFromAFileThatMayChange() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "one\n");
        try (Receiver receiver = new Receiver()) {
            start(Map.of(
                    HOOK,
                    webhook(
                            receiver.url("/"),
                            new HttpClientSettings(
                                    new HttpCredentials.Basic("user", new Secret.InFile(password)),
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
        Path ca = Path.of(certificate.certificatePath());
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

    @Test
    void thousandsOfGroupsReachOneReceiver() throws Exception {
        try (Receiver receiver = new Receiver()) {
            // Time enough that none is sent twice on a machine that hardly gets on.
            start(Map.of(
                    HOOK,
                    new WebhookSettings(
                            new Secret.Inline(receiver.url("/")), 0, MINUTE, null, HttpClientSettings.DEFAULT)));
            java.util.List<CompletableFuture<DeliveryOutcome>> all = new java.util.ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                all.add(deliver(Notifications.of("g" + i, MINUTE.multipliedBy(10))));
            }

            for (CompletableFuture<DeliveryOutcome> outcome : all) {
                assertThat(get(outcome).result()).isEqualTo(Result.ACCEPTED);
            }
            assertThat(receiver.waiting()).isEqualTo(2000);
        }
    }
}
