package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import dev.tocsin.core.StateInMemory;
import dev.tocsin.core.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sequences of firing, resolving, acknowledging, silencing, reloading, restarting, and receivers that accept,
 * refuse or take their time. Whatever happens:
 *
 * <ul>
 *   <li>no due escalation is skipped: what is due and not held back is told, failing, or on its way (invariant 3, a page
 *       waits for nothing, and 4, at least once);
 *   <li>none is told twice for the same step and episode, but where the process ended while it was on its way, and then
 *       with the same key if it says the same (invariant 4, told apart);
 *   <li>none is told of an acknowledged, silenced or resolved alert, nor of a level that is past;
 *   <li>who was told hears of the end (invariant 4);
 *   <li>in the end nothing is left: nothing in flight, no log entry (invariant 8).
 * </ul>
 */
class EscalationPropertyTest {
    private static final Duration GROUP_INTERVAL = Duration.ofSeconds(20);
    private static final List<String> RECEIVERS = List.of("chat", "mail", "sms");

    private final Random random = new Random();
    private final StateInMemory state = new StateInMemory();
    private final Map<String, Model> alerts = new LinkedHashMap<>();
    private final Map<Notification, Instant> settleAt = new LinkedHashMap<>();
    /** How often a step of an episode was taken over by an integration. */
    private final Map<String, Integer> accepted = new HashMap<>();
    /** Those of them of which this process may not know. */
    private final Map<String, Integer> unrecorded = new HashMap<>();

    private final Map<String, List<Alert>> saidByKey = new HashMap<>();
    private final Map<String, Boolean> openTold = new HashMap<>();
    /** Until when an integration whose delivery failed may wait, by group. */
    private final Map<NotificationLog.Key, Instant> failedUntil = new HashMap<>();

    private final EscalationPolicy policy = new EscalationPolicy(
            "p",
            List.of(
                    new EscalationPolicy.Level(Duration.ofMinutes(1), List.of("chat")),
                    new EscalationPolicy.Level(Duration.ofMinutes(3), List.of("chat", "mail")),
                    new EscalationPolicy.Level(Duration.ofMinutes(7), List.of("sms"))),
            Duration.ofMinutes(2),
            3);
    private NotificationLog log;
    private Escalations escalations;
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private double failure;
    private int escalated;

    private static final class Model {
        HeldAlert held;
        boolean acknowledged;
        boolean silenced;
        /** Since when nothing holds it back. */
        Instant freeSince = Instant.MIN;

