package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Book and dispatcher on simulated time. Deliveries are accepted the moment they are due, unless held back; what left is
 * told as lines like {@code "30s hook FIRST firing=a resolved=b"}.
 */
final class AlertScene {
    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    static final Integration HOOK = new Integration("team", "webhook", 0);

    private static final AlertLimits LIMITS = new AlertLimits(1000, 1000, 1000, 1000, 100_000);

    static final Links LINKS = new Links("http://tocsin", new byte[32]);

    AlertEngine engine;
    final List<String> told = new ArrayList<>();
    final List<Notification> sent = new ArrayList<>();
    final List<Notification> held = new ArrayList<>();
    /** Every event as it was first handed out, and again when it was counted. */
    final List<AlertEvent> trail = new ArrayList<>();

    boolean holdBack;
    Instant now = START;

    AlertScene(Routing routing) {
        engine = engine(routing, START);
    }

    static AlertEngine engine(Routing routing, Instant startedAt) {
        return new AlertEngine(
                routing, startedAt, LIMITS, ids(), LINKS, "run", new AlertMetrics(new SimpleMeterRegistry(), LIMITS));
    }

    /** Another process takes the place of this one, knowing what that kept. */
    AlertScene restart(DurableState state) {
        engine = engine(engine.routing(), now);
        engine.keepIn(state, now);
        return this;
    }

    AlertScene reroute() {
        engine.reroute(engine.routing(), () -> {}, now);
        return this;
    }

    static AlertScene of(RouteOptions options) {
        return new AlertScene(Routing.of(Route.root(options), hook(true)));
    }

    /** Ids "silence-1", "silence-2", … */
    static java.util.function.Supplier<String> ids() {
        java.util.concurrent.atomic.AtomicInteger made = new java.util.concurrent.atomic.AtomicInteger();
        return () -> "silence-" + made.incrementAndGet();
    }

    static Receiver hook(boolean sendResolved) {
        return new Receiver("team", List.of(new Receiver.Subscription(HOOK, sendResolved)));
    }

    static RouteOptions options(String wait, String interval, String repeat) {
        return new RouteOptions("team", GroupBy.NOTHING, duration(wait), duration(interval), duration(repeat));
    }

    static Duration duration(String text) {
        return dev.tocsin.core.PromDuration.parse(text);
    }

    AlertScene fire(String name) {
        return say(name, now, null);
    }

    AlertScene resolve(String name) {
        return say(name, startOf(name), now);
    }

    private Instant startOf(String name) {
        return engine.book.all().stream()
                .filter(a -> a.labels().equals(labels(name)))
                .map(a -> a.alert().startsAt())
                .findFirst()
                .orElse(now);
    }

    AlertScene say(String name, Instant startsAt, Instant endsAt) {
        return say(labels(name), startsAt, endsAt, false);
    }

    AlertScene say(Labels labels, Instant startsAt, Instant endsAt, boolean timesOut) {
        Alert alert =
                new Alert(labels, Map.of("summary", "s"), startsAt, endsAt, "http://x/", new Alert.Receipt(0, 0, 0));
        engine.take(alert, timesOut, now);
        deliver();
        return this;
    }

    static Labels labels(String name) {
        return Labels.of("alertname", name);
    }

    /** Lets time pass, doing all that becomes due at its own moment. */
    AlertScene pass(String duration) {
        Instant end = now.plus(duration(duration));
        while (!engine.nextDue().isAfter(end)) {
            now = engine.nextDue().isAfter(now) ? engine.nextDue() : now;
            deliver();
        }
        now = end;
        return this;
    }

    void deliver() {
        List<Notification> due = engine.due(now);
        trail.addAll(engine.step(due, now).events());
        for (Notification n : due) {
            sent.add(engine.linked(n, now));
            told.add(line(n));
            if (holdBack) {
                held.add(n);
            } else {
                settle(n, DeliveryOutcome.Result.ACCEPTED);
            }
        }
    }

    void settleHeld(DeliveryOutcome.Result result) {
        List<Notification> all = new ArrayList<>(held);
        held.clear();
        all.forEach(n -> settle(n, result));
        deliver();
    }

    void settle(Notification n, DeliveryOutcome.Result result) {
        engine.settled(n, new DeliveryOutcome(result, 1, ""), now);
    }

    private String line(Notification n) {
        List<String> firing = new ArrayList<>();
        List<String> resolved = new ArrayList<>();
        for (Alert alert : n.alerts()) {
            (alert.isFiring() ? firing : resolved).add(alert.labels().get("alertname"));
        }
        return dev.tocsin.core.PromDuration.format(Duration.between(START, now).toMillis()) + " "
                + n.integration().receiver() + " " + n.reason() + " firing=" + String.join(",", firing) + " resolved="
                + String.join(",", resolved);
    }
}
