package dev.tocsin.alert;

import static java.util.Objects.requireNonNull;

import dev.tocsin.core.Alert;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells further receivers of alerts that nobody answers: a function of the alerts, of what the log says was told, and of
 * now. Confined to the thread of its owner.
 *
 * <p>An alert climbs a policy once, in its group of the first route that names the policy. A level that passed while the
 * alert was silenced, inhibited, muted, acknowledged, or while the process was down is not made up for: only the latest
 * is told, as soon as nothing holds it back. Who was told of an alert here is told of its end too.
 *
 * <p>Beside the fingerprints that it called firing, an entry of the log holds a mark for each alert and step told, so
 * that no step of an episode is told twice, whatever happens between. Bounded like groups.
 */
final class Escalations {
    /** The annotation that says, to those who are told, which level of which policy they are. */
    static final String ANNOTATION = "escalation";

    /** How soon what is held back is looked at again: nobody tells when a silence ends. */
    static final Duration RECHECK = Duration.ofSeconds(1);

    /** What keeps an alert from being told here. */
    interface Conditions {
        /** Whether it is silenced, inhibited, or its route mute. */
        boolean isHeldBack(Route route, Labels alert, Instant now);

        boolean isAcknowledged(Labels alert, Instant now);
    }

    private final Routing routing;
    private final NotificationLog log;
    private final Conditions conditions;
    private final int limit;
    private final Map<String, Ladder> ladders = new HashMap<>();
    private final TreeSet<Ladder> wakes = new TreeSet<>(Ladder.BY_WAKE);
    private final Map<NotificationLog.Key, InFlight> inFlight;

    /** @param limit ladders in all; an alert that would need one more does not escalate */
    Escalations(Routing routing, NotificationLog log, Conditions conditions, int limit) {
        this(routing, log, conditions, limit, new HashMap<>());
    }

    private Escalations(
            Routing routing,
            NotificationLog log,
            Conditions conditions,
            int limit,
            Map<NotificationLog.Key, InFlight> inFlight) {
        this.routing = routing;
        this.log = log;
        this.conditions = conditions;
        this.limit = limit;
        this.inFlight = inFlight;
    }

    /** For a new routing, to which every alert is to be inserted; knows what is in flight. */
    Escalations reroute(Routing newRouting, Conditions newConditions) {
        return new Escalations(newRouting, log, newConditions, limit, inFlight);
    }

    private record InFlight(Notification notification, Set<Long> firing) {}

    /** @return how many ladders had no room; 0 for all is well */
    int insert(HeldAlert alert, Instant now) {
        if (routing.policies().isEmpty()) {
            return 0;
        }
        int refused = 0;
        for (Map.Entry<EscalationPolicy, Route> climbed :
                policiesOf(alert.labels()).entrySet()) {
            EscalationPolicy policy = climbed.getKey();
            Route route = climbed.getValue();
            Labels groupLabels = route.options().groupBy().groupLabels(alert.labels());
            String key = Ladder.keyOf(route, policy, groupLabels);
            Ladder ladder = ladders.get(key);
            if (ladder == null && ladders.size() >= limit) {
                refused++;
                continue;
            }
            if (ladder == null) {
                ladder = new Ladder(routing, route, policy, groupLabels, key);
                ladders.put(key, ladder);
            }
            HeldAlert before = ladder.members.put(alert.labels(), alert);
            boolean isNews = before == null
                    || alert.isResolvedAt(now)
                    || !before.episode().equals(alert.episode());
            if (isNews) {
                wake(ladder, now);
            }
        }
        return refused;
    }

    /** The policies that an alert climbs, each with the first route that names it. */
    private Map<EscalationPolicy, Route> policiesOf(Labels alert) {
        Map<EscalationPolicy, Route> climbed = new LinkedHashMap<>();
        for (Route route : routing.routesOf(alert)) {
            routing.escalationOf(route, alert).ifPresent(policy -> climbed.putIfAbsent(policy, route));
        }
        return climbed;
    }

