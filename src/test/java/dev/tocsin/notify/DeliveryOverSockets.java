package dev.tocsin.notify;

import static dev.tocsin.notify.Notifications.HOOK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Notification;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks that are delivered to over real sockets, and what is known of how that went. */
abstract class DeliveryOverSockets {
    /** For what must happen, however slow the machine. */
    static final long PATIENCE_SECONDS = 60;

    static final DeliveryLimits AT_ONCE = new DeliveryLimits(10_000, Duration.ZERO);
    static final Duration MINUTE = Duration.ofMinutes(1);

    final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    DeliveryVerticle delivery;

    @TempDir
    Path folder;

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void start(Map<Integration, ChannelSettings> channels) throws Exception {
        delivery = new DeliveryVerticle(channels, Clock.system(), meters, "http://tocsin", AT_ONCE, new Random(1));
        get(vertx.deployVerticle(delivery));
    }

    void start(String url) throws Exception {
        start(Map.of(HOOK, webhook(url)));
    }

    static WebhookSettings webhook(String url) {
        return webhook(url, HttpClientSettings.DEFAULT);
    }

    static WebhookSettings webhook(String url, HttpClientSettings http) {
        return new WebhookSettings(new Secret.Inline(url), 0, Duration.ofSeconds(10), null, http);
    }

    CompletableFuture<DeliveryOutcome> deliver(Notification notification) {
        CompletableFuture<DeliveryOutcome> outcome = new CompletableFuture<>();
        delivery.deliver(notification, outcome::complete);
        return outcome;
    }

    static <T> T get(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    static DeliveryOutcome get(CompletableFuture<DeliveryOutcome> outcome) throws Exception {
        return outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    double failed(String reason) {
        var counter = meters.find("tocsin.notifications.failed")
                .tags("integration", "webhook", "receiver", "team", "reason", reason)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    double attempts(String outcome) {
        var counter = meters.find("tocsin.notification.attempts")
                .tag("outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    /** Until the first attempt that ended so. */
    void awaitAttempt(String outcome) {
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
    static void assertOutcome(DeliveryOutcome outcome, DeliveryOutcome expected) {
        assertThat(outcome).usingRecursiveComparison().ignoringFields("log").isEqualTo(expected);
    }
}