        boolean isFree() {
            return !acknowledged && !silenced;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void holdsItsPromises(long seed) {
        random.setSeed(seed);
        failure = random.nextDouble() * 0.5;
        for (int i = 0; i < 6; i++) {
            alerts.put("a" + i, new Model());
        }
        restart();
        for (int step = 0; step < 600; step++) {
            act();
            pass(now.plusMillis(random.nextInt(60_000)));
        }
        // All is well again, and all ends.
        failure = 0;
        alerts.values().forEach(model -> free(model, true));
        pass(now.plus(Duration.ofMinutes(3)));
        alerts.forEach((name, model) -> {
            if (isFiring(model)) {
                say(name, now);
            }
        });
        pass(now.plus(Duration.ofMinutes(5)));

        assertThat(openTold).as("told by escalation, and never of the end").doesNotContainValue(true);
        assertThat(log.size()).isZero();
        assertThat(escalations.nextDue()).isEmpty();
        assertThat(escalated).isGreaterThan(50);
    }

    private Routing routing() {
        RouteOptions options = new RouteOptions(
                "chat",
                GroupBy.of("cluster"),
                Duration.ZERO,
                Duration.ofSeconds(20),
                Duration.ofHours(4),
                policy,
                true,
                null,
                false);
        Map<String, Receiver> receivers = RECEIVERS.stream()
                .collect(Collectors.toMap(
                        name -> name,
                        name -> new Receiver(
                                name,
                                Stream.of(0, 1)
                                        .limit(name.equals("mail") ? 2 : 1)
                                        .map(i -> new Receiver.Subscription(new Integration(name, "webhook", i), true))
                                        .toList())));
        return new Routing(
                Route.root(options), receivers, Map.of("p", policy), Severities.NONE, Duration.ofMinutes(5), List.of());
    }

    private final Escalations.Conditions conditions = new Escalations.Conditions() {
        @Override
        public boolean isHeldBack(Route route, Labels alert, Instant at) {
            return alerts.get(alert.get("alertname")).silenced;
        }

        @Override
        public boolean isAcknowledged(Labels alert, Instant at) {
            return alerts.get(alert.get("alertname")).acknowledged;
        }
    };

    /** The process ends, whatever is on its way, and another begins with what was kept. */
    private void restart() {
        for (Notification n : settleAt.keySet()) {
            if (random.nextBoolean()) {
                steps(n).forEach(step -> {
                    accepted.merge(step, 1, Integer::sum);
                    unrecorded.merge(step, 1, Integer::sum);
                });
            }
        }
        settleAt.clear();
        log = new NotificationLog(1000);
        log.keepIn(state, now);
        escalations = new Escalations(routing(), log, conditions, 1000);
        insertAll();
    }

    private void insertAll() {
        alerts.values().forEach(model -> {
            if (model.held != null) {
                escalations.insert(model.held, now);
            }
        });
    }

    private void act() {
        List<String> names = List.copyOf(alerts.keySet());
        String name = names.get(random.nextInt(names.size()));
        Model model = alerts.get(name);
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> {
                if (!isFiring(model)) {
                    say(name, null);
                }
            }
            case 3 -> {
                if (isFiring(model)) {
                    say(name, now);
                }
            }
            case 4 -> model.acknowledged = isFiring(model);
            case 5 -> model.silenced = true;
            case 6, 7 -> free(model, random.nextBoolean());
            case 8 -> {
                if (random.nextInt(4) == 0) {
                    restart();
                }
            }
            case 9 -> {
                if (random.nextInt(4) == 0) {
                    escalations = escalations.reroute(routing(), conditions);
                    insertAll();
                }
            }
            default -> {}
        }
        if (model.silenced && model.held != null && !isFiring(model)) {
            // As in Alertmanager, nobody need hear of an end that is silenced.
            openTold.replaceAll((told, open) -> open && !told.endsWith(" " + name));
        }
    }

    private void free(Model model, boolean acknowledgementToo) {
        boolean before = model.isFree();
        model.silenced = false;
        model.acknowledged &= !acknowledgementToo;
        model.freeSince = !before && model.isFree() ? now : model.freeSince;
    }

    private static boolean isFiring(Model model) {
        return model.held != null && model.held.alert().isFiring();
    }

    private void say(String name, Instant endsAt) {
        Model model = alerts.get(name);
        Labels labels = Labels.of("alertname", name, "cluster", "c" + name.charAt(1) % 2);
        Instant start = endsAt == null ? now : model.held.alert().startsAt();
        Alert alert = new Alert(labels, Map.of(), start, endsAt, "", new Alert.Receipt(0, 0, 0));
        model.held = new AlertBook(1).put(alert, false, now).orElseThrow();
        if (endsAt == null) {
            model.acknowledged = false;
        }
        escalations.insert(model.held, now);
    }

    /** Lets time pass to {@code end}, each thing at its own moment. */
    private void pass(Instant end) {
        while (true) {
            Instant next = escalations.nextDue().orElse(Instant.MAX);
            for (Instant settle : settleAt.values()) {
                next = settle.isBefore(next) ? settle : next;
            }
            if (next.isAfter(end)) {
                break;
            }
            now = next.isAfter(now) ? next : now;
            for (Map.Entry<Notification, Instant> entry : List.copyOf(settleAt.entrySet())) {
                if (!entry.getValue().isAfter(now)) {
                    settle(entry.getKey());
                }
            }
            escalations.due(now).forEach(this::take);
        }
        now = end;
        nothingIsSkipped();
    }

