package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import dev.tocsin.notify.CircuitBreaker.State;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CircuitBreakerTest {
    private final CircuitBreaker breaker = new CircuitBreaker();

    private void fail(int times, long now) {
        for (int i = 0; i < times; i++) {
            breaker.failed(now);
        }
    }

    @Test
    void opensAtTheFifthFailureInARow() {
        fail(4, 0);
        assertThat(breaker.admits(0)).isTrue();
        breaker.answered();
        fail(4, 0);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);

        fail(1, 0);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.admits(999)).isFalse();
    }

    @Test
    void oneAttemptAloneFindsOut() {
        fail(5, 0);

        assertThat(breaker.admits(1_000)).isTrue();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.admits(1_000)).isFalse();
        breaker.answered();
        assertThat(breaker.admits(1_000)).isTrue();
        assertThat(breaker.admits(1_000)).isTrue();
    }

    @Test
    void isLeftAloneTwiceAsLongEachTimeUpToHalfAMinute() {
        fail(5, 0);
        long now = 0;
        for (long open : new long[] {1, 2, 4, 8, 16, 30, 30}) {
            assertThat(breaker.probeAtMillis()).isEqualTo(now + open * 1_000);
            now = breaker.probeAtMillis();
            assertThat(breaker.admits(now)).isTrue();
            fail(1, now);
        }
        breaker.answered();
        fail(5, now);
        assertThat(breaker.probeAtMillis()).isEqualTo(now + 1_000);
    }

    @Test
    void whatBeganBeforeItOpenedDoesNotProlongIt() {
        fail(5, 0);
        fail(11, 900);

        assertThat(breaker.probeAtMillis()).isEqualTo(1_000);
    }

    /** While it is not closed at most one attempt goes at a time, and never before its moment. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void neverLetsMoreThanOneThroughBesidesWhenClosed(long seed) {
        Random random = new Random(seed);
        long now = 0;
        int probes = 0;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(500);
            State before = breaker.state();
            switch (random.nextInt(3)) {
                case 0 -> {
                    boolean admitted = breaker.admits(now);
                    if (admitted && before != State.CLOSED) {
                        assertThat(before).as("seed " + seed).isEqualTo(State.OPEN);
                        assertThat(now).isGreaterThanOrEqualTo(breaker.probeAtMillis());
                        probes++;
                    }
                }
                case 1 -> breaker.failed(now);
                default -> {
                    if (random.nextInt(10) == 0) {
                        breaker.answered();
                        assertThat(breaker.state()).isEqualTo(State.CLOSED);
                    }
                }
            }
            if (breaker.state() == State.OPEN) {
                assertThat(breaker.probeAtMillis() - now).isLessThanOrEqualTo(CircuitBreaker.MOST_MILLIS);
            }
        }
        assertThat(probes).as("seed " + seed).isPositive();
    }

    private static double state(ChannelScene scene) {
        return scene.meters.get("tocsin.notification.circuit.state").gauge().value();
    }

    private static void awaitState(ChannelScene scene, State state) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ChannelScene.PATIENCE_SECONDS);
        while (state(scene) != state.ordinal()) {
            assertThat(System.nanoTime()).as("circuit " + state).isLessThan(deadline);
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    @Test
    void aDestinationThatFailsIsLeftAloneAndNotificationsWait() throws Exception {
        String[] dead = new String[CircuitBreaker.FAILURES];
        Arrays.fill(dead, Receiver.HANG_UP);
        ManualClock clock = new ManualClock(Notifications.TICK.toEpochMilli());
        try (Receiver receiver = new Receiver(dead);
                ChannelScene scene = new ChannelScene("webhook", "{url: '" + receiver.url("/") + "'}", clock)) {
            CompletableFuture<DeliveryOutcome> first =
                    scene.begin(scene.notification("1", Verdict.FIRST, ChannelScene.firing()));
            awaitState(scene, State.OPEN);
            CompletableFuture<DeliveryOutcome> second =
                    scene.begin(scene.notification("2", Verdict.FIRST, ChannelScene.firing()));
            Notification withAnotherWay = scene.notification("3", Verdict.FIRST, ChannelScene.firing());
            DeliveryOutcome third = scene.tell(withAnotherWay.limitedTo(withAnotherWay.deadline(), 1));

            assertThat(third.result()).isEqualTo(Result.EXPIRED);
            assertThat(third.attempts())
                    .as("what another receiver can be told is not held up")
                    .isZero();
            assertThat(third.detail()).isEqualTo("not tried: 5 attempts in a row failed");
            assertThat(second).isNotDone();
            assertThat(scene.attempts("connection")).isEqualTo(CircuitBreaker.FAILURES);

            clock.advance(Duration.ofMillis(CircuitBreaker.FIRST_MILLIS));

            assertThat(second.get(ChannelScene.PATIENCE_SECONDS, TimeUnit.SECONDS)
                            .result())
                    .isEqualTo(Result.ACCEPTED);
            assertThat(first.get(ChannelScene.PATIENCE_SECONDS, TimeUnit.SECONDS)
                            .result())
                    .isEqualTo(Result.ACCEPTED);
            awaitState(scene, State.CLOSED);
            scene.assertAttempts("connection", CircuitBreaker.FAILURES);
        }
    }

    @Test
    void aReceiverThatRefusesIsNotDead() throws Exception {
        String[] refusals = new String[CircuitBreaker.FAILURES + 1];
        Arrays.fill(refusals, Receiver.status(400));
        try (Receiver receiver = new Receiver(refusals);
                ChannelScene scene = new ChannelScene("webhook", "{url: '" + receiver.url("/") + "'}")) {
            for (int i = 0; i < refusals.length; i++) {
                scene.tell(scene.notification("key" + i, Verdict.FIRST, ChannelScene.firing()));
            }

            assertThat(scene.tellFiring().result()).isEqualTo(Result.ACCEPTED);
            assertThat(state(scene)).isEqualTo(State.CLOSED.ordinal());
        }
    }
}
