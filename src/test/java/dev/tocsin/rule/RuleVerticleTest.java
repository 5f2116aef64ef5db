package dev.tocsin.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.Value;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuleVerticleTest {
    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BlockingQueue<Event.AlertsJudged> judged = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> evaluating = new LinkedBlockingQueue<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean breaks;
    private RuleVerticle verticle;

    @BeforeEach
    void deploy() {
        vertx.eventBus().registerDefaultCodec(Event.TickClosed.class, new ByReference<>("tick"));
        vertx.eventBus().registerDefaultCodec(Event.AlertsJudged.class, new ByReference<>("judged"));
        vertx.eventBus()
                .<Event.AlertsJudged>localConsumer(Event.AlertsJudged.ADDRESS, message -> judged.add(message.body()));
        RuleQueries queries = (expr, timeMillis) -> {
            evaluating.add(timeMillis);
            awaitGate();
            return new Value.VectorValue(List.of(new Value.VectorSample(Labels.of("h", "a"), timeMillis, 1, null)));
        };
        RuleEngine engine =
                new RuleEngine(queries, new NoRecorder(), RuleSettings.DEFAULT, new BreakableClock(), registry);
        engine.reload(List.of(group("A")));
        verticle = new RuleVerticle(engine, registry);
        vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
    }

    private void awaitGate() {
        try {
            assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RuleGroup group(String alert) {
        Rule rule = new Rule.AlertRule(
                alert, Promql.parse("up"), 0, 0, Datapoints.NEWEST, MissingPolicy.HOLD, Map.of(), Map.of(), 0);
        return new RuleGroup("f", "g", 0, 0, 0, List.of(rule));
    }

    @AfterEach
    void close() {
        gate.countDown();
        vertx.close().await();
    }

    private void tick(long millis) {
        vertx.eventBus().publish(Event.TickClosed.ADDRESS, new Event.TickClosed(millis, millis + 1));
    }

    private Event.AlertsJudged nextJudged() throws InterruptedException {
        return judged.poll(60, TimeUnit.SECONDS);
    }

    @Test
    void judgesATickAndSaysWhatCameOfItEvenIfNothing() throws InterruptedException {
        tick(1_000);
        assertThat(nextJudged()).satisfies(event -> {
            assertThat(event.tickMillis()).isEqualTo(1_000);
            assertThat(event.alerts()).hasSize(1);
        });
        tick(2_000);
        assertThat(nextJudged()).isEqualTo(new Event.AlertsJudged(2_000, List.of()));
    }

    @Test
    void ofTheTicksThatCloseWhileOneIsJudgedTheNewestIsJudgedAndTheOthersAreCounted() throws InterruptedException {
        gate = new CountDownLatch(1);
        tick(1_000);
        assertThat(evaluating.poll(60, TimeUnit.SECONDS)).isEqualTo(1_000);
        tick(2_000);
        tick(3_000);
        tick(4_000);
        gate.countDown();

        assertThat(nextJudged().tickMillis()).isEqualTo(1_000);
        assertThat(nextJudged().tickMillis()).isEqualTo(4_000);
        assertThat(registry.get("tocsin.rule.ticks.skipped").counter().count()).isEqualTo(2);
        tick(5_000);
        assertThat(nextJudged().tickMillis()).isEqualTo(5_000);
    }

    @Test
    void reloadsBetweenTwoTicks() throws InterruptedException {
        tick(1_000);
        nextJudged();

        verticle.reload(List.of(group("B")), () -> {}).await();
        tick(2_000);

        assertThat(nextJudged().alerts())
                .extracting(alert -> alert.labels().get("alertname") + " " + alert.isFiring())
                .containsExactlyInAnyOrder("A false", "B true");
    }

    @Test
    void aTickThatCouldNotBeJudgedDoesNotEndTheJudging() throws InterruptedException {
        breaks = true;
        tick(1_000);
        verticle.settled().await();
        breaks = false;
        tick(2_000);

        assertThat(nextJudged().tickMillis()).isEqualTo(2_000);
    }

    private final class BreakableClock implements Clock {
        @Override
        public long wallMillis() {
            if (breaks) {
                throw new IllegalStateException("broken on purpose");
            }
            return 0;
        }

        @Override
        public long monotonicNanos() {
            return 0;
        }
    }

    private static final class NoRecorder implements dev.tocsin.core.SampleRecorder {
        @Override
        public void append(Labels labels, long timeMillis, double value) {}

        @Override
        public void append(Labels labels, long timeMillis, dev.tocsin.core.Distribution value) {}

        @Override
        public void markStale(Labels labels, long timeMillis) {}
    }

    /** Passes an event by reference, as the server's own codec does. */
    private record ByReference<E>(String name) implements MessageCodec<E, E> {
        @Override
        public void encodeToWire(Buffer buffer, E event) {
            throw new IllegalStateException();
        }

        @Override
        public E decodeFromWire(int position, Buffer buffer) {
            throw new IllegalStateException();
        }

        @Override
        public E transform(E event) {
            return event;
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