    private void take(Notification n) {
        assertThat(settleAt.keySet())
                .as("one on its way per integration and group")
                .noneMatch(other -> other.integration().equals(n.integration())
                        && other.groupKey().equals(n.groupKey()));
        List<Alert> before = saidByKey.putIfAbsent(n.key(), n.alerts());
        assertThat(n.alerts()).as("one key, one content").isEqualTo(before == null ? n.alerts() : before);
        List<String> steps = steps(n);
        assertThat(n.reason() == Verdict.ESCALATED).isEqualTo(!steps.isEmpty());
        for (Alert alert : n.alerts()) {
            Model model = alerts.get(alert.labels().get("alertname"));
            assertThat(model.silenced).isFalse();
            if (alert.annotations().containsKey("escalation")) {
                escalated++;
                assertThat(alert.isFiring()).isTrue();
                assertThat(model.acknowledged).isFalse();
                int step = policy.stepAt(alert.startsAt(), now);
                assertThat(policy.receiversAt(step)).contains(n.integration().receiver());
            }
        }
        for (String step : steps) {
            assertThat(accepted.getOrDefault(step, 0))
                    .as("told of %s", step)
                    .isLessThanOrEqualTo(unrecorded.getOrDefault(step, 0));
        }
        boolean slow = random.nextInt(4) == 0;
        long millis =
                slow ? random.nextInt((int) Duration.between(now, n.deadline()).toMillis() + 1) : 0;
        settleAt.put(n, now.plusMillis(millis));
    }

    /** The steps that a notification tells, as keys. */
    private List<String> steps(Notification n) {
        List<String> steps = new ArrayList<>();
        for (Alert alert : n.alerts()) {
            if (alert.annotations().containsKey("escalation")) {
                int step = policy.stepAt(alert.startsAt(), n.flushedAt());
                steps.add(stepKey(n.integration(), alert, step));
            }
        }
        return steps;
    }

    private static String stepKey(Integration integration, Alert alert, int step) {
        return integration + " " + alert.labels().get("alertname") + " " + alert.startsAt() + " step " + step;
    }

    private void settle(Notification n) {
        settleAt.remove(n);
        boolean fails = random.nextDouble() < failure;
        NotificationLog.Key key = new NotificationLog.Key(n.integration(), n.groupKey());
        if (fails) {
            failedUntil.put(key, n.flushedAt().plus(GROUP_INTERVAL));
        } else {
            steps(n).forEach(step -> accepted.merge(step, 1, Integer::sum));
            for (Alert alert : n.alerts()) {
                String told = n.integration() + " " + alert.labels().get("alertname");
                openTold.put(told, alert.isFiring());
            }
        }
        escalations.settled(n, new DeliveryOutcome(fails ? Result.EXPIRED : Result.ACCEPTED, 1, ""), now);
    }

    private String groupKey(HeldAlert alert) {
        Route root = routing().root();
        return Ladder.keyOf(root, policy, root.options().groupBy().groupLabels(alert.labels()));
    }

    private void nothingIsSkipped() {
        for (Model model : alerts.values()) {
            if (!isFiring(model)
                    || !model.isFree()
                    || model.freeSince.plusSeconds(2).isAfter(now)) {
                continue;
            }
            Alert alert = model.held.alert();
            int step = policy.stepAt(alert.startsAt(), now);
            for (String receiver : step == 0 ? List.<String>of() : policy.receiversAt(step)) {
                Integration integration = new Integration(receiver, "webhook", 0);
                NotificationLog.Key key = new NotificationLog.Key(integration, groupKey(model.held));
                boolean onItsWay = settleAt.keySet().stream()
                        .anyMatch(n -> n.integration().equals(integration)
                                && n.groupKey().equals(key.groupKey()));
                assertThat(onItsWay
                                || accepted.containsKey(stepKey(integration, alert, step))
                                || !failedUntil.getOrDefault(key, Instant.MIN).isBefore(now))
                        .as("%s at %s", stepKey(integration, alert, step), now)
                        .isTrue();
            }
        }
    }
}
