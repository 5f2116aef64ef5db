package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Notification;
import dev.tocsin.core.StateInMemory;
import dev.tocsin.core.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sequences of firing, resolving, acknowledging, taking back, resolving by hand, silencing, reloads, restarts, and
 * a receiver that now and then fails. Whatever happens:
 *
 * <ul>
 *   <li>an acknowledged alert is not repeated while its acknowledgement stands;
 *   <li>an acknowledgement stands exactly from its giving until it is taken back, expires, or its episode ends;
 *   <li>an alert resolved by hand stays over until its rule was false, or the answer has expired;
 *   <li>whoever was told that an alert fires is told of its end;
 *   <li>an alert that fires, neither acknowledged nor silenced, is told within the repeat interval, again and again.
 * </ul>
 *
 * <p>The model knows the rules' side and what people said; it shares no code with what it judges.
 */
class AnswersPropertyTest {
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration REPEAT = Duration.ofMinutes(4);
    private static final Duration SWEEP = Duration.ofSeconds(10);
    private static final Duration RESEND = Duration.ofMinutes(1);

    private final StateInMemory state = new StateInMemory();
    private final AlertScene scene = new AlertScene(Routing.of(
            Route.root(new RouteOptions("team", GroupBy.of("cluster"), Duration.ofSeconds(10), INTERVAL, REPEAT)),
            AlertScene.hook(true)));
    private final Map<String, Model> models = new HashMap<>();
    private final Set<String> openTold = new HashSet<>();
    private final Map<String, Instant> lastTold = new HashMap<>();
    private double failure;
    private int repeats;
    private int unrepeated;

    /** What the outside knows of an alert. */
    private static final class Model {
        @Nullable
        Instant ruleFiresSince;

        boolean handResolved;
        Instant handResolvedUntil = Instant.MAX;
        boolean acknowledged;
        Instant acknowledgedUntil = Instant.MAX;

        boolean fires() {
            return ruleFiresSince != null && !handResolved;
        }

