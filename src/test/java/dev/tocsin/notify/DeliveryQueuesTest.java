package dev.tocsin.notify;

import static dev.tocsin.notify.Notifications.HOOK;
import static dev.tocsin.notify.Receiver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Many notifications, of which some wait. */
class DeliveryQueuesTest extends DeliveryOverSockets {
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
