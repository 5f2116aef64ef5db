package dev.tocsin.alert;

import static dev.tocsin.alert.AlertScene.HOOK;
import static dev.tocsin.alert.AlertScene.START;
import static dev.tocsin.alert.AlertScene.hook;
import static dev.tocsin.alert.AlertScene.labels;
import static dev.tocsin.alert.AlertScene.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.AlertEvent.Kind;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every decision about an alert can be read afterwards, and so can why nobody was told. */
class AlertHistoryTest {
    private AlertScene scene = AlertScene.of(options("10s", "1m", "4h"));

    private AlertRecord record(String name) {
        return scene.engine.record(labels(name).fingerprint(), scene.now).orElseThrow();
    }

    private List<String> events(String name) {
        List<String> lines = new ArrayList<>();
        for (AlertEvent event : record(name).events()) {
            lines.add(Duration.between(START, event.at()).toSeconds() + "s "
                    + event.kind().label() + " [" + event.actor() + "] " + event.detail()
                    + (event.count() > 1 ? " ×" + event.count() : ""));
        }
        return lines;
    }

    private void silence(String name, String length) throws Exception {
        scene.engine.silence(
                new Silence(
                        "",
                        List.of(Matcher.equal("alertname", name)),
                        scene.now,
                        scene.now.plus(AlertScene.duration(length)),
                        scene.now,
                        "bob",
                        "deploy"),
                scene.now);
    }

    @Test
    void everyStepOfAnEpisodeIsTold() {
        scene.fire("a").pass("4m").resolve("a").pass("2m");

        assertThat(events("a"))
                .containsExactly(
                        "0s fired [rule a] fires since 2026-11-21T12:00:00Z",
                        "0s routed [team] {}:{}",
                        "0s waiting [team] for others of its group, until 2026-11-21T12:00:10Z",
                        "10s handed_over [team/webhook[0]] first",
                        "10s accepted [team/webhook[0]] ",
                        "70s deduplicated [team/webhook[0]] nothing new since it was told, and not yet time to repeat it"
                                + " ×3",
                        "240s resolved [rule a] the condition ceased to hold",
                        "240s routed [team] {}:{}",
                        "240s waiting [team] for the group's interval, until 2026-11-21T12:04:10Z",
                        "250s handed_over [team/webhook[0]] all resolved",
                        "250s accepted [team/webhook[0]] ");
        assertThat(record("a").state()).isEqualTo(AlertRecord.State.RESOLVED);
        assertThat(record("a").why()).isNull();
    }

    @Test
    void answersAreTold() throws Exception {
        scene.fire("a").pass("10s");
        long a = labels("a").fingerprint();

        scene.engine.acknowledge(a, new Answer("ann", "on it", START.plusSeconds(60)), scene.now);
        assertThat(record("a").state()).isEqualTo(AlertRecord.State.ACKNOWLEDGED);
        scene.pass("50s").engine.sweep(scene.now);
        scene.engine.acknowledge(a, new Answer("ann", "", null), scene.now);
        scene.engine.unacknowledge(a, new Answer("bob", "", null), scene.now);
        scene.engine.resolve(a, new Answer("bob", "fixed", null), scene.now);

        assertThat(events("a").subList(5, 10))
                .containsExactly(
                        "10s acknowledged [ann] on it until 2026-11-21T12:01:00Z",
                        "60s acknowledgement_expired [ann] ",
                        "60s acknowledged [ann] ",
                        "60s unacknowledged [bob] ",
                        "60s resolved [bob] by hand: fixed");
    }

    @Test
    void anAcknowledgedAlertThatIsLeftOutOfARepeatKnowsIt() throws Exception {
        scene.fire("a").fire("b").pass("10s");
        scene.engine.acknowledge(labels("a").fingerprint(), new Answer("ann", "", null), scene.now);
        scene.pass("5h");

        assertThat(events("a"))
                .contains("14470s not_repeated [team/webhook[0]] somebody has acknowledged it")
                .noneMatch(event -> event.contains("handed_over [team/webhook[0]] repeat"));
        assertThat(events("b")).contains("14470s handed_over [team/webhook[0]] repeat");
    }

    @Test
    void eachAttemptIsToldWithItsAnswer() {
        scene.holdBack = true;
        scene.fire("a").pass("10s");
        DeliveryOutcome.Attempt first = new DeliveryOutcome.Attempt(START.plusMillis(10_100), 30, "answered 500");
        DeliveryOutcome.Attempt second = new DeliveryOutcome.Attempt(START.plusMillis(11_000), 40, "answered 200");
        scene.now = START.plusMillis(11_050);

        scene.engine.settled(
                scene.held.getFirst(),
                new DeliveryOutcome(DeliveryOutcome.Result.ACCEPTED, 2, "answered 200", List.of(first, second)),
                scene.now);

        assertThat(events("a").subList(3, 6))
                .containsExactly(
                        "10s handed_over [team/webhook[0]] first",
                        "10s attempt_failed [team/webhook[0]] answered 500, after 30 ms",
                        "11s accepted [team/webhook[0]] answered 200");
        assertThat(record("a").receipts()).singleElement().satisfies(receipt -> {
            assertThat(receipt.integration()).isEqualTo(HOOK);
            assertThat(receipt.groupedAt()).isEqualTo(START.plusSeconds(10));
            assertThat(receipt.handedOverAt()).isEqualTo(START.plusMillis(11_000));
            assertThat(receipt.acceptedAt()).isEqualTo(START.plusMillis(11_040));
        });
    }

