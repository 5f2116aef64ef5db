package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import dev.tocsin.core.StateInMemory;
import dev.tocsin.core.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlappingTest {
    private static final Labels A = AlertScene.labels("a");
    private static final Duration WITHIN = Duration.ofMinutes(10);
    private static final Duration REPEAT = Duration.ofHours(1);

    private final StateInMemory state = new StateInMemory();
    private final AlertScene scene = new AlertScene(routing());

    private static Routing routing() {
        RouteOptions options = new RouteOptions("team", GroupBy.NOTHING, Duration.ZERO, Duration.ofSeconds(10), REPEAT)
                .withFlapping(new FlapLimit(4, WITHIN));
        return Routing.of(Route.root(options), AlertScene.hook(true));
    }

    @BeforeEach
    void keep() {
        scene.engine.keepIn(state, scene.now);
    }

    private Alert lastTold() {
        return scene.sent.getLast().alerts().getFirst();
    }

    /** Fires and ends, each for a minute; flaps since the fifth change, after four minutes. */
    private void changes(int count) {
        for (int i = 0; i < count; i++) {
            change(i % 2 == 0);
        }
    }

    private void change(boolean fires) {
        if (fires) {
            scene.fire("a");
        } else {
            scene.resolve("a");
        }
        scene.pass("1m");
    }

    @Test
    void changesUpToTheLimitAreToldOneByOne() {
        changes(4);
        scene.pass("1h");

        assertThat(scene.told)
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "1m10s team ALL_RESOLVED firing= resolved=a",
                        "2m team FIRST firing=a resolved=",
                        "3m10s team ALL_RESOLVED firing= resolved=a");
    }

    @Test
    void moreAreToldOnceAndThenNotUntilCalm() {
        changes(8);
        assertThat(scene.told).hasSize(5);
        assertThat(lastTold().annotations()).containsEntry("flapping", "flaps since 2026-11-21T12:04:00Z, 5 changes");

        scene.pass("1h");

        assertThat(scene.told.subList(4, scene.told.size()))
                .containsExactly("4m team FIRST firing=a resolved=", "17m team ALL_RESOLVED firing= resolved=a");
        assertThat(scene.engine.book.firingCount(scene.now)).isZero();
    }

    @Test
    void whatIsCalmAndFiresIsToldOnceMoreAndThenAsUsual() {
        changes(7);
        scene.pass("30m");
        assertThat(scene.told.subList(5, scene.told.size())).containsExactly("16m team NEW_FIRING firing=a resolved=");
        assertThat(lastTold().annotations())
                .containsEntry("flapping", "calm since 2026-11-21T12:16:00Z, after 7 changes");

        scene.say("a", AlertScene.START.plusSeconds(360), null)
                .pass("1m")
                .resolve("a")
                .pass("30m");
        assertThat(scene.told).last().isEqualTo("38m10s team ALL_RESOLVED firing= resolved=a");
    }

    @Test
    void eachRepeatSaysHowOftenItHasChanged() {
        changes(130);

        assertThat(scene.told.subList(5, scene.told.size()))
                .containsExactly("1h4m10s team REPEAT firing=a resolved=", "2h4m20s team REPEAT firing=a resolved=");
        assertThat(lastTold().annotations()).containsEntry("flapping", "flaps since 2026-11-21T12:04:00Z, 125 changes");
    }

    @Test
    void itsAcknowledgementHoldsInTheNextProcess() throws Exception {
        for (int i = 0; i < 5; i++) {
            scene.say("a", AlertScene.START, i % 2 == 0 ? null : scene.now).pass("1m");
        }
        assertThat(scene.engine.book.get(A).orElseThrow().isFlapping()).isTrue();
        scene.engine.acknowledge(A.fingerprint(), new Answer("ann", "", null), scene.now);

        scene.restart(state);
        scene.say("a", AlertScene.START, null).pass("1m");

        assertThat(scene.engine.acknowledgements.isAcknowledged(A, scene.now)).isTrue();
    }

    @Test
    void itsHistorySaysSo() {
        changes(7);
        scene.pass("30m");

        assertThat(scene.engine.record(A.fingerprint(), scene.now).orElseThrow().events().stream()
                        .map(AlertEvent::kind)
                        .filter(kind -> kind == AlertEvent.Kind.FLAPPING || kind == AlertEvent.Kind.CALM))
                .containsExactly(AlertEvent.Kind.FLAPPING, AlertEvent.Kind.CALM);
    }

    @Test
    void whatAPersonResolvesWhileItFlapsIsOver() throws AnswerRefusedException {
        changes(7);
        scene.engine.resolve(A.fingerprint(), new Answer("ann", "", null), scene.now);
        scene.pass("30m");

        assertThat(scene.told).last().isEqualTo("7m10s team ALL_RESOLVED firing= resolved=a");
        assertThat(scene.engine.book.firingCount(scene.now)).isZero();
    }

    @Test
    void aPostedAlertThatRunsOutAndComesBackChangesTwice() {
        for (int i = 0; i < 3; i++) {
            scene.say(A, scene.now, scene.now.plusSeconds(60), true).pass("2m");
        }

        assertThat(lastTold().annotations()).containsKey("flapping");
    }

    @Test
    void aConfigurationWithoutItTellsItsStateAtTheNextSaying() {
        changes(7);
        RouteOptions options = routing().root().options().withFlapping(null);
        scene.engine.reroute(Routing.of(Route.root(options), AlertScene.hook(true)), () -> {}, scene.now);
        scene.resolve("a").pass("1m");

        assertThat(scene.told).last().isEqualTo("7m team ALL_RESOLVED firing= resolved=a");
    }

    /**
     * Random bursts of changes and quiet times, with restarts. Whatever happens: while it flaps nothing but the one notice
     * and repeats are told, and after a quiet time the last that was told is how it is (invariants 3 and 4: told, and once).
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void tellsHowItIsInTheEndAndLittleBefore(long seed) {
        Random random = new Random(seed);
        boolean fires = false;
        int flapped = 0;
        for (int burst = 0; burst < 40; burst++) {
            for (int i = random.nextInt(30); i > 0; i--) {
                fires = !fires;
                change(fires, random.nextInt(90));
                if (random.nextInt(40) == 0) {
                    scene.restart(state);
                    scene.say("a", scene.now.minusSeconds(1), fires ? null : scene.now);
                }
            }
            scene.pass("13m");
            List<Notification> sent = scene.sent;
            if (!sent.isEmpty()) {
                assertThat(lastTold().isFiring()).as("burst %d", burst).isEqualTo(fires);
            }
        }
        Instant flapping = null;
        for (Notification n : scene.sent) {
            String text = n.alerts().getFirst().annotations().getOrDefault("flapping", "");
            if (text.startsWith("flaps") && flapping != null) {
                assertThat(n.reason()).isEqualTo(Verdict.REPEAT);
                assertThat(Duration.between(flapping, n.flushedAt())).isGreaterThan(REPEAT);
            }
            flapping = text.startsWith("flaps") ? n.flushedAt() : null;
            flapped += flapping == null ? 0 : 1;
        }
        assertThat(flapped).isGreaterThan(10);
    }

    private void change(boolean fires, int seconds) {
        if (fires) {
            scene.fire("a");
        } else {
            scene.resolve("a");
        }
        scene.pass((seconds + 1) + "s");
    }
}
