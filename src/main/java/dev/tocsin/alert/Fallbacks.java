package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Notification;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands between those who decide what is told and delivery: what an integration fails to take for long enough goes to
 * the receiver that stands in for it, and from there to the one that stands in for that. Confined to the thread of its
 * owner.
 *
 * <p>News that a stand-in took counts as told: the integration is not told of it again when it works again, only of what
 * comes next. While it is known to fail, further news goes to the stand-in at once, and is tried once at the integration
 * itself, so that its return is seen. A stand-in that was told that something fires hears of its end. How long an
 * integration has been failing is known to the next process.
 *
 * <p>Bounded: by what is in flight, and by integrations.
 */
final class Fallbacks {
    /** The annotation that says whose failure the notification stands in for. */
    static final String ANNOTATION = "stands_in_for";

    private static final String PREFIX = "failing/";

    private final NotificationLog log;
    private Routing routing;
    private final Map<Part, Flight> flights = new HashMap<>();
    private final Map<Integration, Streak> streaks = new HashMap<>();
    private DurableState kept = DurableState.NONE;

    Fallbacks(Routing routing, NotificationLog log) {
        this.routing = routing;
        this.log = log;
    }

    /** Takes over what an earlier process knew to fail, and keeps from now on what does. */
    void keepIn(DurableState state) {
        kept = state;
        state.withPrefix(PREFIX).values().forEach(bytes -> {
            ByteReader in = new ByteReader(bytes);
            Integration integration = new Integration(in.readText(), in.readText(), in.readIndex(Integer.MAX_VALUE));
            streaks.put(
                    integration, new Streak(Instant.ofEpochMilli(in.readSigned()), in.readIndex(Integer.MAX_VALUE)));
        });
        use(routing);
    }

    private void fails(Integration integration, Streak streak) {
        streaks.put(integration, streak);
        ByteWriter out = new ByteWriter(1 << 6);
        out.putText(integration.receiver());
        out.putText(integration.kind());
        out.putVarint(integration.index());
        out.putSigned(streak.since().toEpochMilli());
        out.putVarint(streak.attempts());
        kept.put(PREFIX + integration, out.toBytes());
    }

    private void failsNoMore(Integration integration) {
        if (streaks.remove(integration) != null) {
            kept.remove(PREFIX + integration);
        }
    }

    /** From now on by a new configuration; what is on its way goes on. */
    void use(Routing newRouting) {
        routing = newRouting;
        Set<Integration> known = new HashSet<>();
        newRouting
                .receivers()
                .values()
                .forEach(receiver ->
                        receiver.subscriptions().forEach(subscription -> known.add(subscription.integration())));
        for (Integration each : List.copyOf(streaks.keySet())) {
            if (!known.contains(each)) {
                failsNoMore(each);
            }
        }
    }

    /** Which notification of an integration. */
    private record Part(Integration integration, String key) {
        static Part of(Notification notification) {
            return new Part(notification.integration(), notification.key());
        }
    }

    /** An integration that fails since then, so often in a row. */
    private record Streak(Instant since, int attempts) {}

    /** A notification and those that stand in for it. */
    private static final class Flight {
        final Notification original;
        final @Nullable Flight standsInFor;
        /** Those not settled: the original itself among them, until it is. */
        int open = 1;

        boolean stoodIn;

        @Nullable
        DeliveryOutcome outcome;

        Flight(Notification original, @Nullable Flight standsInFor) {
            this.original = original;
            this.standsInFor = standsInFor;
        }

        void settled(DeliveryOutcome settled) {
            open--;
            if (outcome == null || settled.isAccepted()) {
                outcome = settled;
            }
        }
    }

    /** How a notification that was decided upon ended, stand-ins considered. */
    record Settled(Notification notification, DeliveryOutcome outcome) {}

    /**
     * @param next to be handed over
     * @param settled to be told to those who decided
     */
    record Step(List<Notification> next, List<Settled> settled) {
        private static Step begin() {
            return new Step(new ArrayList<>(), new ArrayList<>());
        }
    }

    /** What is to be handed over for a notification that was decided upon. */
    List<Notification> handOver(Notification notification, Instant now) {
        Step step = Step.begin();
        handOver(new Flight(notification, null), now, step);
        return step.next();
    }

    private void handOver(Flight flight, Instant now, Step step) {
        Notification original = flight.original;
        Integration integration = original.integration();
        Fallback fallback = fallbackOf(integration);
        if (fallback == null && flight.standsInFor == null) {
            step.next().add(original);
            return;
        }
        flights.put(Part.of(original), flight);
        Streak streak = streaks.get(integration);
        if (fallback == null) {
            step.next().add(original);
        } else if (streak != null && isDue(fallback, streak, now)) {
            step.next().add(original.limitedTo(original.deadline(), 1));
            standIn(flight, fallback, original.alerts(), now, step);
        } else {
            Instant since = streak == null ? now : streak.since();
            Instant end = fallback.after().isZero() ? original.deadline() : since.plus(fallback.after());
            int failed = streak == null ? 0 : streak.attempts();
            int left = fallback.attempts() == 0 ? 0 : fallback.attempts() - failed;
            step.next().add(original.limitedTo(end.isBefore(original.deadline()) ? end : original.deadline(), left));
            standIn(flight, fallback, List.of(), now, step);
        }
    }

