package dev.tocsin.alert;

import static dev.tocsin.alert.AlertScene.START;
import static dev.tocsin.alert.AlertScene.hook;
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

/** Which groups there are, and what a reload makes of them. */
class DispatcherGroupsTest {
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