    @Test
    void anAlertThatWaitsForItsGroupSaysUntilWhen() {
        scene.fire("a");

        assertThat(record("a").why()).isEqualTo("it waits (team): for others of its group, until 2026-11-21T12:00:10Z");
    }

    @Test
    void aSilencedAlertNamesTheSilence() throws Exception {
        silence("a", "1h");
        scene.fire("a").pass("5m");

        assertThat(record("a").state()).isEqualTo(AlertRecord.State.SUPPRESSED);
        assertThat(record("a").why()).isEqualTo("silenced (team): by silence-1 of bob (deploy)");
        assertThat(events("a")).last().isEqualTo("10s silenced [team] by silence-1 of bob (deploy) ×5");
    }

    @Test
    void anInhibitedAlertNamesTheOneThatHoldsItBack() {
        InhibitRule downHoldsBackA = new InhibitRule(
                List.of(Matcher.equal("alertname", "down")), List.of(Matcher.equal("alertname", "a")), List.of());
        scene = new AlertScene(new Routing(
                Route.root(options("0s", "1m", "4h")),
                Map.of("team", hook(true)),
                Duration.ofMinutes(5),
                List.of(downHoldsBackA)));

        scene.fire("down").fire("a").pass("1m");

        assertThat(record("a").why())
                .isEqualTo("inhibited (team): by " + labels("down").fingerprintHex() + " {alertname=\"down\"}");
    }

    @Test
    void aDeliveryThatWasGivenUpSaysWhy() {
        scene.holdBack = true;
        scene.fire("a").pass("10s");
        scene.settleHeld(DeliveryOutcome.Result.EXPIRED);

        assertThat(record("a").why()).isEqualTo("delivery was given up (team/webhook[0]): expired: ");
    }

    @Test
    void anAlertThatIsOverBeforeItsGroupIsToldSaysSo() {
        scene.fire("a").pass("5s").resolve("a").pass("5s");

        assertThat(record("a").why())
                .isEqualTo("nothing to tell (team/webhook[0]): over before anything was told of it");
    }

    @Test
    void aReceiverWithoutIntegrationsTellsNobody() {
        scene = new AlertScene(Routing.of(Route.root(options("0s", "1m", "4h")), new Receiver("team", List.of())));
        scene.fire("a");

        assertThat(record("a").why()).isEqualTo("its receiver has no integration");
    }

    @Test
    void aPostedAlertThatRunsOutIsOver() {
        scene.say(labels("a"), START, START.plusSeconds(90), true)
                .pass("2m")
                .engine
                .sweep(scene.now);

        assertThat(events("a")).contains("120s resolved [] not posted again in its time");
    }

    @Test
    void theTrailHoldsEachEventOnceAndTheCountOfThoseThatRepeat() {
        scene.fire("a").pass("4m").resolve("a").pass("2m");
        scene.deliver();

        Map<String, AlertEvent> stored = new LinkedHashMap<>();
        scene.trail.forEach(event -> stored.put(event.id(), event));

        assertThat(stored.values()).containsExactlyElementsOf(record("a").events());
    }

    @Test
    void ofAnAlertTheLastHundredEventsAreKept() {
        AlertHistory history = new AlertHistory(1_000, "r");
        for (int i = 0; i < 150; i++) {
            history.record(labels("a"), Kind.ROUTED, "", "event " + i, "", START);
        }

        assertThat(history.of(labels("a").fingerprint()).orElseThrow().events())
                .hasSize(AlertHistory.EVENTS_PER_ALERT)
                .first()
                .extracting(AlertEvent::detail)
                .isEqualTo("event 50");
        assertThat(history.size()).isEqualTo(100);
    }

    @Test
    void whereThereAreTooManyTheAlertToWhichNothingHappenedForLongestIsForgotten() {
        AlertHistory history = new AlertHistory(100, "r");
        Labels first = labels("first");
        history.record(first, Kind.ROUTED, "", "", "", START);
        history.record(labels("second"), Kind.ROUTED, "", "", "", START);
        history.record(first, Kind.ROUTED, "", "", "", START);
        Instant now = START;
        for (int i = 0; i < 98; i++) {
            history.record(labels("other"), Kind.ROUTED, "", "event " + i, "", now);
        }

        assertThat(history.of(labels("second").fingerprint())).isEmpty();
        assertThat(history.of(first.fingerprint()).orElseThrow().events()).hasSize(2);
        assertThat(history.size()).isEqualTo(100);
        assertThat(history.forgotten()).isEqualTo(1);
    }
}