    private @Nullable Fallback fallbackOf(Integration integration) {
        Receiver receiver = routing.receivers().get(integration.receiver());
        return receiver == null ? null : receiver.onFailure();
    }

    private static boolean isDue(Fallback fallback, Streak streak, Instant now) {
        return fallback.isDue(Duration.between(streak.since(), now), streak.attempts());
    }

    /** Takes in how a delivery ended. */
    Step settled(Notification part, DeliveryOutcome outcome, Instant now) {
        Step step = Step.begin();
        Flight flight = flights.remove(Part.of(part));
        if (flight == null) {
            step.settled().add(new Settled(part, outcome));
            return step;
        }
        Integration integration = part.integration();
        Fallback fallback = fallbackOf(integration);
        if (outcome.isAccepted()) {
            failsNoMore(integration);
        } else if (fallback != null && outcome.result() != DeliveryOutcome.Result.SUPERSEDED) {
            Streak before = streaks.getOrDefault(integration, new Streak(flight.original.flushedAt(), 0));
            Streak streak = new Streak(before.since(), before.attempts() + outcome.attempts());
            fails(integration, streak);
            // What was refused for good is not mended by waiting.
            boolean refused = outcome.result() == DeliveryOutcome.Result.REFUSED;
            // Given up because the next attempt would have come after the end.
            Instant until = part.deadline().isAfter(now) ? part.deadline() : now;
            boolean expired = outcome.result() == DeliveryOutcome.Result.EXPIRED;
            if (!flight.stoodIn && (refused || isDue(fallback, streak, expired ? until : now))) {
                standIn(flight, fallback, flight.original.alerts(), now, step);
            }
        }
        settle(flight, outcome, now, step);
        return step;
    }

    private void settle(Flight flight, DeliveryOutcome outcome, Instant now, Step step) {
        flight.settled(outcome);
        if (flight.open > 0) {
            return;
        }
        DeliveryOutcome ended = flight.outcome == null ? outcome : flight.outcome;
        Flight parent = flight.standsInFor;
        if (parent == null) {
            step.settled().add(new Settled(flight.original, ended));
            return;
        }
        if (ended.isAccepted()) {
            record(parent.original, flight.original, now);
        }
        settle(parent, ended, now, step);
    }

    /**
     * Hands copies over to the receiver that stands in.
     *
     * @param news what it must be told; what it was told before and is over now, in any case
     */
    private void standIn(Flight flight, Fallback fallback, List<Alert> news, Instant now, Step step) {
        flight.stoodIn |= !news.isEmpty();
        for (Receiver.Subscription subscription :
                routing.receiver(fallback.receiver()).subscriptions()) {
            List<Alert> alerts = news.isEmpty() ? endsOf(flight.original, subscription.integration()) : news;
            List<Alert> told = subscription.sendResolved()
                    ? alerts
                    : alerts.stream().filter(Alert::isFiring).toList();
            if (!told.isEmpty()) {
                flight.open++;
                Notification copy = copy(flight.original, subscription.integration(), told, now);
                handOver(new Flight(copy, flight), now, step);
            }
        }
    }

    /** Of what a stand-in was told as firing, all, where some of it is over. */
    private List<Alert> endsOf(Notification original, Integration standIn) {
        NotificationLog.Entry told = log.get(logKey(original, standIn));
        if (told == null) {
            return List.of();
        }
        List<Alert> known = original.alerts().stream()
                .filter(alert -> told.firing().contains(alert.labels().fingerprint()))
                .toList();
        return known.stream().allMatch(Alert::isFiring) ? List.of() : known;
    }

    private void record(Notification original, Notification copy, Instant now) {
        NotificationLog.Key key = logKey(original, copy.integration());
        NotificationLog.Entry before = log.get(key);
        Set<Long> firing = before == null ? new HashSet<>() : new HashSet<>(before.firing());
        for (Alert alert : copy.alerts()) {
            if (alert.isFiring()) {
                firing.add(alert.labels().fingerprint());
            } else {
                firing.remove(alert.labels().fingerprint());
            }
        }
        log.record(key, new NotificationLog.Entry(now, firing, Set.of()));
    }

    private static NotificationLog.Key logKey(Notification original, Integration standIn) {
        return new NotificationLog.Key(standIn, "for " + original.integration() + " " + original.groupKey());
    }

    private Notification copy(Notification original, Integration to, List<Alert> alerts, Instant now) {
        Streak streak = streaks.get(original.integration());
        String whose = original.integration() + (streak == null ? "" : ", which fails since " + streak.since());
        List<Alert> marked = alerts.stream().map(alert -> marked(alert, whose)).toList();
        return new Notification(
                NotificationKey.forStandIn(original.key(), to),
                to,
                original.groupKey(),
                original.groupLabels(),
                marked,
                original.reason(),
                now,
                now.plus(Duration.between(original.flushedAt(), original.deadline())));
    }

    private static Alert marked(Alert alert, String whose) {
        Map<String, String> annotations = new LinkedHashMap<>(alert.annotations());
        annotations.put(ANNOTATION, whose);
        return new Alert(
                alert.labels(), annotations, alert.startsAt(), alert.endsAt(), alert.generatorUrl(), alert.receipt());
    }
}