    /** What comes next for an alert that fires; empty where nothing does. */
    Optional<EscalationStep> next(HeldAlert alert, Instant now) {
        if (alert.isResolvedAt(now) || conditions.isAcknowledged(alert.labels(), now)) {
            return Optional.empty();
        }
        EscalationStep soonest = null;
        Instant since = alert.episode();
        for (EscalationPolicy policy : policiesOf(alert.labels()).keySet()) {
            int step = policy.stepAt(since, now) + 1;
            Optional<Instant> at = policy.startOfNext(step - 1, since);
            if (at.isPresent() && (soonest == null || at.get().isBefore(soonest.at()))) {
                soonest = new EscalationStep(policy.name(), policy.levelOf(step), policy.receiversAt(step), at.get());
            }
        }
        return Optional.ofNullable(soonest);
    }

    /** When {@link #due} has something to do next. */
    Optional<Instant> nextDue() {
        return wakes.isEmpty() ? Optional.empty() : Optional.ofNullable(wakes.getFirst().wakeAt);
    }

    List<Notification> due(Instant now) {
        List<Notification> out = new ArrayList<>();
        while (!wakes.isEmpty() && !requireNonNull(wakes.getFirst().wakeAt).isAfter(now)) {
            Ladder ladder = requireNonNull(wakes.pollFirst());
            ladder.wakeAt = null;
            look(ladder, now, out);
        }
        return out;
    }

    /** Takes in how the delivery of a notification ended, where it is one of these. */
    void settled(Notification notification, DeliveryOutcome outcome, Instant now) {
        NotificationLog.Key key = new NotificationLog.Key(notification.integration(), notification.groupKey());
        InFlight flight = inFlight.get(key);
        if (flight == null || !flight.notification().equals(notification)) {
            return;
        }
        inFlight.remove(key);
        if (outcome.isAccepted()) {
            log.record(key, new NotificationLog.Entry(now, flight.firing(), Set.of()));
        }
        Ladder ladder = ladders.get(key.groupKey());
        if (ladder != null) {
            boolean failed = !outcome.isAccepted() && outcome.result() != DeliveryOutcome.Result.SUPERSEDED;
            for (Ladder.Rung rung : ladder.rungs) {
                if (failed && rung.logKey.equals(key)) {
                    rung.retryAt =
                            notification.flushedAt().plus(ladder.route.options().groupInterval());
                }
            }
            wake(ladder, now);
        }
    }

    private void wake(Ladder ladder, Instant at) {
        if (ladder.wakeAt == null || at.isBefore(ladder.wakeAt)) {
            wakes.remove(ladder);
            ladder.wakeAt = at;
            wakes.add(ladder);
        }
    }

    private void look(Ladder ladder, Instant now, List<Notification> out) {
        Instant next = Instant.MAX;
        for (Ladder.Rung rung : ladder.rungs) {
            if (inFlight.containsKey(rung.logKey)) {
                continue; // Looked at again when that settles.
            }
            if (rung.retryAt.isAfter(now)) {
                next = earlier(next, rung.retryAt);
                continue;
            }
            Sight sight = new Sight(ladder, rung, now);
            Notification notification = sight.notification();
            if (notification != null) {
                out.add(notification);
                inFlight.put(rung.logKey, new InFlight(notification, sight.marks));
            } else if (sight.isForgotten) {
                log.record(rung.logKey, new NotificationLog.Entry(now, sight.marks, Set.of()));
            }
            if (sight.isHeldBack) {
                next = earlier(next, now.plus(RECHECK));
            }
        }
        ladder.members.values().removeIf(alert -> alert.isResolvedAt(now) && !isAwaited(ladder, alert));
        for (HeldAlert alert : ladder.members.values()) {
            next = earlier(next, nextOf(ladder.policy, alert, now));
        }
        if (ladder.members.isEmpty()) {
            ladders.remove(ladder.key);
        } else if (!next.equals(Instant.MAX)) {
            wake(ladder, next);
        }
    }

    private static Instant nextOf(EscalationPolicy policy, HeldAlert alert, Instant now) {
        Instant since = alert.episode();
        if (alert.isResolvedAt(now)) {
            return Instant.MAX;
        }
        Instant step = policy.startOfNext(policy.stepAt(since, now), since).orElse(Instant.MAX);
        Instant end = alert.alert().endsAt();
        return end == null ? step : earlier(step, end);
    }

