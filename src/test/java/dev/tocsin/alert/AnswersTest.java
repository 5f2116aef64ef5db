package dev.tocsin.alert;

import static dev.tocsin.alert.AlertScene.START;
import static dev.tocsin.alert.AlertScene.labels;
import static dev.tocsin.alert.AlertScene.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Alert;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Notification;
import dev.tocsin.core.StateInMemory;
import dev.tocsin.core.Verdict;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Acknowledged, un-acknowledged, resolved by hand: who is told what afterwards. */
class AnswersTest {
    private static final Answer ANN = new Answer("ann", "on it", null);

    private final AlertScene scene = AlertScene.of(options("0s", "1m", "3m"));

    private static long fingerprint(String name) {
        return labels(name).fingerprint();
    }

    private static Answer until(Instant expiry) {
        return new Answer("ann", "", expiry);
    }

    private void acknowledge(String name, Answer answer) throws AnswerRefusedException {
        scene.engine.acknowledge(fingerprint(name), answer, scene.now);
        scene.deliver();
    }

    private void resolveByHand(String name, Answer answer) throws AnswerRefusedException {
        scene.engine.resolve(fingerprint(name), answer, scene.now);
        scene.deliver();
    }

    private boolean isAcknowledged(String name) {
        return scene.engine.acknowledgements.isAcknowledged(labels(name), scene.now);
    }

    private boolean fires(String name) {
        return scene.engine
                .book
                .get(labels(name))
                .filter(a -> !a.isResolvedAt(scene.now))
                .isPresent();
    }

    @Test
    void anAcknowledgedAlertIsNotRepeatedButItsEndIsTold() throws Exception {
        scene.fire("a").pass("1m");
        acknowledge("a", ANN);

        scene.pass("1h").resolve("a").pass("1m");

        assertThat(scene.told)
                .containsExactly("0s team FIRST firing=a resolved=", "1h2m team ALL_RESOLVED firing= resolved=a");
    }

