package dev.tocsin.alert;

import static dev.tocsin.alert.AlertScene.START;
import static dev.tocsin.alert.AlertScene.hook;
import static dev.tocsin.alert.AlertScene.labels;
import static dev.tocsin.alert.AlertScene.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Notification;
import java.time.Duration;
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
    void anEmptyGroupIsForgottenEveryThirtySecondsSinceTheStart() {
        AlertScene scene = AlertScene.of(options("0s", "10s", "4h"));

        scene.fire("a").pass("19s").resolve("a").pass("11s").fire("a");
        scene.pass("1s").resolve("a").pass("10s").fire("a").pass("10s");

        assertThat(scene.told)
                .as("emptied at 20 s, gone at 30 s; emptied at 40 s, there until 60 s")
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "20s team ALL_RESOLVED firing= resolved=a",
                        "30s team FIRST firing=a resolved=",
                        "40s team ALL_RESOLVED firing= resolved=a",
                        "50s team FIRST firing=a resolved=");
    }

    @Test
    void aReloadBeginsTheThirtySecondsAnew() {
        AlertScene scene = AlertScene.of(options("0s", "10s", "4h")).fire("a").pass("25s");

        scene.reroute().resolve("a").pass("15s").fire("a").pass("20s");

        assertThat(scene.told)
                .as("emptied right after the reload at 25 s, there until 55 s")
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "25s team ALL_RESOLVED firing= resolved=a",
                        "45s team FIRST firing=a resolved=");
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

    @Test
    void groupsAreMadeByTheGroupLabels() {
        Route root = Route.root(new RouteOptions(
                "team", GroupBy.of("alertname"), Duration.ZERO, Duration.ofMinutes(5), Duration.ofHours(4)));
        AlertScene scene = new AlertScene(Routing.of(root, hook(true)));

        scene.say(Labels.of("alertname", "a", "x", "1"), START, null, false);
        scene.say(Labels.of("alertname", "b", "x", "1"), START, null, false);
        scene.say(Labels.of("alertname", "b", "x", "2"), START, null, false);

        assertThat(scene.sent)
                .extracting(Notification::groupKey)
                .containsExactly("{}:{alertname=\"a\"}", "{}:{alertname=\"b\"}");
        assertThat(scene.engine.dispatcher().groupCount()).isEqualTo(2);
    }

    @Test
    void aRouteThatContinuesTellsFurtherOnes() {
        RouteOptions options = options("0s", "5m", "4h");
        Route first = new Route(
                "{}",
                List.of(Matcher.equal("alertname", "a")),
                true,
                to("first", options),
                TimeGate.ALWAYS_OPEN,
                List.of());
        Route second = new Route("{}", List.of(), false, to("second", options), TimeGate.ALWAYS_OPEN, List.of());
        Route root = new Route("", List.of(), false, options, TimeGate.ALWAYS_OPEN, List.of(first, second));
        AlertScene scene = new AlertScene(Routing.of(root, hook(true), receiver("first"), receiver("second")));

        scene.fire("a").fire("b");

        assertThat(scene.told)
                .containsExactly("0s first FIRST firing=a resolved=", "0s second FIRST firing=a resolved=");
        assertThat(scene.pass("5m").told).last().isEqualTo("5m second NEW_FIRING firing=a,b resolved=");
        assertThat(scene.sent.getFirst().groupKey()).isEqualTo("{}/{alertname=\"a\"}:{}");
    }

    @Test
    void aReloadOfTheSameRoutesTellsNothingTwice() {
        AlertScene scene = AlertScene.of(options("0s", "1m", "4h"))
                .fire("a")
                .fire("b")
                .pass("1m")
                .resolve("b");

        for (int i = 0; i < 3; i++) {
            scene.pass("1s");
            scene.reroute();
            scene.deliver();
        }
        scene.pass("10m");

        assertThat(scene.told)
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "1m team NEW_FIRING firing=a,b resolved=",
                        "1m1s team NEW_RESOLVED firing=a resolved=b");
    }

    @Test
    void aReloadDuringADeliveryTellsNothingTwice() {
        AlertScene scene = AlertScene.of(options("0s", "1m", "4h"));
        scene.holdBack = true;
        scene.fire("a").pass("1s");

        scene.reroute();
        scene.deliver();
        scene.settleHeld(Result.ACCEPTED);
        scene.pass("1h");

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");
    }

    @Test
    void whenAReloadReplacesTheChannelTheNewOneIsToldAtOnce() {
        AlertScene scene = AlertScene.of(options("0s", "1m", "4h"));
        scene.holdBack = true;
        scene.fire("a").pass("1s");

        scene.reroute();
        scene.settleHeld(Result.SUPERSEDED);

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=", "1s team FIRST firing=a resolved=");
    }

    @Test
    void aReceiverWithoutIntegrationsIsToldNothingAndHoldsNothing() {
        AlertScene scene =
                new AlertScene(Routing.of(Route.root(options("0s", "1m", "4h")), new Receiver("team", List.of())));

        scene.fire("a").pass("1m").resolve("a").pass("2m");

        assertThat(scene.told).isEmpty();
        assertThat(scene.engine.dispatcher().groupCount()).isZero();
    }

    @Test
    void anAlertPastTheLimitOfGroupsIsCountedAndTellsNobody() {
        Dispatcher dispatcher = new Dispatcher(
                Routing.of(
                        Route.root(new RouteOptions(
                                "team", GroupBy.ALL, Duration.ZERO, Duration.ofMinutes(1), Duration.ofHours(4))),
                        hook(true)),
                START,
                new NotificationLog(10),
                new Silences(10, () -> "s"),
                new Acknowledgements(10),
                new Flapping(10),
                new Decisions(new AlertHistory(100, "")),
                1);
        AlertBook book = new AlertBook(10);
        AlertScene source = AlertScene.of(options("0s", "1m", "4h")).fire("a").fire("b");
        List<HeldAlert> alerts = List.copyOf(source.engine.book.all());

        assertThat(dispatcher.insert(alerts.get(0), true, START)).isZero();
        assertThat(dispatcher.insert(alerts.get(1), true, START)).isEqualTo(1);
        assertThat(dispatcher.due(START)).hasSize(1);
        assertThat(book.size()).isZero();
    }

    private static RouteOptions to(String receiver, RouteOptions o) {
        return new RouteOptions(receiver, o.groupBy(), o.groupWait(), o.groupInterval(), o.repeatInterval());
    }

    private static Receiver receiver(String name) {
        return new Receiver(name, List.of(new Receiver.Subscription(new Integration(name, "webhook", 0), true)));
    }
}