    /** Whether somebody who was told of the alert, or is being told, is still to hear of its end. */
    private boolean isAwaited(Ladder ladder, HeldAlert alert) {
        long fingerprint = alert.labels().fingerprint();
        for (Ladder.Rung rung : ladder.rungs) {
            NotificationLog.Entry entry = log.get(rung.logKey);
            InFlight flight = inFlight.get(rung.logKey);
            if ((entry != null && entry.firing().contains(fingerprint))
                    || (flight != null && flight.firing().contains(fingerprint))) {
                return true;
            }
        }
        return false;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /** What one integration is to be told of a ladder at a moment. */
    private final class Sight {
        private final Ladder ladder;
        private final Ladder.Rung rung;
        private final Instant now;
        private final NotificationLog.@Nullable Entry before;
        private final List<Alert> firing = new ArrayList<>();
        private final List<Alert> resolved = new ArrayList<>();
        private final TreeSet<Long> reached = new TreeSet<>();
        /** What the log is to say of it from now on. */
        final Set<Long> marks = new HashSet<>();

        /** That the log is to forget something which is over and not told. */
        boolean isForgotten;

        boolean isHeldBack;

        Sight(Ladder ladder, Ladder.Rung rung, Instant now) {
            this.ladder = ladder;
            this.rung = rung;
            this.now = now;
            before = log.get(rung.logKey);
            ladder.members.values().forEach(this::see);
        }

        private void see(HeldAlert alert) {
            long fingerprint = alert.labels().fingerprint();
            boolean told = before != null && before.firing().contains(fingerprint);
            boolean heldBack = conditions.isHeldBack(ladder.route, alert.labels(), now);
            if (alert.isResolvedAt(now)) {
                if (told && rung.subscription.sendResolved() && !heldBack) {
                    resolved.add(alert.alert());
                }
                isForgotten |= told;
                return;
            }
            int step = ladder.policy.stepAt(alert.episode(), now);
            boolean named = step > 0 && rung.isNamedBy(ladder.policy.receiversAt(step));
            long mark = mark(fingerprint, alert.episode(), step);
            boolean toldOfStep = before != null && before.firing().contains(mark);
            boolean due = named && !toldOfStep && !conditions.isAcknowledged(alert.labels(), now);
            if (due && !heldBack) {
                reached.add(mark);
                firing.add(at(step, alert.at(now)));
                marks.add(fingerprint);
            } else if (told) {
                marks.add(fingerprint);
                if (!heldBack) {
                    firing.add(alert.at(now));
                }
            }
            if (named && (toldOfStep || reached.contains(mark))) {
                marks.add(mark);
            }
            isHeldBack |= named && !toldOfStep && !reached.contains(mark);
        }

        private Alert at(int step, Alert alert) {
            EscalationPolicy policy = ladder.policy;
            Map<String, String> annotations = new LinkedHashMap<>(alert.annotations());
            annotations.put(
                    ANNOTATION,
                    policy.name() + ", level " + policy.levelOf(step) + " of "
                            + policy.levels().size()
                            + (step > policy.levels().size()
                                    ? ", repeat " + (step - policy.levels().size())
                                    : ""));
            return new Alert(
                    alert.labels(),
                    annotations,
                    alert.startsAt(),
                    alert.endsAt(),
                    alert.generatorUrl(),
                    alert.receipt());
        }

        @Nullable
        Notification notification() {
            if (reached.isEmpty() && resolved.isEmpty()) {
                return null;
            }
            Verdict verdict = !reached.isEmpty()
                    ? Verdict.ESCALATED
                    : firing.isEmpty() ? Verdict.ALL_RESOLVED : Verdict.NEW_RESOLVED;
            List<Alert> alerts = new ArrayList<>(firing);
            alerts.addAll(resolved);
            alerts.sort(AlertOrder.INSTANCE);
            return new Notification(
                    // The steps are part of the news: the next one is not a copy of this one.
                    NotificationKey.of(rung.logKey.integration(), ladder.key + reached, alerts, before),
                    rung.logKey.integration(),
                    ladder.key,
                    ladder.groupLabels,
                    alerts,
                    verdict,
                    now,
                    now.plus(Dispatcher.deliveryTime(ladder.route.options().groupInterval())));
        }
    }

    /** Stands for one step of one episode of an alert. */
    static long mark(long fingerprint, Instant firingSince, int step) {
        long mixed = (fingerprint ^ firingSince.toEpochMilli()) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 29) ^ step) * 0xBF58476D1CE4E5B9L;
        return mixed ^ (mixed >>> 32);
    }
}
