package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sequences of firing, resolving, reloading, and receivers that accept, refuse or take their time. Whatever
 * happens:
 *
 * <ul>
 *   <li>an integration never has two notifications of a group in flight;
 *   <li>what was accepted and has not changed is not told again before the repeat interval has passed;
 *   <li>two notifications with the same key say the same, and the second follows a failure of the first;
 *   <li>an alert that goes on firing is told, and one that was told as firing and ends is told as resolved;
 *   <li>in the end nothing is left: no group, no log entry, nothing in flight.
 * </ul>
 */
class DispatcherPropertyTest {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration REPEAT = Duration.ofMinutes(4);
    private static final List<Integration> HOOKS =
            List.of(new Integration("team", "webhook", 0), new Integration("team", "webhook", 1));

    private final AlertBook book = new AlertBook(1000);
    private final NotificationLog log = new NotificationLog(1000);
    private final Map<Integration, Map<String, Notification>> inFlight = new HashMap<>();
    private final Map<Notification, Instant> settleAt = new LinkedHashMap<>();
    private final Map<String, Told> lastAccepted = new HashMap<>();
    private final Map<String, Set<List<Alert>>> saidByKey = new HashMap<>();
    private final Set<String> acceptedKeys = new HashSet<>();
    private final Set<String> openTold = new HashSet<>();
    private final Set<String> firing = new HashSet<>();
    private final List<String> names = new ArrayList<>();
    private Dispatcher dispatcher;
    private Instant now = START;
    private int told;

    private record Told(Instant at, List<Alert> alerts) {}

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(
            longs = {
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
                29, 30
            })
    void holdsItsPromises(long seed) {
        Random random = new Random(seed);
        dispatcher = new Dispatcher(
                routing(random),
                now,
                log,
                new Silences(10, () -> "s"),
                new Acknowledgements(10),
                new Flapping(10),
                new Decisions(new AlertHistory(100, "")),
                1000);
        for (int i = 0; i < 8; i++) {
            names.add("a" + i);
        }
        double failure = random.nextDouble() * 0.6;

        for (int step = 0; step < 2000; step++) {
            act(random);
            run(random, now.plusMillis(random.nextInt(20_000)), failure);
        }
        // A while in which receivers work: what fires must be known to fire, to both.
        run(random, now.plus(Duration.ofMinutes(10)), 0);
        for (String name : firing) {
            for (Integration hook : HOOKS) {
                assertThat(openTold).as("%s knows that %s fires", hook, name).contains(hook + " " + name);
            }
        }
        // All ends: what was called firing must be called resolved.
        for (String name : List.copyOf(firing)) {
            say(name, now);
        }
        run(random, now.plus(Duration.ofMinutes(30)), 0);

        assertThat(openTold).as("told as firing and never as resolved").isEmpty();
        assertThat(dispatcher.groupCount()).isZero();
        assertThat(dispatcher.inFlightCount()).isZero();
        assertThat(dispatcher.nextDue()).isEmpty();
        assertThat(log.size()).isZero();
        book.sweep(now.plus(Duration.ofDays(1)));
        assertThat(book.size()).isZero();
        assertThat(told).isGreaterThan(100);
    }

    private static Routing routing(Random random) {
        RouteOptions options = new RouteOptions(
                "team",
                random.nextBoolean() ? GroupBy.of("cluster") : GroupBy.ALL,
                Duration.ofSeconds(random.nextInt(30)),
                Duration.ofSeconds(1 + random.nextInt(60)),
                REPEAT);
        return Routing.of(
                Route.root(options),
                new Receiver(
                        "team",
                        HOOKS.stream()
                                .map(h -> new Receiver.Subscription(h, true))
                                .toList()));
    }

    private void act(Random random) {
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                if (!firing.contains(name)) {
                    say(name, null);
                }
            }
            case 3, 4 -> {
                if (firing.contains(name)) {
                    say(name, now);
                }
            }
            case 5 -> {
                if (firing.contains(name)) {
                    say(name, null);
                }
            }
            case 6 -> {
                if (random.nextInt(10) == 0) {
                    dispatcher = dispatcher.reroute(dispatcher.routing(), book.all(), now);
                }
            }
            default -> {}
        }
    }

    private void say(String name, Instant endsAt) {
        Labels labels = Labels.of("alertname", name, "cluster", "c" + name.charAt(1) % 3);
        Instant start = book.all().stream()
                .filter(a -> a.labels().equals(labels) && !a.isResolvedAt(now))
                .map(a -> a.alert().startsAt())
                .findFirst()
                .orElse(now);
        if (endsAt == null) {
            firing.add(name);
        } else {
            firing.remove(name);
        }
        HeldAlert held = book.put(
                        new Alert(labels, Map.of(), start, endsAt, "", new Alert.Receipt(0, 0, 0)), false, now)
                .orElseThrow();
        assertThat(dispatcher.insert(held, true, now)).isZero();
    }

    /** Lets time pass to {@code end}, each thing at its own moment. */
    private void run(Random random, Instant end, double failure) {
        while (true) {
            Instant next = dispatcher.nextDue().orElse(Instant.MAX);
            for (Instant settle : settleAt.values()) {
                next = settle.isBefore(next) ? settle : next;
            }
            if (next.isAfter(end)) {
                break;
            }
            now = next.isAfter(now) ? next : now;
            for (Map.Entry<Notification, Instant> entry : List.copyOf(settleAt.entrySet())) {
                if (!entry.getValue().isAfter(now)) {
                    settle(entry.getKey(), random.nextDouble() < failure);
                }
            }
            for (Notification n : dispatcher.due(now)) {
                take(n, random);
            }
        }
        now = end;
    }

    private void take(Notification n, Random random) {
        told++;
        Map<String, Notification> ofHook = inFlight.computeIfAbsent(n.integration(), i -> new HashMap<>());
        assertThat(ofHook.put(n.groupKey(), n)).as("one in flight per group").isNull();
        assertThat(acceptedKeys).as("a key that was accepted is not used again").doesNotContain(n.key());
        saidByKey.computeIfAbsent(n.key(), k -> new HashSet<>()).add(n.alerts());
        assertThat(saidByKey.get(n.key())).as("one key, one content").hasSize(1);
        Told last = lastAccepted.get(n.integration() + n.groupKey());
        if (last != null && states(last.alerts()).equals(states(n.alerts()))) {
            assertThat(Duration.between(last.at(), n.flushedAt())).as("repeat").isGreaterThan(REPEAT);
        }
        boolean slow = random.nextInt(4) == 0;
        long millis =
                slow ? random.nextInt((int) Duration.between(now, n.deadline()).toMillis() + 1) : 0;
        settleAt.put(n, now.plusMillis(millis));
    }

    private static Map<Labels, Boolean> states(List<Alert> alerts) {
        Map<Labels, Boolean> states = new HashMap<>();
        alerts.forEach(a -> states.put(a.labels(), a.isFiring()));
        return states;
    }

    private void settle(Notification n, boolean fails) {
        settleAt.remove(n);
        inFlight.get(n.integration()).remove(n.groupKey());
        if (!fails) {
            acceptedKeys.add(n.key());
            lastAccepted.put(n.integration() + n.groupKey(), new Told(now, n.alerts()));
            for (Alert alert : n.alerts()) {
                String entry = n.integration() + " " + alert.labels().get("alertname");
                if (alert.isFiring()) {
                    openTold.add(entry);
                } else {
                    openTold.remove(entry);
                }
            }
        }
        dispatcher.settled(n, new DeliveryOutcome(fails ? Result.EXPIRED : Result.ACCEPTED, 1, ""), now);
    }
}
