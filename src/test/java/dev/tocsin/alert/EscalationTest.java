package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EscalationTest {
    private static final EscalationPolicy ON_CALL = policy("on-call", "30m", 0, "5m chat", "15m chat mail", "30m sms");

    private AlertScene scene = scene(routing(route(ON_CALL)));

    private static EscalationPolicy policy(String name, String repeat, int limit, String... levels) {
        return new EscalationPolicy(
                name,
                Stream.of(levels)
                        .map(level -> level.split(" "))
                        .map(words -> new EscalationPolicy.Level(
                                AlertScene.duration(words[0]), List.of(words).subList(1, words.length)))
                        .toList(),
                AlertScene.duration(repeat),
                limit);
    }

    private static RouteOptions options(EscalationPolicy policy) {
        // The route's own receiver repeats too seldom to disturb.
        return new RouteOptions(
                "team",
                GroupBy.NOTHING,
                Duration.ZERO,
                Duration.ofMinutes(1),
                Duration.ofDays(9),
                policy,
                true,
                null,
                false);
    }

    private static Route route(EscalationPolicy policy) {
        return Route.root(options(policy));
    }

    private static Routing routing(Route root, EscalationPolicy... more) {
        return routing(root, List.of(), more);
    }

    private static Routing routing(Route root, List<InhibitRule> inhibitRules, EscalationPolicy... more) {
        Map<String, Receiver> receivers = Stream.of("team", "chat", "mail", "sms")
                .collect(Collectors.toMap(
                        name -> name,
                        name -> new Receiver(
                                name, List.of(new Receiver.Subscription(new Integration(name, "webhook", 0), true)))));
        Map<String, EscalationPolicy> policies = Stream.concat(Stream.of(ON_CALL), Stream.of(more))
                .collect(Collectors.toMap(EscalationPolicy::name, p -> p));
        return new Routing(root, receivers, policies, Severities.NONE, Duration.ofMinutes(5), inhibitRules);
    }

    private static AlertScene scene(Routing routing) {
        return new AlertScene(routing);
    }

    /** What was told but for the route's own receiver. */
    private List<String> escalated() {
        return scene.told.stream().filter(line -> !line.contains(" team ")).toList();
    }

    private static String silenceAll(AlertScene scene, String length) throws SilenceRefusedException {
        return scene.engine.silences.set(
                new Silence(
                        "",
                        List.of(new Matcher("alertname", Matcher.Op.MATCHES, ".+")),
                        scene.now,
                        scene.now.plus(AlertScene.duration(length)),
                        scene.now,
                        "me",
                        ""),
                scene.now);
    }

    @Test
    void eachLevelIsToldAtItsSecondAndTheLastRepeats() {
        scene.fire("a").pass("1h35m");

        assertThat(escalated())
                .containsExactly(
                        "5m chat ESCALATED firing=a resolved=",
                        "15m chat ESCALATED firing=a resolved=",
                        "15m mail ESCALATED firing=a resolved=",
                        "30m sms ESCALATED firing=a resolved=",
                        "1h sms ESCALATED firing=a resolved=",
                        "1h30m sms ESCALATED firing=a resolved=");
        assertThat(scene.sent.stream().map(Notification::key)).doesNotHaveDuplicates();
        assertThat(scene.sent.stream()
                        .map(n -> n.alerts().getFirst().annotations().get("escalation")))
                .containsExactly(
                        null,
                        "on-call, level 1 of 3",
                        "on-call, level 2 of 3",
                        "on-call, level 2 of 3",
                        "on-call, level 3 of 3",
                        "on-call, level 3 of 3, repeat 1",
                        "on-call, level 3 of 3, repeat 2");
    }

    @Test
    void theRepeatLimitEndsIt() {
        scene = scene(routing(route(policy("p", "10m", 2, "5m chat"))));
        scene.fire("a").pass("2h");

        assertThat(escalated())
                .containsExactly(
                        "5m chat ESCALATED firing=a resolved=",
                        "15m chat ESCALATED firing=a resolved=",
                        "25m chat ESCALATED firing=a resolved=");
    }

    @Test
    void nobodyIsToldOfAnAlertThatIsOverInTime() {
        scene.fire("a").pass("4m59s").resolve("a").pass("2h");

        assertThat(escalated()).isEmpty();
    }

    @Test
    void whoWasToldHearsOfTheEndAndNobodyElse() {
        scene.fire("a").pass("16m").resolve("a").pass("2h");

        assertThat(escalated())
                .containsExactly(
                        "5m chat ESCALATED firing=a resolved=",
                        "15m chat ESCALATED firing=a resolved=",
                        "15m mail ESCALATED firing=a resolved=",
                        "16m chat ALL_RESOLVED firing= resolved=a",
                        "16m mail ALL_RESOLVED firing= resolved=a");
        assertThat(scene.engine.log.size()).isZero();
    }

    @Test
    void alertsThatReachALevelTogetherGoTogether() {
        scene.fire("a").fire("b").pass("1s").fire("c").pass("6m");

        assertThat(escalated())
                .containsExactly(
                        "5m chat ESCALATED firing=a,b resolved=", "5m1s chat ESCALATED firing=a,b,c resolved=");
        Notification second = scene.sent.getLast();
        assertThat(second.alerts().stream().filter(a -> a.annotations().containsKey("escalation")))
                .extracting(a -> a.labels().get("alertname"))
                .containsExactly("c");
    }

    @Test
    void anAlertThatFiresAgainBeginsAtTheFirstLevel() {
        scene.fire("a").pass("16m").resolve("a").pass("4m").fire("a").pass("6m");

        assertThat(escalated()).last().isEqualTo("25m chat ESCALATED firing=a resolved=");
    }

    @Test
    void afterASilenceTheLatestLevelGoesAtOnceAndOnlyThat() throws SilenceRefusedException {
        scene.fire("a").pass("1m");
        silenceAll(scene, "19m30s");
        scene.pass("24m");

        assertThat(escalated())
                .containsExactly(
                        "20m31s chat ESCALATED firing=a resolved=", "20m31s mail ESCALATED firing=a resolved=");
    }

    @Test
    void aLevelToldBeforeASilenceIsNotToldAgainAfterIt() throws SilenceRefusedException {
        scene.fire("a").pass("6m");
        silenceAll(scene, "2m");
        scene.pass("6m");

        assertThat(escalated()).containsExactly("5m chat ESCALATED firing=a resolved=");
    }

    @Test
    void anInhibitedAlertDoesNotEscalate() {
        InhibitRule rule = new InhibitRule(
                List.of(new Matcher("alertname", Matcher.Op.EQUAL, "big")),
                List.of(new Matcher("alertname", Matcher.Op.EQUAL, "small")),
                List.of());
        scene = scene(routing(route(ON_CALL), List.of(rule)));
        scene.fire("big").fire("small").pass("6m");

        assertThat(escalated()).containsExactly("5m chat ESCALATED firing=big resolved=");
    }

    @Test
    void theLabelWinsOverTheRouteAndAnUnknownNameDoesNot() {
        scene = scene(routing(route(ON_CALL), policy("other", "0s", 0, "2m sms")));
        Labels labelled = Labels.of("alertname", "a", "escalation", "other");
        Labels none = Labels.of("alertname", "b", "escalation", "none");
        Labels unknown = Labels.of("alertname", "c", "escalation", "onn-call");
        for (Labels labels : List.of(labelled, none, unknown)) {
            scene.say(labels, scene.now, null, false);
        }
        scene.pass("6m");

        assertThat(escalated())
                .containsExactly("2m sms ESCALATED firing=a resolved=", "5m chat ESCALATED firing=c resolved=");
        assertThat(scene.engine.routing().namesUnknownPolicy(unknown)).isTrue();
        assertThat(scene.engine.routing().namesUnknownPolicy(none)).isFalse();
    }

    @Test
    void anAlertOnTwoRoutesClimbsAPolicyOnce() {
        RouteOptions options = options(ON_CALL);
        Matcher a = new Matcher("alertname", Matcher.Op.EQUAL, "a");
        Route first = new Route("{}", List.of(a), true, options, TimeGate.ALWAYS_OPEN, List.of());
        Route second = new Route("{}", List.of(), false, options, TimeGate.ALWAYS_OPEN, List.of());
        scene = scene(routing(new Route("", List.of(), false, options, TimeGate.ALWAYS_OPEN, List.of(first, second))));
        scene.fire("a").pass("6m");

        assertThat(escalated()).containsExactly("5m chat ESCALATED firing=a resolved=");
    }

    @Test
    void anAcknowledgementStopsItTheEndIsToldAllTheSame() throws AnswerRefusedException {
        scene.fire("a").pass("6m");
        long a = AlertScene.labels("a").fingerprint();
        scene.engine.acknowledge(a, new Answer("ann", "", null), scene.now);
        scene.pass("30m").resolve("a").pass("1m");

        assertThat(escalated())
                .containsExactly("5m chat ESCALATED firing=a resolved=", "36m chat ALL_RESOLVED firing= resolved=a");
    }

    @Test
    void whenAnAcknowledgementIsTakenBackOrExpiresTheLatestLevelGoesAtOnce() throws AnswerRefusedException {
        scene.fire("a").pass("1m");
        long a = AlertScene.labels("a").fingerprint();
        scene.engine.acknowledge(a, new Answer("ann", "", scene.now.plus(Duration.ofMinutes(7))), scene.now);
        scene.pass("8m");
        scene.engine.acknowledge(a, new Answer("ann", "", null), scene.now);
        scene.pass("11m");
        scene.engine.unacknowledge(a, new Answer("ann", "", null), scene.now);
        scene.pass("2s");

        assertThat(escalated())
                .containsExactly(
                        "8m chat ESCALATED firing=a resolved=",
                        "20m1s chat ESCALATED firing=a resolved=",
                        "20m1s mail ESCALATED firing=a resolved=");
    }

    @Test
    void aFailedDeliveryIsTriedAgainAfterTheGroupInterval() {
        scene.fire("a").pass("4m");
        scene.holdBack = true;
        scene.pass("1m1s");
        scene.settleHeld(Result.EXPIRED);
        scene.holdBack = false;
        scene.pass("2m");

        assertThat(escalated())
                .containsExactly("5m chat ESCALATED firing=a resolved=", "6m chat ESCALATED firing=a resolved=");
        List<Notification> chat = scene.sent.stream()
                .filter(n -> n.integration().receiver().equals("chat"))
                .toList();
        assertThat(chat.get(0).key()).isEqualTo(chat.get(1).key());
    }

    @Test
    void aReloadTellsNothingTwiceAndForgetsNothing() {
        scene.fire("a").pass("6m");
        scene.engine.reroute(routing(route(ON_CALL)), () -> {}, scene.now);
        scene.pass("10m").resolve("a").pass("1m");

        assertThat(escalated())
                .containsExactly(
                        "5m chat ESCALATED firing=a resolved=",
                        "15m chat ESCALATED firing=a resolved=",
                        "15m mail ESCALATED firing=a resolved=",
                        "16m chat ALL_RESOLVED firing= resolved=a",
                        "16m mail ALL_RESOLVED firing= resolved=a");
    }

    @Test
    void whatComesNextIsThereToRead() {
        scene.fire("a").pass("8m");
        HeldAlert alert = scene.engine.book.all().iterator().next();
        EscalationStep next =
                scene.engine.dispatcher().escalationOf(alert, scene.now).orElseThrow();

        assertThat(next)
                .isEqualTo(new EscalationStep(
                        "on-call", 2, List.of("chat", "mail"), AlertScene.START.plus(Duration.ofMinutes(15))));
        assertThat(next.text(scene.now)).isEqualTo("next: chat and mail in 7m");
        assertThat(next.text(scene.now.plusSeconds(400))).isEqualTo("next: chat and mail in 20s");
        assertThat(next.text(scene.now.plusSeconds(500))).isEqualTo("next: chat and mail now");
    }

    @Test
    void theHistorySaysWhichLevelWasReachedAndWhatComesNext() {
        scene.fire("a").pass("8m");
        AlertRecord record = scene.engine
                .record(AlertScene.labels("a").fingerprint(), scene.now)
                .orElseThrow();

        assertThat(record.next().level()).isEqualTo(2);
        assertThat(record.events().stream().filter(event -> event.kind() == AlertEvent.Kind.ESCALATED))
                .extracting(AlertEvent::actor, AlertEvent::detail)
                .containsExactly(tuple("chat", "on-call, level 1 of 3"));
    }

    @Test
    void withoutAPolicyNothingComesNext() {
        scene = scene(routing(route(null)));
        scene.fire("a").pass("8h");

        assertThat(escalated()).isEmpty();
        assertThat(scene.engine
                        .dispatcher()
                        .escalationOf(scene.engine.book.all().iterator().next(), scene.now))
                .isEqualTo(Optional.empty());
    }

    @Test
    void anAlertThatWasFiringForLongWhenItBecameKnownGoesToItsLatestLevelAtOnce() {
        Instant longAgo = scene.now.minus(Duration.ofMinutes(20));
        scene.say("a", longAgo, null).pass("1m");

        assertThat(escalated())
                .containsExactly("0s chat ESCALATED firing=a resolved=", "0s mail ESCALATED firing=a resolved=");
    }

    @Test
    void levelsMustRise() {
        assertThatThrownBy(() -> policy("p", "0s", 0, "5m chat", "5m mail"))
                .hasMessage("level 2 of escalation policy \"p\" does not come after the one before");
    }

    @Test
    void firingAlertsKeepTheirReceipt() {
        scene.fire("a").pass("6m");
        Alert told = scene.sent.getLast().alerts().getFirst();

        assertThat(told.receipt()).isEqualTo(new Alert.Receipt(0, 0, 0));
        assertThat(told.annotations()).containsEntry("summary", "s");
    }

    @Test
    void whatALevelToldHasAReceiptToo() {
        scene.fire("a").pass("6m");

        assertThat(scene.engine
                        .record(AlertScene.labels("a").fingerprint(), scene.now)
                        .orElseThrow()
                        .receipts())
                .anySatisfy(receipt -> {
                    assertThat(receipt.reason()).isEqualTo(Verdict.ESCALATED);
                    assertThat(receipt.groupedAt()).isEqualTo(AlertScene.START.plusSeconds(300));
                });
    }
}
