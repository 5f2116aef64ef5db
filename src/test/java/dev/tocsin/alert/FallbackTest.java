package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Notification;
import dev.tocsin.core.StateInMemory;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FallbackTest {
    private static final Fallback TO_CHAT = new Fallback("chat", Duration.ofMinutes(1), 3);

    /** Receivers that refuse to take anything just now. */
    private final Set<String> dead = new HashSet<>();

    private final AlertScene scene = scene(Map.of("team", TO_CHAT));

    private static AlertScene scene(Map<String, Fallback> fallbacks) {
        RouteOptions options =
                new RouteOptions("team", GroupBy.NOTHING, Duration.ZERO, Duration.ofMinutes(5), Duration.ofHours(1));
        Map<String, Receiver> receivers = Stream.of("team", "chat", "mail")
                .map(name -> new Receiver(
                        name,
                        List.of(new Receiver.Subscription(new Integration(name, "webhook", 0), true)),
                        fallbacks.get(name)))
                .collect(Collectors.toMap(Receiver::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
        AlertScene scene =
                new AlertScene(new Routing(Route.root(options), receivers, Duration.ofMinutes(5), List.of()));
        scene.holdBack = true;
        return scene;
    }

    /** Settles what is on its way: the dead fail as often as they are allowed to. */
    private void settle() {
        while (!scene.held.isEmpty()) {
            List<Notification> held = List.copyOf(scene.held);
            scene.held.clear();
            for (Notification n : held) {
                boolean fails = dead.contains(n.integration().receiver());
                scene.engine.settled(
                        n,
                        new DeliveryOutcome(
                                fails ? Result.EXPIRED : Result.ACCEPTED, Math.max(1, n.mostAttempts()), ""),
                        scene.now);
            }
            scene.deliver();
        }
    }

    private FallbackTest pass(String duration) {
        scene.pass(duration);
        settle();
        return this;
    }

    private void fire(String name) {
        scene.fire(name);
        settle();
    }

    @Test
    void aReceiverThatWorksIsToldAloneAndItsDeliveryEndsSooner() {
        fire("a");
        pass("30m");

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");
        Notification told = scene.sent.getFirst();
        assertThat(told.deadline()).isEqualTo(AlertScene.START.plusSeconds(60));
        assertThat(told.mostAttempts()).isEqualTo(3);
    }

    @Test
    void afterTheAttemptsItGoesToTheFallbackWhichIsToldWhoseFailureItIs() {
        dead.add("team");
        fire("a");
        pass("30m");

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=", "0s chat FIRST firing=a resolved=");
        assertThat(scene.sent.getLast().alerts().getFirst().annotations())
                .containsEntry("stands_in_for", "team/webhook[0], which fails since 2026-11-21T12:00:00Z");
        assertThat(scene.sent.get(0).key()).isNotEqualTo(scene.sent.get(1).key());
    }

    @Test
    void whileItFailsNewsGoesToTheFallbackAtOnceAndIsTriedOnceItself() {
        dead.add("team");
        fire("a");
        scene.fire("b");
        pass("5m");

        assertThat(scene.told.subList(2, scene.told.size()))
                .containsExactly("5m team NEW_FIRING firing=a,b resolved=", "5m chat NEW_FIRING firing=a,b resolved=");
        assertThat(scene.sent.get(2).mostAttempts()).isEqualTo(1);
    }

    @Test
    void whenItWorksAgainTheFallbackHearsOfTheEndAndOfNothingElse() {
        dead.add("team");
        fire("a");
        dead.clear();
        scene.fire("b");
        pass("5m");
        scene.fire("c");
        pass("5m");
        scene.resolve("a").resolve("b").resolve("c");
        pass("5m");
        fire("d");
        pass("5m");

        assertThat(scene.told)
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "0s chat FIRST firing=a resolved=",
                        "5m team NEW_FIRING firing=a,b resolved=",
                        "5m chat NEW_FIRING firing=a,b resolved=",
                        "10m team NEW_FIRING firing=a,b,c resolved=",
                        "15m team ALL_RESOLVED firing= resolved=a,b,c",
                        "15m chat ALL_RESOLVED firing= resolved=a,b",
                        "20m team FIRST firing=d resolved=");
    }

    @Test
    void aFallbackThatWasToldHearsOfTheEndAfterARestartToo() {
        StateInMemory state = new StateInMemory();
        scene.engine.keepIn(state, scene.now);
        dead.add("team");
        fire("a");
        dead.clear();
        scene.restart(state).say("a", AlertScene.START, null);
        scene.pass("1m").resolve("a");
        pass("5m");

        assertThat(scene.told.subList(2, scene.told.size()))
                .containsExactly("5m team ALL_RESOLVED firing= resolved=a", "5m chat ALL_RESOLVED firing= resolved=a");
    }

    @Test
    void whatIsRefusedForGoodDoesNotWait() {
        scene.fire("a");
        scene.settleHeld(Result.REFUSED);

        assertThat(scene.told).last().isEqualTo("0s chat FIRST firing=a resolved=");
    }

    @Test
    void fewerFailuresThanStatedAreForTheNextFlush() {
        scene.fire("a");
        Notification n = scene.held.removeFirst();
        scene.engine.settled(n, new DeliveryOutcome(Result.QUEUE_FULL, 1, ""), scene.now);
        scene.pass("4m59s");
        assertThat(scene.told).hasSize(1);

        scene.pass("1s");
        assertThat(scene.told.subList(1, 3))
                .containsExactly("5m team FIRST firing=a resolved=", "5m chat FIRST firing=a resolved=");
    }

    @Test
    void fallbacksFollowOneAnother() {
        AlertScene chained = scene(Map.of("team", Fallback.to("chat"), "chat", Fallback.to("mail")));
        dead.addAll(List.of("team", "chat"));
        chained.fire("a");
        while (!chained.held.isEmpty()) {
            List<Notification> held = List.copyOf(chained.held);
            chained.held.clear();
            held.forEach(n -> chained.engine.settled(
                    n,
                    new DeliveryOutcome(
                            dead.contains(n.integration().receiver()) ? Result.EXPIRED : Result.ACCEPTED, 3, ""),
                    chained.now));
            chained.deliver();
        }
        chained.pass("30m");

        assertThat(chained.told)
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "0s chat FIRST firing=a resolved=",
                        "0s mail FIRST firing=a resolved=");
        assertThat(chained.sent.getLast().alerts().getFirst().annotations().get("stands_in_for"))
                .startsWith("chat/webhook[0]");
    }

    @Test
    void whereAllFailTheGroupDecidesAnewAtItsNextFlush() {
        dead.addAll(List.of("team", "chat"));
        fire("a");
        dead.clear();
        pass("5m");

        assertThat(scene.told)
                .containsExactly(
                        "0s team FIRST firing=a resolved=",
                        "0s chat FIRST firing=a resolved=",
                        "5m team FIRST firing=a resolved=",
                        "5m chat FIRST firing=a resolved=");
    }

    @Test
    void whatIsSupersededByAReloadIsNoFailure() {
        scene.fire("a");
        scene.settleHeld(Result.SUPERSEDED);

        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=", "0s team FIRST firing=a resolved=");
    }

    @Test
    void howLongAReceiverHasFailedIsKnownToTheNextProcess() {
        StateInMemory state = new StateInMemory();
        scene.restart(state);
        dead.add("team");
        fire("a");
        assertThat(scene.told).last().asString().contains("chat FIRST firing=a");

        scene.restart(state);
        int before = scene.told.size();
        fire("b");
        pass("5m");

        assertThat(scene.sent.subList(before, scene.sent.size()))
                .filteredOn(n -> n.integration().receiver().equals("team"))
                .as("tried once at the one that is known to fail")
                .allSatisfy(n -> assertThat(n.mostAttempts()).isEqualTo(1));
        assertThat(scene.told).last().asString().contains("chat NEW_FIRING");
    }
}
