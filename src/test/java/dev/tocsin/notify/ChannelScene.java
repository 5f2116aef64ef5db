package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.config.AlertmanagerFile;
import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.core.Alert;
import dev.tocsin.core.BreachChart;
import dev.tocsin.core.Clock;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One integration of receiver {@code team}, read from YAML and delivering over real sockets. */
final class ChannelScene implements AutoCloseable {
    /** For what must happen, however slow the machine. */
    static final long PATIENCE_SECONDS = 60;

    private final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Integration integration;
    private final DeliveryVerticle delivery;

    /** @param entry what stands in the list {@code <kind>_configs}, in one line */
    ChannelScene(String kind, String entry) throws Exception {
        this(kind, entry, "{}", BreachChart.NONE);
    }

    ChannelScene(String kind, String entry, Clock clock) throws Exception {
        this(kind, entry, "{}", BreachChart.NONE, clock);
    }

    ChannelScene(String kind, String entry, String global, BreachChart charts) throws Exception {
        this(kind, entry, global, charts, Clock.system());
    }

    /** In a process that takes over what another kept. */
    ChannelScene(String kind, String entry, DurableState state) throws Exception {
        this(kind, entry, "{}", BreachChart.NONE, Clock.system(), state);
    }

    private ChannelScene(String kind, String entry, String global, BreachChart charts, Clock clock) throws Exception {
        this(kind, entry, global, charts, clock, DurableState.NONE);
    }

    private ChannelScene(String kind, String entry, String global, BreachChart charts, Clock clock, DurableState state)
            throws Exception {
        integration = new Integration("team", kind, 0);
        delivery = new DeliveryVerticle(
                channels(kind, entry, global),
                clock,
                meters,
                "http://tocsin",
                new DeliveryLimits(10_000, Duration.ZERO),
                new Random(1));
        delivery.drawWith(charts);
        delivery.keepIn(state);
        get(vertx.deployVerticle(delivery));
    }

    static Map<Integration, ChannelSettings> channels(String kind, String entry, String global) throws ConfigException {
        return AlertmanagerFile.parse(
                        new ConfigText(
                                "am.yaml",
                                "global: " + global + "\nroute: {receiver: team}\nreceivers: [{name: team, " + kind
                                        + "_configs: [" + entry + "]}]\n"),
                        Path.of("."),
                        Map.of())
                .channels();
    }

    /** The request that one firing, or resolved, group leads to. */
    static Receiver.Request told(String kind, String entry, boolean firing, String yes) throws Exception {
        try (Receiver receiver = new Receiver(yes);
                ChannelScene scene = new ChannelScene(kind, "{" + entry.replace("URL", receiver.url("")) + "}")) {
            DeliveryOutcome outcome = firing ? scene.tellFiring() : scene.tellResolved();
            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(DeliveryOutcome.Result.ACCEPTED);
            assertThat(scene.templateFailures()).isZero();
            return receiver.next();
        }
    }

    static JsonObject body(String kind, String entry, boolean firing) throws Exception {
        return new JsonObject(
                told(kind, entry, firing, Receiver.answer(202, "{\"ok\":true}")).body());
    }

    static Alert alert(Instant endsAt, String... labels) {
        long tick = Notifications.TICK.toEpochMilli();
        return new Alert(
                Labels.of(labels),
                Map.of("summary", "it <is> slow"),
                Notifications.TICK.minusSeconds(90),
                endsAt,
                "http://tocsin/graph",
                new Alert.Receipt(tick, tick, tick));
    }

    /** One critical alert of a service. */
    static Alert firing() {
        return alert(null, "alertname", "Slow", "service", "api", "severity", "critical");
    }

    static Alert resolved() {
        return alert(Notifications.TICK, "alertname", "Slow", "service", "api", "severity", "critical");
    }

    Notification notification(String key, Verdict reason, Alert... alerts) {
        return new Notification(
                key,
                integration,
                "{}:{alertname=\"Slow\"}",
                Labels.of("alertname", "Slow"),
                List.of(alerts),
                reason,
                Notifications.TICK,
                Notifications.TICK.plusSeconds(600));
    }

    DeliveryOutcome tell(Notification notification) throws Exception {
        return begin(notification).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    CompletableFuture<DeliveryOutcome> begin(Notification notification) {
        CompletableFuture<DeliveryOutcome> outcome = new CompletableFuture<>();
        delivery.deliver(notification, outcome::complete);
        return outcome;
    }

    /** Hands a notification over, and waits for the first attempt that ended so. */
    void tellFiringUntilAttemptIs(String outcome) {
        delivery.deliver(notification("first", Verdict.FIRST, firing()), settled -> {});
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (attempts(outcome) == 0) {
            assertThat(System.nanoTime())
                    .as("an attempt that ends as " + outcome)
                    .isLessThan(deadline);
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    DeliveryOutcome tellFiring() throws Exception {
        return tell(notification("first", Verdict.FIRST, firing()));
    }

    DeliveryOutcome tellResolved() throws Exception {
        return tell(notification("second", Verdict.ALL_RESOLVED, resolved()));
    }

    double attempts(String outcome) {
        var counter = meters.find("tocsin.notification.attempts")
                .tags("receiver", "team", "integration", integration.kind(), "outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    double templateFailures() {
        return meters.get("tocsin.notification.template.failures").counter().count();
    }

    void assertAttempts(String outcome, double count) {
        assertThat(attempts(outcome)).as("attempts that ended as " + outcome).isEqualTo(count);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        get(vertx.close());
    }
}
