package dev.tocsin.alert;

import static dev.tocsin.alert.AlertScene.START;
import static dev.tocsin.alert.AlertScene.hook;
import static dev.tocsin.alert.AlertScene.labels;
import static dev.tocsin.alert.AlertScene.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Notification;
import java.util.List;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    @Test
    void tellsAtOnceWhereTheGroupWaitIsZero() {
        AlertScene scene = AlertScene.of(options("0s", "5m", "4h"));

        scene.fire("a");

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");
    }

    @Test
    void tellsWhenTheGroupWaitIsExactlyReachedAndNoMillisecondEarlier() {
        AlertScene scene = AlertScene.of(options("30s", "5m", "4h")).fire("a");

        assertThat(scene.pass("29s999ms").told).isEmpty();
        assertThat(scene.pass("1ms").told).containsExactly("30s team FIRST firing=a resolved=");
    }

    @Test
    void anAlertThatJoinsDuringTheWaitIsToldWithTheFirst() {
        AlertScene scene = AlertScene.of(options("30s", "5m", "4h"));

        scene.fire("b").pass("29s").fire("a").pass("1s");

        assertThat(scene.told).containsExactly("30s team FIRST firing=a,b resolved=");
    }

    @Test
    void anAlertThatBeganLongerAgoThanTheWaitCutsItShort() {
        AlertScene scene = AlertScene.of(options("30s", "5m", "4h"));

        scene.say("a", START.minusSeconds(30), null);
        assertThat(scene.told).isEmpty();
        scene.say("b", START.minusSeconds(31), null);

        assertThat(scene.told).containsExactly("0s team FIRST firing=a,b resolved=");
    }

    @Test
    void whatIsResolvedBeforeTheWaitEndsIsNotTold() {
        AlertScene scene = AlertScene.of(options("30s", "5m", "4h"));

        scene.fire("a").pass("29s").resolve("a").pass("1h");

        assertThat(scene.told).isEmpty();
        assertThat(scene.engine.dispatcher().groupCount()).isZero();
    }

    @Test
    void anAlertThatJoinsLaterWaitsForTheGroupInterval() {
        AlertScene scene = AlertScene.of(options("10s", "5m", "4h"));

        scene.fire("a").pass("11s").fire("b").pass("5m");

        assertThat(scene.told)
                .containsExactly("10s team FIRST firing=a resolved=", "5m10s team NEW_FIRING firing=a,b resolved=");
    }

    @Test
    void aResolvedAlertIsToldAtTheNextGroupIntervalAndOnlyOnce() {
        AlertScene scene = AlertScene.of(options("10s", "5m", "4h"));

        scene.fire("a").fire("b").pass("11s").resolve("b").pass("1h");

        assertThat(scene.told)
                .containsExactly("10s team FIRST firing=a,b resolved=", "5m10s team NEW_RESOLVED firing=a resolved=b");
    }

    @Test
    void whenAllIsResolvedItSaysSoAndTheGroupIsForgotten() {
        AlertScene scene = AlertScene.of(options("10s", "5m", "4h"));

        scene.fire("a").pass("11s").resolve("a").pass("4m59s");
        assertThat(scene.engine.dispatcher().groupCount()).isEqualTo(1);
        scene.pass("30s");

        assertThat(scene.told)
                .containsExactly("10s team FIRST firing=a resolved=", "5m10s team ALL_RESOLVED firing= resolved=a");
        assertThat(scene.engine.dispatcher().groupCount()).isZero();
        assertThat(scene.engine.dispatcher().nextDue()).isEmpty();
        assertThat(scene.engine.log.size()).isZero();
    }

    @Test
    void repeatsAtTheFirstFlushAfterTheRepeatIntervalHasPassedNotWhenItIsExactlyReached() {
        AlertScene scene = AlertScene.of(options("0s", "1m", "3m")).fire("a").pass("8m");

        assertThat(scene.told)
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "4m team REPEAT firing=a resolved=",
                        "8m team REPEAT firing=a resolved=");
    }

    @Test
    void anAlertThatFlapsBetweenTwoFlushesIsNotToldAgain() {
        AlertScene scene = AlertScene.of(options("0s", "5m", "4h"));

        scene.fire("a").pass("1m").resolve("a").pass("1m").fire("a").pass("10m");

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");
    }

    @Test
    void anAlertThatFiredAndEndedBetweenTwoFlushesOfATellingGroupIsOnlyToldAsResolved() {
        AlertScene scene = AlertScene.of(options("0s", "5m", "4h"));

        scene.fire("a").pass("1m").fire("b").pass("1m").resolve("b").pass("10m");

        assertThat(scene.told)
                .containsExactly("0s team FIRST firing=a resolved=", "5m team NEW_RESOLVED firing=a resolved=b");
    }

    @Test
    void anAlertThatFiresAgainSoonAfterItsEndWasToldWaitsForTheGroupIntervalAndLaterForTheGroupWait() {
        AlertScene scene = AlertScene.of(options("0s", "5m", "4h"));

        scene.fire("a")
                .pass("1m")
                .resolve("a")
                .pass("4m10s")
                .fire("a")
                .pass("5m")
                .resolve("a");
        scene.pass("6m").fire("a");

        assertThat(scene.told)
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "5m team ALL_RESOLVED firing= resolved=a",
                        "10m team FIRST firing=a resolved=",
                        "15m team ALL_RESOLVED firing= resolved=a",
                        "16m10s team FIRST firing=a resolved=");
    }

    @Test
    void whereResolvedIsUnwantedTheEndIsNotToldButANewStartIs() {
        AlertScene scene = new AlertScene(Routing.of(Route.root(options("0s", "5m", "4h")), hook(false)));

        scene.fire("a")
                .fire("b")
                .pass("1m")
                .resolve("a")
                .pass("5m")
                .resolve("b")
                .pass("5m")
                .fire("a")
                .pass("5m");

        assertThat(scene.told)
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "5m team NEW_FIRING firing=b resolved=",
                        "11m team FIRST firing=a resolved=");
    }

    @Test
    void aPostedAlertThatIsNotSaidAgainEndsByItself() {
        AlertScene scene = AlertScene.of(options("0s", "1m", "4h"));

        scene.say(labels("a"), START, START.plusSeconds(90), true).pass("10m");

        assertThat(scene.told)
                .containsExactly("0s team FIRST firing=a resolved=", "2m team ALL_RESOLVED firing= resolved=a");
    }

    @Test
    void aPostedAlertThatIsSaidAgainGoesOn() {
        AlertScene scene = AlertScene.of(options("0s", "1m", "4h"));

        scene.say(labels("a"), START, START.plusSeconds(90), true).pass("1m");
        scene.say(labels("a"), START, START.plusSeconds(600), true).pass("8m");

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");
    }

    @Test
    void oneThatFailsIsToldAgainAtTheNextFlushWithTheSameKey() {
        AlertScene scene = AlertScene.of(options("0s", "1m", "4h"));
        scene.holdBack = true;

        scene.fire("a").pass("1m");
        assertThat(scene.told).hasSize(1);
        scene.settleHeld(Result.EXPIRED);

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=", "1m team FIRST firing=a resolved=");
        assertThat(scene.sent.get(1).key()).isEqualTo(scene.sent.get(0).key());
    }

    @Test
    void whatWasResolvedWhileItCouldNotBeToldIsNotTold() {
        AlertScene scene = AlertScene.of(options("0s", "1m", "4h"));
        scene.holdBack = true;

        scene.fire("a").pass("30s").resolve("a").pass("30s");
        scene.settleHeld(Result.EXPIRED);
        scene.pass("10m");

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");
        assertThat(scene.engine.dispatcher().groupCount()).isZero();
    }

    @Test
    void aResolvedAlertIsKeptUntilTheReceiverTookTheNews() {
        AlertScene scene = AlertScene.of(options("0s", "1m", "4h")).fire("a");
        scene.holdBack = true;

        scene.pass("30s").resolve("a").pass("2m");
        scene.settleHeld(Result.REFUSED);
        assertThat(scene.pass("1m").told)
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "1m team ALL_RESOLVED firing= resolved=a",
                        "2m30s team ALL_RESOLVED firing= resolved=a");
        scene.settleHeld(Result.ACCEPTED);
        scene.pass("5m");

        assertThat(scene.told).hasSize(3);
        assertThat(scene.engine.dispatcher().groupCount()).isZero();
    }

    @Test
    void aFlushDuringADeliveryIsMadeUpForAsSoonAsItEnds() {
        AlertScene scene = AlertScene.of(options("0s", "1s", "4h"));
        scene.holdBack = true;

        scene.fire("a").pass("500ms").fire("b").pass("4s500ms");
        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");
        scene.settleHeld(Result.ACCEPTED);

        assertThat(scene.told)
                .containsExactly("0s team FIRST firing=a resolved=", "5s team NEW_FIRING firing=a,b resolved=");
    }

    @Test
    void deliveryHasUntilTheNextFlushButNeverLessThanTenSeconds() {
        AlertScene slow = AlertScene.of(options("0s", "1m", "4h")).fire("a");
        AlertScene quick = AlertScene.of(options("0s", "1s", "4h")).fire("a");

        assertThat(slow.sent.getFirst().deadline()).isEqualTo(START.plusSeconds(60));
        assertThat(quick.sent.getFirst().deadline()).isEqualTo(START.plusSeconds(10));
    }

    @Test
    void aDeadIntegrationHoldsUpNoOtherOfItsReceiver() {
        Integration dead = new Integration("team", "webhook", 1);
        Receiver both = new Receiver(
                "team",
                List.of(new Receiver.Subscription(AlertScene.HOOK, true), new Receiver.Subscription(dead, true)));
        AlertScene scene = new AlertScene(Routing.of(Route.root(options("0s", "1s", "4h")), both));
        scene.holdBack = true;

        scene.fire("a");
        scene.settle(scene.held.removeFirst(), Result.ACCEPTED);
        scene.fire("b").pass("1s");

        assertThat(scene.sent)
                .extracting(Notification::integration)
                .containsExactly(AlertScene.HOOK, dead, AlertScene.HOOK);
    }

    @Test
    void aRepeatHasAnotherKeyThanTheFirst() {
        AlertScene scene = AlertScene.of(options("0s", "1m", "1m")).fire("a").pass("2m");

        assertThat(scene.sent).hasSize(2);
        assertThat(scene.sent.get(0).key()).isNotEqualTo(scene.sent.get(1).key());
    }
}
