package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import dev.tocsin.core.StateInMemory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LatchedAlertsTest {
    private static final Labels A = AlertScene.labels("a");
    private static final Answer ANN = new Answer("ann", "fixed", null);

    private final StateInMemory state = new StateInMemory();
    private final AlertScene scene = new AlertScene(routing(false));

    private static Routing routing(boolean autoResolve) {
        RouteOptions options = new RouteOptions(
                "team",
                GroupBy.NOTHING,
                Duration.ZERO,
                Duration.ofSeconds(10),
                Duration.ofDays(9),
                null,
                autoResolve,
                null,
                false);
        return Routing.of(Route.root(options), AlertScene.hook(true));
    }

    @BeforeEach
    void keep() {
        scene.engine.keepIn(state, scene.now);
    }

    private HeldAlert held() {
        return scene.engine.book.get(A).orElseThrow();
    }

    private void resolveByHand() throws AnswerRefusedException {
        scene.engine.resolve(A.fingerprint(), ANN, scene.now);
        scene.pass("1m");
    }

    @Test
    void whatIsOverFiresUntilAPersonResolvesIt() throws AnswerRefusedException {
        scene.fire("a").pass("1m").resolve("a").pass("1h");

        assertThat(held().isResolvedAt(scene.now)).isFalse();
        assertThat(held().alert().annotations())
                .containsEntry("latched", "over since 2026-11-21T12:01:00Z, fires until somebody resolves it");
        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");

        resolveByHand();

        assertThat(scene.told).last().isEqualTo("1h1m10s team ALL_RESOLVED firing= resolved=a");
        assertThat(scene.sent.getLast().alerts().getFirst().annotations())
                .containsEntry("resolved_reason", "resolved by ann: fixed");
    }

    @Test
    void whatIsOverAndFiresAgainIsTheSameEpisode() {
        scene.fire("a").pass("1m").resolve("a").pass("1m").fire("a").pass("1m");

        assertThat(held().alert().startsAt()).isEqualTo(AlertScene.START);
        assertThat(held().episode()).isEqualTo(AlertScene.START);
        assertThat(held().alert().annotations()).doesNotContainKey("latched");
        assertThat(scene.told).hasSize(1);
    }

    @Test
    void whatIsResolvedByHandFiresAnewWhenItsSourceSaysSo() throws AnswerRefusedException {
        scene.fire("a").pass("1m").resolve("a").pass("1m");
        resolveByHand();
        scene.fire("a").pass("10s");

        assertThat(held().isResolvedAt(scene.now)).isFalse();
        assertThat(scene.told).last().isEqualTo("3m team FIRST firing=a resolved=");
    }

    @Test
    void whatAPersonResolvedWhileItWentOnIsOverWhenItsSourceSaysSo() throws AnswerRefusedException {
        scene.fire("a").pass("1m");
        resolveByHand();
        scene.say("a", AlertScene.START, null).pass("10s");
        assertThat(held().isResolvedAt(scene.now)).isTrue();

        scene.say("a", AlertScene.START, scene.now).pass("10s");
        scene.fire("a").pass("10s");
        assertThat(held().isResolvedAt(scene.now)).isFalse();
    }

    @Test
    void theLabelIsStrongerThanTheRoute() {
        Labels resolves = Labels.of("alertname", "b", "auto_resolve", "true");
        scene.say(resolves, scene.now, null, false).pass("1m");
        scene.say(resolves, AlertScene.START, scene.now, false).pass("1m");
        assertThat(scene.engine.book.firingCount(scene.now)).isZero();

        AlertScene other = new AlertScene(routing(true));
        Labels stays = Labels.of("alertname", "b", "auto_resolve", "false");
        other.say(stays, other.now, null, false).pass("1m");
        other.say(stays, AlertScene.START, other.now, false).pass("1m");
        assertThat(other.engine.book.firingCount(other.now)).isEqualTo(1);
    }

    @Test
    void aPostedAlertThatNobodyPostsAnyMoreStays() {
        scene.say(A, scene.now, scene.now.plusSeconds(300), true).pass("1h");

        assertThat(held().isResolvedAt(scene.now)).isFalse();
    }

    @Test
    void aPostedAlertThatRanOutStaysOverARestart() throws AnswerRefusedException {
        PostedAlert posted =
                new PostedAlert(A, Map.of("summary", "s"), scene.now, scene.now.plusSeconds(60), "http://x/");
        scene.engine.post(List.of(posted), scene.now);
        scene.pass("10s").restart(state).pass("1h");
        assertThat(held().isResolvedAt(scene.now)).isFalse();

        scene.restart(state);
        scene.engine.sweep(scene.now);
        scene.pass("1h");
        assertThat(held().isResolvedAt(scene.now)).isFalse();

        resolveByHand();
        scene.restart(state).pass("1m");
        assertThat(scene.engine.book.firingCount(scene.now)).isZero();
        assertThat(scene.told)
                .containsExactly("0s team FIRST firing=a resolved=", "2h20s team ALL_RESOLVED firing= resolved=a");
    }

    @Test
    void itStaysOverARestartWhereverItsSourceStands() throws AnswerRefusedException {
        scene.fire("a").pass("1m");
        scene.restart(state).pass("1m");
        assertThat(held().isResolvedAt(scene.now)).isFalse();

        scene.say("a", AlertScene.START, scene.now).pass("1m");
        scene.restart(state).pass("1m");
        assertThat(held().isResolvedAt(scene.now)).isFalse();
        assertThat(held().episode()).isEqualTo(AlertScene.START);

        resolveByHand();
        scene.restart(state).pass("1m");
        assertThat(scene.engine.book.firingCount(scene.now)).isZero();
        assertThat(scene.told)
                .containsExactly("0s team FIRST firing=a resolved=", "4m10s team ALL_RESOLVED firing= resolved=a");
    }

    @Test
    void anEndThatIsOverWhenItIsFirstHeardOfIsNothingToKeep() {
        scene.say("a", AlertScene.START.minusSeconds(60), AlertScene.START).pass("1m");

        assertThat(scene.engine.book.firingCount(scene.now)).isZero();
    }

    @Test
    void aConfigurationWithoutItEndsWhatIsOver() {
        scene.fire("a").fire("b").pass("1m").resolve("a").pass("1m");
        scene.engine.reroute(routing(true), () -> {}, scene.now);
        scene.pass("1m");

        assertThat(scene.engine.book.all().stream()
                        .filter(alert -> !alert.isResolvedAt(scene.now))
                        .map(HeldAlert::labels)
                        .toList())
                .isEqualTo(List.of(AlertScene.labels("b")));
        assertThat(scene.told).last().asString().contains("NEW_RESOLVED firing=b resolved=a");
    }
}