        boolean isAcknowledgedAt(Instant now) {
            return fires() && acknowledged && now.isBefore(acknowledgedUntil);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void holdsItsPromises(long seed) throws Exception {
        Random random = new Random(seed);
        failure = random.nextDouble() * 0.4;
        scene.restart(state);
        for (int i = 0; i < 6; i++) {
            models.put("a" + i, new Model());
        }
        for (int step = 0; step < 1_500; step++) {
            act(random);
            run(random, Duration.ofMillis(random.nextInt(60_000)));
        }
        // A while in which the receiver works, all silences have ended, and nobody says a word.
        failure = 0;
        run(random, Duration.ofMinutes(20));
        models.forEach((name, model) -> {
            if (model.fires() && !model.isAcknowledgedAt(scene.now)) {
                assertThat(lastTold.get(name))
                        .as("%s fires, and was told lately", name)
                        .isAfter(scene.now.minus(REPEAT).minus(INTERVAL.multipliedBy(2)));
            }
        });
        models.keySet().forEach(this::ruleIsOver);
        run(random, Duration.ofMinutes(5));
        assertThat(openTold).as("told as firing and never as resolved").isEmpty();
        assertThat(scene.engine.acknowledgements.all()).isEmpty();
        assertThat(state.withPrefix("ack/")).isEmpty();
        assertThat(repeats).isPositive();
        assertThat(unrepeated).isPositive();
    }

    private void act(Random random) throws Exception {
        String name = "a" + random.nextInt(models.size());
        Model model = models.get(name);
        switch (random.nextInt(14)) {
            case 0, 1, 2 -> {
                if (model.ruleFiresSince == null) {
                    model.ruleFiresSince = scene.now;
                    say(name, model.ruleFiresSince, null);
                }
            }
            case 3 -> ruleIsOver(name);
            case 4, 5, 6, 7 -> acknowledge(random, name, model);
            case 8 -> unacknowledge(name, model);
            case 9 -> resolveByHand(random, name, model);
            case 10 -> silence(name, random);
            case 11 -> scene.reroute();
            case 12 -> restart(random);
            default -> {}
        }
    }

    private void acknowledge(Random random, String name, Model model) throws AnswerRefusedException {
        if (!model.fires()) {
            return;
        }
        model.acknowledged = true;
        model.acknowledgedUntil = random.nextInt(3) == 0 ? later(random) : Instant.MAX;
        scene.engine.acknowledge(labels(name).fingerprint(), answer(model.acknowledgedUntil), scene.now);
    }

    private void unacknowledge(String name, Model model) throws AnswerRefusedException {
        if (model.isAcknowledgedAt(scene.now)) {
            model.acknowledged = false;
            scene.engine.unacknowledge(labels(name).fingerprint(), answer(Instant.MAX), scene.now);
        }
    }

    private void resolveByHand(Random random, String name, Model model) throws AnswerRefusedException {
        if (!model.fires()) {
            return;
        }
        model.handResolved = true;
        model.acknowledged = false;
        model.handResolvedUntil = random.nextBoolean() ? later(random) : Instant.MAX;
        scene.engine.resolve(labels(name).fingerprint(), answer(model.handResolvedUntil), scene.now);
        deliver();
    }

    /** Only of alerts that no other promise is about: what ends in a silence is told to nobody, as in Alertmanager. */
    private void silence(String name, Random random) throws SilenceRefusedException {
        if (name.equals("a5")) {
            List<Matcher> matchers = List.of(Matcher.equal("alertname", name));
            Instant end = scene.now.plusSeconds(1 + random.nextInt(300));
            scene.engine.silence(new Silence("", matchers, scene.now, end, scene.now, "me", ""), scene.now);
        }
    }

    private Instant later(Random random) {
        return scene.now.plusSeconds(1 + random.nextInt(600));
    }

    private static Answer answer(Instant until) {
        return new Answer("ann", "", until.equals(Instant.MAX) ? null : until);
    }

    private void ruleIsOver(String name) {
        Model model = models.get(name);
        if (model.ruleFiresSince != null) {
            Instant start = model.ruleFiresSince;
            model.ruleFiresSince = null;
            model.handResolved = false;
            model.acknowledged = false;
            say(name, start, scene.now);
        }
    }

    private void restart(Random random) {
        state.endedAt(scene.now.toEpochMilli());
        scene.now = scene.now.plusSeconds(random.nextInt(20));
        scene.restart(state);
        // As rules do at the first tick: what fires, and what ended not long ago.
        models.forEach((name, model) -> {
            if (model.ruleFiresSince != null) {
                expire(model);
                say(name, model.ruleFiresSince, null);
            } else if (lastEnd.containsKey(name)) {
                say(name, lastStart.get(name), lastEnd.get(name));
            }
        });
    }

    private final Map<String, Instant> lastStart = new HashMap<>();
    private final Map<String, Instant> lastEnd = new HashMap<>();

    private static Labels labels(String name) {
        return Labels.of("alertname", name, "cluster", "c" + (name.charAt(1) - '0') % 2);
    }

    private void say(String name, Instant start, @Nullable Instant end) {
        if (end != null) {
            lastStart.put(name, start);
            lastEnd.put(name, end);
        }
        Alert alert = new Alert(labels(name), Map.of(), start, end, "", new Alert.Receipt(0, 0, 0));
        scene.engine.take(alert, false, scene.now);
        deliver();
    }

    /** Lets time pass, each thing at its own moment. */
    private void run(Random random, Duration duration) {
        Instant end = scene.now.plus(duration);
        while (true) {
            Instant next = earliest(scene.engine.nextDue(), nextMultiple(SWEEP), nextMultiple(RESEND));
            if (next.isAfter(end)) {
                break;
            }
            scene.now = next.isAfter(scene.now) ? next : scene.now;
            if (isMultiple(SWEEP)) {
                models.values().forEach(this::expire);
                scene.engine.sweep(scene.now);
            }
            if (isMultiple(RESEND)) {
                models.forEach((name, model) -> {
                    if (model.ruleFiresSince != null) {
                        expire(model);
                        say(name, model.ruleFiresSince, null);
                    }
                });
            }
            deliver(random);
            check();
        }
        scene.now = end;
    }

    /** A rule that fires when the answer has expired is heard again. */
    private void expire(Model model) {
        if (!scene.now.isBefore(model.handResolvedUntil)) {
            model.handResolved = false;
            model.handResolvedUntil = Instant.MAX;
        }
    }

    private static Instant earliest(Instant a, Instant b, Instant c) {
        Instant ab = a.isBefore(b) ? a : b;
        return ab.isBefore(c) ? ab : c;
    }

    private Instant nextMultiple(Duration of) {
        long millis = of.toMillis();
        return Instant.ofEpochMilli((scene.now.toEpochMilli() / millis + 1) * millis);
    }

    private boolean isMultiple(Duration of) {
        return scene.now.toEpochMilli() % of.toMillis() == 0;
    }

    private void check() {
        models.forEach((name, model) -> {
            assertThat(scene.engine.acknowledgements.isAcknowledged(labels(name), scene.now))
                    .as("%s is acknowledged at %s", name, scene.now)
                    .isEqualTo(model.isAcknowledgedAt(scene.now));
            boolean fires = scene.engine
                    .book
                    .get(labels(name))
                    .filter(held -> !held.isResolvedAt(scene.now))
                    .isPresent();
            assertThat(fires).as("%s fires at %s", name, scene.now).isEqualTo(model.fires());
        });
    }

    private void deliver() {
        deliver(new Random(scene.now.toEpochMilli()));
    }

    private void deliver(Random random) {
        for (Notification notification : scene.engine.due(scene.now)) {
            boolean repeat = notification.reason() == Verdict.REPEAT;
            repeats += repeat ? 1 : 0;
            for (Alert alert : notification.alerts()) {
                Model model = models.get(alert.labels().get("alertname"));
                assertThat(repeat && model.isAcknowledgedAt(scene.now))
                        .as("%s, acknowledged, repeated at %s", alert.labels(), scene.now)
                        .isFalse();
            }
            boolean fails = random.nextDouble() < failure;
            scene.engine.settled(
                    notification, new DeliveryOutcome(fails ? Result.EXPIRED : Result.ACCEPTED, 1, ""), scene.now);
            if (!fails) {
                notification.alerts().forEach(this::accepted);
            }
        }
        unrepeated += scene.engine.step(List.of(), scene.now).events().stream()
                        .anyMatch(event -> event.kind() == dev.tocsin.core.AlertEvent.Kind.NOT_REPEATED)
                ? 1
                : 0;
    }

    private void accepted(Alert alert) {
        String name = alert.labels().get("alertname");
        if (alert.isFiring()) {
            lastTold.put(name, scene.now);
            if (!name.equals("a5")) {
                openTold.add(name);
            }
        } else {
            openTold.remove(name);
        }
    }
}
