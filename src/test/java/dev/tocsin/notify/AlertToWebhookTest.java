package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.alert.AlertLimits;
import dev.tocsin.alert.AlertSnapshot;
import dev.tocsin.alert.AlertVerticle;
import dev.tocsin.alert.GroupBy;
import dev.tocsin.alert.Links;
import dev.tocsin.alert.PostedAlert;
import dev.tocsin.alert.Route;
import dev.tocsin.alert.RouteOptions;
import dev.tocsin.alert.Routing;
import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertTrail;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Verdict;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the event bus to a webhook: both verticles and a real socket. */
class AlertToWebhookTest {
    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Receiver receiver = new Receiver();
    private DeliveryVerticle delivery;
    private AlertVerticle alerts;

    @BeforeEach
    void start() throws Exception {
        vertx.eventBus().registerDefaultCodec(Event.AlertsJudged.class, new ByReference());
        delivery = new DeliveryVerticle(
                Map.of(Notifications.HOOK, settings("/")),
                Clock.system(),
                meters,
                "http://tocsin",
                // Draining ends when all is told; on a slow machine that is later than by default.
                new DeliveryLimits(10_000, Duration.ofSeconds(50)),
                new Random(1));
        get(vertx.deployVerticle(delivery));
        alerts = new AlertVerticle(
                routing(Duration.ZERO),
                delivery,
                AlertTrail.NONE,
                new Links("http://tocsin", new byte[32]),
                Clock.system(),
                AlertLimits.DEFAULT,
                meters);
        get(vertx.deployVerticle(alerts));
    }

    @AfterEach
    void stop() throws Exception {
        get(vertx.close());
        receiver.close();
    }

    private WebhookSettings settings(String path) {
        return new WebhookSettings(
                new Secret.Inline(receiver.url(path)), 0, Duration.ofSeconds(30), null, HttpClientSettings.DEFAULT);
    }

    private static Routing routing(Duration groupWait) {
        RouteOptions options = new RouteOptions(
                "team", GroupBy.of("alertname"), groupWait, Duration.ofMillis(50), Duration.ofHours(4));
        return Routing.of(
                Route.root(options),
                new dev.tocsin.alert.Receiver(
                        "team", List.of(new dev.tocsin.alert.Receiver.Subscription(Notifications.HOOK, true))));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private void judged(Instant endsAt) {
        Instant start = Instant.ofEpochMilli(Clock.system().wallMillis());
        long tick = start.toEpochMilli();
        vertx.eventBus()
                .publish(
                        Event.AlertsJudged.ADDRESS,
                        new Event.AlertsJudged(
                                tick,
                                List.of(new Alert(
                                        Labels.of("alertname", "Slow"),
                                        Map.of(),
                                        start.minusSeconds(1),
                                        endsAt,
                                        "",
                                        new Alert.Receipt(tick, tick, tick)))));
    }

    @Test
    void aJudgedAlertReachesTheWebhookAndSoDoesItsEnd() throws Exception {
        judged(null);
        JsonObject firing = new JsonObject(receiver.next().body());
        judged(Instant.ofEpochMilli(Clock.system().wallMillis()));
        JsonObject resolved = new JsonObject(receiver.next().body());

        assertThat(firing.getString("status")).isEqualTo("firing");
        assertThat(firing.getString("groupKey")).isEqualTo("{}:{alertname=\"Slow\"}");
        assertThat(resolved.getString("status")).isEqualTo("resolved");
        assertThat(meters.get("tocsin.alerts.received")
                        .tag("status", "firing")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void theSnapshotShowsWhoWasToldAndWhy() throws Exception {
        judged(null);
        receiver.next();
        AlertSnapshot snapshot = get(alerts.snapshot());
        while (snapshot.groups().getFirst().lines().getFirst().toldAt() == null) {
            snapshot = get(alerts.snapshot());
        }

        assertThat(snapshot.alerts()).hasSize(1);
        AlertSnapshot.Line line = snapshot.groups().getFirst().lines().getFirst();
        assertThat(line.integration()).isEqualTo(Notifications.HOOK);
        assertThat(line.lastVerdict()).isIn(Verdict.FIRST, Verdict.UNCHANGED);
        assertThat(line.lastOutcome().isAccepted()).isTrue();
    }

    @Test
    void aPostedAlertReachesTheWebhook() throws Exception {
        int refused =
                get(alerts.post(List.of(new PostedAlert(Labels.of("alertname", "Posted"), Map.of(), null, null, ""))));

        assertThat(refused).isZero();
        assertThat(new JsonObject(receiver.next().body()).getString("groupKey")).isEqualTo("{}:{alertname=\"Posted\"}");
    }

    @Test
    void aReloadUsesTheNewChannelAndTellsNothingTwice() throws Exception {
        judged(null);
        receiver.next();
        AlertSnapshot snapshot = get(alerts.snapshot());
        while (snapshot.groups().getFirst().lines().getFirst().toldAt() == null) {
            snapshot = get(alerts.snapshot());
        }

        DeliveryVerticle.Prepared channels = get(delivery.prepare(Map.of(Notifications.HOOK, settings("/new"))));
        get(alerts.reroute(routing(Duration.ZERO), () -> delivery.use(channels)));
        judged(Instant.ofEpochMilli(Clock.system().wallMillis()));
        Receiver.Request request = receiver.next();

        assertThat(request.line()).isEqualTo("POST /new HTTP/1.1");
        assertThat(new JsonObject(request.body()).getString("status")).isEqualTo("resolved");
    }

    @Test
    void stoppingSendsWhatIsDue() throws Exception {
        judged(null);
        // The snapshot comes after the alert, in the order of the owner's messages.
        get(alerts.snapshot());
        get(vertx.undeploy(alerts.deploymentID()));
        get(vertx.undeploy(delivery.deploymentID()));

        assertThat(receiver.waiting()).isEqualTo(1);
    }

    private static final class ByReference implements MessageCodec<Event.AlertsJudged, Event.AlertsJudged> {
        @Override
        public void encodeToWire(Buffer buffer, Event.AlertsJudged event) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Event.AlertsJudged decodeFromWire(int position, Buffer buffer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Event.AlertsJudged transform(Event.AlertsJudged event) {
            return event;
        }

        @Override
        public String name() {
            return "judged";
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
