package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random notifications to receivers that stand in for one another, each of which works or fails for a while. Whatever
 * happens (invariant 4, at least once and told apart; invariant 6, one bad receiver hurts nothing else):
 *
 * <ul>
 *   <li>what was decided upon settles exactly once, as accepted where any receiver of the chain took it;
 *   <li>no receiver gets a notification twice, or under a key that another notification has;
 *   <li>nobody but the receiver itself is told while it has not failed.
 * </ul>
 */
class FallbackPropertyTest {
    private static final List<String> CHAIN = List.of("a", "b", "c");

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void holdsItsPromises(long seed) {
        Random random = new Random(seed);
        Fallbacks fallbacks = new Fallbacks(routing(), new NotificationLog(100));
        Map<String, Boolean> works = new HashMap<>();
        Map<String, Integer> settled = new HashMap<>();
        List<Notification> inFlight = new ArrayList<>();
        Map<String, Boolean> tookOne = new HashMap<>();
        Map<String, String> rootOf = new HashMap<>();
        boolean everFailed = false;
        Instant now = Instant.parse("2026-11-21T12:00:00Z");
        int originals = 0;
        int standIns = 0;

        for (int step = 0; step < 3000; step++) {
            now = now.plusMillis(random.nextInt(20_000));
            if (random.nextInt(20) == 0) {
                works.put(CHAIN.get(random.nextInt(3)), random.nextBoolean());
            }
            boolean begin = step < 2500 && inFlight.size() < 8 && random.nextInt(3) == 0;
            List<Notification> next = List.of();
            String root = "";
            if (begin) {
                root = "n" + originals++;
                next = fallbacks.handOver(notification(root, now, random.nextInt(3) > 0), now);
            } else if (!inFlight.isEmpty()) {
                Notification part = inFlight.remove(random.nextInt(inFlight.size()));
                root = rootOf.get(part.integration() + part.key());
                boolean accepted = works.getOrDefault(part.integration().receiver(), true);
                everFailed |= !accepted;
                tookOne.merge(root, accepted, Boolean::logicalOr);
                int attempts = accepted ? 1 : 1 + random.nextInt(Math.max(1, part.mostAttempts()));
                Fallbacks.Step outcome = fallbacks.settled(
                        part, new DeliveryOutcome(accepted ? Result.ACCEPTED : Result.EXPIRED, attempts, ""), now);
                for (Fallbacks.Settled each : outcome.settled()) {
                    assertThat(each.notification().key()).isEqualTo(root);
                    settled.merge(root, 1, Integer::sum);
                    assertThat(each.outcome().isAccepted()).isEqualTo(tookOne.get(root));
                }
                next = outcome.next();
            }
            for (Notification n : next) {
                boolean isStandIn = !n.integration().receiver().equals("a");
                standIns += isStandIn ? 1 : 0;
                assertThat(isStandIn && !everFailed).as("told for nothing").isFalse();
                assertThat(n.alerts().getFirst().annotations().containsKey("stands_in_for"))
                        .isEqualTo(isStandIn);
                assertThat(rootOf.put(n.integration() + n.key(), root))
                        .as("each copy once")
                        .isNull();
                inFlight.add(n);
            }
        }

        assertThat(inFlight).isEmpty();
        assertThat(settled)
                .hasSize(originals)
                .allSatisfy((key, times) -> assertThat(times).isEqualTo(1));
        assertThat(standIns).isGreaterThan(100);
    }

    private static Routing routing() {
        Map<String, Receiver> receivers = IntStream.range(0, CHAIN.size())
                .mapToObj(i -> new Receiver(
                        CHAIN.get(i),
                        Stream.of(0, 1)
                                .limit(i == 1 ? 2 : 1)
                                .map(at -> new Receiver.Subscription(
                                        new Integration(CHAIN.get(i), "webhook", at), at == 0))
                                .toList(),
                        i + 1 < CHAIN.size() ? new Fallback(CHAIN.get(i + 1), Duration.ofMinutes(1), 3) : null))
                .collect(Collectors.toMap(Receiver::name, Function.identity()));
        return new Routing(Route.root(RouteOptions.defaults("a")), receivers, Duration.ofMinutes(5), List.of());
    }

    private static Notification notification(String key, Instant now, boolean fires) {
        Alert alert = new Alert(
                Labels.of("alertname", key), Map.of(), now, fires ? null : now, "", new Alert.Receipt(0, 0, 0));
        return new Notification(
                key,
                new Integration("a", "webhook", 0),
                "group " + key,
                Labels.EMPTY,
                List.of(alert),
                fires ? Verdict.FIRST : Verdict.ALL_RESOLVED,
                now,
                now.plus(Duration.ofMinutes(5)));
    }
}