    @Test
    void newsOfAnotherAlertOfTheGroupIsToldAndItsRepeatsLeaveOutWhatIsAcknowledged() throws Exception {
        scene.fire("a").pass("30s");
        acknowledge("a", ANN);

        scene.fire("b").pass("5m");

        assertThat(scene.told)
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "1m team NEW_FIRING firing=a,b resolved=",
                        "5m team REPEAT firing=b resolved=");
    }

    @Test
    void anAlertWhoseEndWasToldIsNotRepeatedInTheNameOfAnAcknowledgedOne() throws Exception {
        scene.fire("a").fire("b").pass("70s").resolve("b").pass("1m");
        acknowledge("a", ANN);

        scene.pass("1h");

        assertThat(scene.told).hasSize(3).last().isEqualTo("2m team NEW_RESOLVED firing=a resolved=b");
    }

    @Test
    void whatIsTakenBackIsRepeatedAtTheNextFlush() throws Exception {
        scene.fire("a").pass("1m");
        acknowledge("a", ANN);
        scene.pass("9m30s");

        scene.engine.unacknowledge(fingerprint("a"), ANN, scene.now);
        scene.pass("1m");

        assertThat(scene.told)
                .containsExactly("0s team FIRST firing=a resolved=", "11m team REPEAT firing=a resolved=");
    }

    @Test
    void anAcknowledgementThatExpiresIsOverAtThatMoment() throws Exception {
        scene.fire("a");
        acknowledge("a", until(START.plusSeconds(600)));

        scene.pass("9m59s");
        assertThat(isAcknowledged("a")).isTrue();
        scene.pass("1s");

        assertThat(isAcknowledged("a")).isFalse();
        assertThat(scene.told).last().isEqualTo("10m team REPEAT firing=a resolved=");
    }

    @Test
    void theNextEpisodePagesAnew() throws Exception {
        scene.fire("a").pass("1m");
        acknowledge("a", ANN);
        scene.resolve("a").pass("2m").fire("a").pass("4m");

        assertThat(isAcknowledged("a")).isFalse();
        assertThat(scene.told)
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "2m team ALL_RESOLVED firing= resolved=a",
                        "3m team FIRST firing=a resolved=",
                        "7m team REPEAT firing=a resolved=");
    }

    @Test
    void anAlertThatRunsOutAndIsPostedAgainIsANewEpisodeWhateverStartItClaims() throws Exception {
        scene.say(labels("a"), START, START.plusSeconds(30), true).pass("10s");
        acknowledge("a", ANN);
        scene.pass("50s");

        scene.say(labels("a"), START, START.plusSeconds(600), true);

        assertThat(isAcknowledged("a")).isFalse();
        assertThat(scene.engine.book.get(labels("a")).orElseThrow().episode()).isEqualTo(START.plusSeconds(30));
    }

    @Test
    void anAcknowledgementOutlivesRestartAndReloadAndEndsWithItsEpisode() throws Exception {
        StateInMemory state = new StateInMemory();
        scene.restart(state).fire("a").pass("1m");
        acknowledge("a", until(START.plusSeconds(100_000)));

        scene.restart(state).say("a", START, null).reroute().pass("1h");
        assertThat(isAcknowledged("a")).isTrue();
        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");

        scene.restart(state).say("a", scene.now, null);
        assertThat(isAcknowledged("a")).isFalse();
    }

    @Test
    void anAcknowledgementWhoseAlertDoesNotComeBackIsForgottenAfterAWhile() throws Exception {
        StateInMemory state = new StateInMemory();
        scene.restart(state).fire("a");
        acknowledge("a", ANN);
        scene.restart(state).pass("1h");

        scene.engine.sweep(scene.now);
        assertThat(scene.engine.acknowledgements.all()).hasSize(1);
        scene.pass("1ms").engine.sweep(scene.now);

        assertThat(scene.engine.acknowledgements.all()).isEmpty();
        assertThat(state.withPrefix("ack/")).isEmpty();
    }

    @Test
    void whatFiresNoMoreOrIsNotKnownCannotBeAnswered() {
        scene.fire("a").resolve("a");

        assertThatThrownBy(() -> acknowledge("a", ANN))
                .hasMessage("the alert is over: resolved at 2026-11-21T12:00:00Z");
        assertThatThrownBy(() -> acknowledge("b", ANN))
                .asInstanceOf(InstanceOfAssertFactories.type(AnswerRefusedException.class))
                .extracting(AnswerRefusedException::reason)
                .isEqualTo(AnswerRefusedException.Reason.UNKNOWN);
        scene.fire("c");
        assertThatThrownBy(() -> scene.engine.unacknowledge(fingerprint("c"), ANN, scene.now))
                .hasMessage("the alert is not acknowledged");
    }

    @Test
    void oneMoreThanAllowedIsRefusedAndAnotherForTheSameAlertIsNot() throws Exception {
        Acknowledgements one = new Acknowledgements(1);
        HeldAlert a = HeldAlert.first(alert("a"), false, START);
        one.set(a, ANN, START);
        one.set(a, until(START.plusSeconds(1)), START);

        assertThatThrownBy(() -> one.set(HeldAlert.first(alert("b"), false, START), ANN, START))
                .hasMessage("as many alerts as allowed are acknowledged already: 1");
    }

    private static Alert alert(String name) {
        return new Alert(labels(name), java.util.Map.of(), START, null, "", new Alert.Receipt(0, 0, 0));
    }

    @Test
    void resolvedByHandIsToldWithWhoAndWhyAndStaysOverWhileTheRuleGoesOnFiring() throws Exception {
        scene.fire("a").pass("30s");
        resolveByHand("a", ANN);

        scene.pass("30s").say("a", START, null).pass("1h").say("a", START, null).pass("1h");

        assertThat(fires("a")).isFalse();
        assertThat(scene.told)
                .containsExactly("0s team FIRST firing=a resolved=", "1m team ALL_RESOLVED firing= resolved=a");
        assertThat(scene.sent.getLast().alerts().getFirst().annotations())
                .containsEntry("resolved_reason", "resolved by ann: on it");
    }

    @Test
    void resolvedByHandFiresAnewAfterTheRuleWasFalseOnce() throws Exception {
        scene.fire("a").pass("30s");
        resolveByHand("a", ANN);
        scene.pass("10m").say("a", START, scene.now).pass("1m");

        scene.fire("a").pass("1m");

        assertThat(scene.told).hasSize(3).last().isEqualTo("11m30s team FIRST firing=a resolved=");
    }

    @Test
    void resolvedByHandFiresAnewWhenTheAnswerExpires() throws Exception {
        scene.fire("a").pass("30s");
        acknowledge("a", ANN);
        resolveByHand("a", until(START.plusSeconds(630)));
        scene.pass("9m59s").engine.sweep(scene.now);
        assertThat(fires("a")).isFalse();

        scene.pass("1s").engine.sweep(scene.now);
        scene.deliver();

        assertThat(fires("a")).isTrue();
        assertThat(isAcknowledged("a")).isFalse();
        assertThat(scene.engine.book.get(labels("a")).orElseThrow().episode()).isEqualTo(START.plusSeconds(30));
        assertThat(scene.told).last().isEqualTo("10m30s team FIRST firing=a resolved=");
    }

    @Test
    void aPostedAlertResolvedByHandFiresAnewAfterNobodyPostedItForItsTime() throws Exception {
        post("5m").pass("1m");
        resolveByHand("a", ANN);
        post("5m").pass("4m");
        post("5m");
        assertThat(fires("a")).isFalse();

        scene.pass("5m");
        post("5m");

        assertThat(fires("a")).isTrue();
    }

    private AlertScene post(String timeout) {
        return scene.say(labels("a"), scene.now, scene.now.plus(AlertScene.duration(timeout)), true);
    }

    @Test
    void resolvedByHandOutlivesARestartAndItsEndIsToldOnce() throws Exception {
        StateInMemory state = new StateInMemory();
        scene.restart(state).fire("a").pass("30s");
        resolveByHand("a", ANN);

        scene.restart(state)
                .say("a", START, null)
                .pass("2m")
                .restart(state)
                .say("a", START, null)
                .pass("2m");

        assertThat(fires("a")).isFalse();
        assertThat(scene.told).hasSize(2).last().asString().endsWith("team ALL_RESOLVED firing= resolved=a");
    }

    @Test
    void aResolutionWhoseSourceFellSilentIsForgotten() throws Exception {
        scene.fire("a");
        resolveByHand("a", ANN);

        scene.pass("1h").engine.sweep(scene.now);
        assertThat(scene.engine.answers().resolved()).hasSize(1);
        scene.pass("1ms").engine.sweep(scene.now);

        assertThat(scene.engine.answers().resolved()).isEmpty();
    }

    @Test
    void whoeverHoldsAnIncidentOpenIsToldOnceAllOfItIsAcknowledged() throws Exception {
        Integration pagerduty = new Integration("team", "pagerduty", 0);
        AlertScene both = new AlertScene(Routing.of(
                Route.root(options("10s", "1m", "3m")),
                new Receiver(
                        "team",
                        List.of(
                                new Receiver.Subscription(AlertScene.HOOK, true),
                                new Receiver.Subscription(pagerduty, true)))));
        both.fire("a").fire("b").pass("20s");
        both.sent.clear();

        both.engine.acknowledge(fingerprint("a"), ANN, both.now);
        both.deliver();
        assertThat(both.sent).isEmpty();
        both.engine.acknowledge(fingerprint("b"), ANN, both.now);
        both.deliver();

        assertThat(both.sent).singleElement().satisfies(notice -> {
            assertThat(notice.integration()).isEqualTo(pagerduty);
            assertThat(notice.reason()).isEqualTo(Verdict.TAKEN_ON);
            assertThat(notice.groupKey()).isEqualTo("{}:{}");
            assertThat(notice.alerts()).extracting(Alert::labels).containsExactly(labels("a"), labels("b"));
        });
        both.pass("1h").resolve("a").resolve("b").pass("1m");
        assertThat(both.sent.subList(1, both.sent.size()))
                .extracting(Notification::reason)
                .containsExactly(Verdict.ALL_RESOLVED, Verdict.ALL_RESOLVED);
    }

    @Test
    void whatIsAcknowledgedWhileTheNewsIsOnItsWayIsToldAfterIt() throws Exception {
        Integration opsgenie = new Integration("team", "opsgenie", 0);
        AlertScene slow = new AlertScene(Routing.of(
                Route.root(options("0s", "1m", "3m")),
                new Receiver("team", List.of(new Receiver.Subscription(opsgenie, true)))));
        slow.holdBack = true;
        slow.fire("a").pass("1s");
        slow.engine.acknowledge(fingerprint("a"), ANN, slow.now);
        slow.deliver();
        assertThat(slow.sent).hasSize(1);

        slow.settleHeld(DeliveryOutcome.Result.ACCEPTED);
        slow.settleHeld(DeliveryOutcome.Result.ACCEPTED);
        slow.pass("1h");

        assertThat(slow.sent).extracting(Notification::reason).containsExactly(Verdict.FIRST, Verdict.TAKEN_ON);
    }

    @Test
    void anAnswerNeedsANameAndHasRoomForASentence() {
        assertThatThrownBy(() -> new Answer(" ", "", null)).hasMessageContaining("by: who says so?");
        assertThatThrownBy(() -> new Answer("ann", "x".repeat(2_001), null))
                .hasMessageContaining("up to 2000 characters are taken, these are 2001");
        assertThat(List.of(new Answer(" ann ", " x ", null))).containsExactly(new Answer("ann", "x", null));
    }
}
