package dev.tocsin.notify;

import static dev.tocsin.notify.Notifications.HOOK;
import static dev.tocsin.notify.Receiver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Notification;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Attempts at one receiver. Nothing is asserted of how long anything takes at most. */
class DeliveryVerticleTest extends DeliveryOverSockets {
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
}
