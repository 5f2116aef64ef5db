package dev.tocsin.notify;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of one kind of integration of one receiver. Safe from any thread. */
final class IntegrationMetrics {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60)
    };

    private final MeterRegistry meters;
    private final Tags tags;
    private final Counter notifications;
    private final Timer latency;
    private final Timer sinceTick;
    private final Counter templateFailures;
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger circuit = new AtomicInteger();

    IntegrationMetrics(MeterRegistry meters, Integration integration) {
        this.meters = meters;
        this.tags = Tags.of("integration", integration.kind(), "receiver", integration.receiver());
        notifications = Counter.builder("tocsin.notifications")
                .description("Notifications handed over for delivery.")
                .tags(tags)
                .register(meters);
        latency = Timer.builder("tocsin.notification.latency")
                .description("Time that an attempt at a notification took.")
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
        sinceTick = Timer.builder("tocsin.notification.since.tick")
                .description("Time from the tick that found an alert firing to the answer that took its notification.")
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
        templateFailures = Counter.builder("tocsin.notification.template.failures")
                .description("Templates of messages that failed; a plain text went out in their place.")
                .tags(tags)
                .register(meters);
        // Known from the start, so that a rate over them sees the first.
        failures("server_error");
        attempts("accepted");
        attempts("server_error");
        Gauge.builder("tocsin.notification.queue.length", queued, AtomicInteger::get)
                .description("Notifications on their way: waiting, or being sent.")
                .tags(tags.and("index", Integer.toString(integration.index())))
                .register(meters);
        Gauge.builder("tocsin.notification.circuit.state", circuit, AtomicInteger::get)
                .description("Whether the destination is tried: 0 yes, 1 by one attempt alone, 2 not for the moment.")
                .tags(tags.and("index", Integer.toString(integration.index())))
                .register(meters);
    }

    private Counter attempts(String outcome) {
        return Counter.builder("tocsin.notification.attempts")
                .description("Attempts at notifications, by outcome: accepted, or why not.")
                .tags(tags.and("outcome", outcome))
                .register(meters);
    }

    private Counter failures(String reason) {
        return Counter.builder("tocsin.notifications.failed")
                .description("Notifications that were given up, by the reason of the last failure.")
                .tags(tags.and("reason", reason))
                .register(meters);
    }

    void notification() {
        notifications.increment();
    }

    void attempt(Answer answer, long nanos) {
        latency.record(nanos, TimeUnit.NANOSECONDS);
        String outcome = switch (answer) {
            case Answer.Accepted accepted -> "accepted";
            case Answer.Transient failed -> failed.reason().label();
            case Answer.Permanent refused -> refused.reason().label();
        };
        attempts(outcome).increment();
    }

    void accepted(Notification notification, long nowMillis) {
        if (notification.reason() == Verdict.FIRST || notification.reason() == Verdict.NEW_FIRING) {
            long tick = notification.alerts().stream()
                    .filter(Alert::isFiring)
                    .map(Alert::receipt)
                    .max(Comparator.comparingLong(Alert.Receipt::tickMillis))
                    .map(Alert.Receipt::tickMillis)
                    .orElse(nowMillis);
            sinceTick.record(Math.max(0, nowMillis - tick), TimeUnit.MILLISECONDS);
        }
    }

    void templateFailed() {
        templateFailures.increment();
    }

    void failed(FailureReason reason) {
        failures(reason.label()).increment();
    }

    void circuit(CircuitBreaker.State state) {
        circuit.set(state.ordinal());
    }

    void queued(int count) {
        queued.set(count);
    }
}
