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
import java.util.Collection;
import java.util.Collections;
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
 * Sorts alerts into groups and says who must be told what, and when: Alertmanager's dispatcher and notification
 * pipeline as functions of (state, input, now). Confined to the thread of its owner.
 *
 * <p>Unlike Alertmanager, an integration that is slow or dead holds up no other one of its receiver: each has at most one
 * notification of a group in flight, and is decided anew when that settles.
 */
public final class Dispatcher {
    /** Delivery is given at least this long, however short the group interval: Alertmanager's {@code MinTimeout}. */
    static final Duration LEAST_DELIVERY_TIME = Duration.ofSeconds(10);

    /**
     * So often, counted from the start or the last reload as in Alertmanager, groups that are empty are forgotten; until
     * then their group interval still holds.
     */
    static final Duration CLEAN_UP_INTERVAL = Duration.ofSeconds(30);

    private final Routing routing;
    private final Instant startedAt;
    private final NotificationLog log;
    private final Suppressor suppressor;
    private final Escalations escalations;
    private final Flapping flapping;
    private final Decisions decisions;
    private final int groupLimit;
    private final Map<GroupId, AlertGroup> groups = new LinkedHashMap<>();
    /** The groups by the moment at which each is looked at next. */
    private final TreeSet<AlertGroup> wakes = new TreeSet<>(AlertGroup.BY_WAKE);

    private final Map<NotificationLog.Key, InFlight> inFlight;

    /** The group that decides anew when what is in flight has settled. */
    private final Map<NotificationLog.Key, AlertGroup> deferred = new HashMap<>();

    private long groupsMade;

    /**
     * @param startedAt now
     * @param groupLimit groups in all; an alert that would need one more is told to nobody
     */
    Dispatcher(
            Routing routing,
            Instant startedAt,
            NotificationLog log,
            Silences silences,
            Acknowledgements acknowledgements,
            Flapping flapping,
            Decisions decisions,
            int groupLimit) {
        this.routing = routing;
        this.startedAt = startedAt;
        this.log = log;
        this.flapping = flapping;
        this.decisions = decisions;
        this.suppressor = new Suppressor(new Inhibitor(routing.inhibitRules()), silences, acknowledgements, decisions);
        this.escalations = new Escalations(routing, log, suppressor, groupLimit);
        this.groupLimit = groupLimit;
        this.inFlight = new HashMap<>();
    }

    /** The one that takes another's place. */
    private Dispatcher(Routing routing, Instant startedAt, Dispatcher before, Inhibitor inhibitor) {
        this.routing = routing;
        this.startedAt = startedAt;
        this.log = before.log;
        this.flapping = before.flapping;
        this.decisions = before.decisions;
        this.suppressor = before.suppressor.with(inhibitor);
        this.escalations = before.escalations.reroute(routing, suppressor);
        this.groupLimit = before.groupLimit;
        this.inFlight = before.inFlight;
    }

    private record GroupId(Route route, Labels labels) {}

    /** @param flush the number of the group's flush that it left in */
    private record InFlight(
            Notification notification,
            AlertGroup group,
            AlertGroup.Line line,
            long flush,
            Set<Long> firing,
            Set<Long> resolved) {}

    /**
     * A dispatcher for a new routing that takes this one's place: what was told and what is in flight is known to it, the
     * groups are made anew from the alerts. Resolved ones join them too, as in Alertmanager: who was told that they fire
     * and, since they were silenced or inhibited then, not that they are over, hears it now.
     *
     * @param alerts all that are held, resolved ones too
     */
    Dispatcher reroute(Routing newRouting, Collection<HeldAlert> alerts, Instant now) {
        Dispatcher next = new Dispatcher(newRouting, now, this, new Inhibitor(newRouting.inhibitRules()));
        for (HeldAlert alert : alerts) {
            next.insert(alert, false, now);
        }
        return next;
    }

    /**
     * Puts an alert into the groups of all routes that take it.
     *
     * @param changed whether it began to fire or was resolved, rather than said again
     * @return how many groups had no room; 0 for all is well
     */
    public int insert(HeldAlert alert, boolean changed, Instant now) {
        suppressor.update(alert, now);
        int refused = escalations.insert(alert, now);
        for (Route route : routing.routesOf(alert.labels())) {
            Labels labels = route.options().groupBy().groupLabels(alert.labels());
            GroupId id = new GroupId(route, labels);
            Duration wait = route.options().groupWait();
            AlertGroup group = groups.get(id);
            if (group == null && groups.size() >= groupLimit) {
                refused++;
                decisions.noRoomForGroup(alert.labels(), route.options().receiver(), groupLimit, now);
                continue;
            }
            if (group == null) {
                group = new AlertGroup(groupsMade++, route, labels, routing.receiverOf(route), now.plus(wait));
                groups.put(id, group);
            }
            group.put(alert);
            // An alert that has already waited its time elsewhere does not wait again.
            if (!group.flushed && alert.alert().startsAt().plus(wait).isBefore(now)) {
                group.nextFlush = now;
            }
            schedule(group, now);
            if (changed) {
                decisions.routed(alert.labels(), group, now);
            }
        }
        return refused;
    }

    /** When {@link #due} has something to do next; empty while there is no group. */
    public Optional<Instant> nextDue() {
        Instant group = wakes.isEmpty() ? Instant.MAX : requireNonNull(wakes.getFirst().wakeAt);
        Instant due = escalations.nextDue().filter(group::isAfter).orElse(group);
        return Optional.of(due).filter(Instant.MAX::isAfter);
    }

    /** Flushes every group whose time has come, and returns what must be delivered. */
    public List<Notification> due(Instant now) {
        List<Notification> out = new ArrayList<>();
        while (!wakes.isEmpty() && !requireNonNull(wakes.getFirst().wakeAt).isAfter(now)) {
            AlertGroup group = requireNonNull(wakes.pollFirst());
            group.wakeAt = null;
            if (group.emptySince != null && !cleanUpAfter(group.emptySince).isAfter(now)) {
                groups.remove(new GroupId(group.route, group.labels));
                continue;
            }
            if (!group.nextFlush.isAfter(now)) {
                group.nextFlush = now.plus(group.route.options().groupInterval());
                group.flushed = true;
                flush(group, false, now, out);
            } else {
                flush(group, true, now, out);
            }
            schedule(group, now);
        }
        out.addAll(escalations.due(now));
        return out;
    }

    /** Takes in how the delivery of a notification ended; {@link #nextDue} may be sooner afterwards. */
    public void settled(Notification notification, DeliveryOutcome outcome, Instant now) {
        NotificationLog.Key key = new NotificationLog.Key(notification.integration(), notification.groupKey());
        InFlight flight = inFlight.get(key);
        if (flight == null || !flight.notification().equals(notification)) {
            escalations.settled(notification, outcome, now);
            return;
        }
        inFlight.remove(key);
        if (outcome.isAccepted()) {
            log.record(key, new NotificationLog.Entry(now, flight.firing(), flight.resolved()));
        }
        AlertGroup.Line line = flight.line();
        line.lastOutcome = outcome;
        line.lastOutcomeAt = now;
        if (outcome.isAccepted()) {
            line.settledFlush = Math.max(line.settledFlush, flight.flush());
        }
        AlertGroup group = flight.group();
        if (isCurrent(group)) {
            line.deferred |= outcome.result() == DeliveryOutcome.Result.SUPERSEDED;
            group.forgetTold(now);
            schedule(group, now);
        }
        // The group itself, or the one that a reload put in its place.
        AlertGroup waiting = deferred.remove(key);
        if (waiting != null) {
            schedule(waiting, now);
        }
    }

    private boolean isCurrent(AlertGroup group) {
        return groups.get(new GroupId(group.route, group.labels)) == group;
    }

    private void flush(AlertGroup group, boolean deferredOnly, Instant now, List<Notification> out) {
        if (group.isEmpty()) {
            group.lines.forEach(line -> line.deferred = false);
            return;
        }
        AlertGroup.Snapshot snapshot = group.snapshot(now);
        Suppressor.Passed passed = suppressor.pass(group.route, snapshot.alerts(), now);
        for (AlertGroup.Line line : group.lines) {
            if (!deferredOnly || line.deferred) {
                Notification notification = decide(group, line, snapshot.number(), passed, now);
                if (notification != null) {
                    out.add(notification);
                }
            }
        }
        group.forgetTold(now);
    }

    private @Nullable Notification decide(
            AlertGroup group, AlertGroup.Line line, long flush, Suppressor.Passed passed, Instant now) {
        line.lastDecidedAt = now;
        if (passed.stoppedBy() != null) {
            // What is resolved now will not be told later, as in Alertmanager.
            line.deferred = false;
            line.settledFlush = flush;
            line.lastVerdict = passed.stoppedBy();
            return null;
        }
        if (inFlight.containsKey(line.logKey)) {
            line.deferred = true;
            deferred.put(line.logKey, group);
            line.lastVerdict = Verdict.IN_FLIGHT;
            decisions.untold(line, Verdict.IN_FLIGHT, passed.alerts(), now);
            return null;
        }
        line.deferred = false;
        Set<Long> firing = new HashSet<>();
        Set<Long> resolved = new HashSet<>();
        for (Alert alert : passed.alerts()) {
            (alert.isFiring() ? firing : resolved).add(alert.labels().fingerprint());
            long mark = flapping.markOf(alert.labels());
            if (mark != 0 && alert.isFiring()) {
                firing.add(mark);
            }
        }
        NotificationLog.Entry previous = log.get(line.logKey);
        boolean sendResolved = line.subscription.sendResolved();
        Verdict verdict = Dedup.decide(
                previous, firing, resolved, sendResolved, group.route.options().repeatInterval(), now);
        List<Alert> told = told(passed.alerts(), verdict, sendResolved, now);
        if (verdict == Verdict.REPEAT && told.stream().noneMatch(Alert::isFiring)) {
            verdict = Verdict.ACKNOWLEDGED;
        }
        if (verdict == Verdict.NEVER_TOLD && group.route.options().digest() && !told.isEmpty()) {
            verdict = Verdict.DIGEST;
        }
        line.lastVerdict = verdict;
        if (!verdict.tells()) {
            line.settledFlush = flush;
            decisions.untold(line, verdict, passed.alerts(), now);
            if (verdict == Verdict.RESOLVED_UNWANTED) {
                log.record(line.logKey, new NotificationLog.Entry(now, firing, resolved));
            }
            return null;
        }
        if (verdict == Verdict.REPEAT && told.size() < passed.alerts().size()) {
            decisions.untold(line, Verdict.ACKNOWLEDGED, acknowledged(passed.alerts(), now), now);
        }
        Notification notification = new Notification(
                NotificationKey.of(line.logKey.integration(), group.key, told, previous),
                line.logKey.integration(),
                group.key,
                group.labels,
                told,
                verdict,
                now,
                now.plus(deliveryTime(group.route.options().groupInterval())));
        inFlight.put(line.logKey, new InFlight(notification, group, line, flush, firing, resolved));
        return notification;
    }

    /** News is told of the whole group, as in Alertmanager; a repeat leaves out what somebody has acknowledged. */
    private List<Alert> told(List<Alert> alerts, Verdict verdict, boolean sendResolved, Instant now) {
        return alerts.stream()
                .filter(alert -> sendResolved || alert.isFiring())
                .filter(alert -> verdict != Verdict.REPEAT || !suppressor.isAcknowledged(alert.labels(), now))
                .toList();
    }

    private List<Alert> acknowledged(List<Alert> alerts, Instant now) {
        return alerts.stream()
                .filter(alert -> alert.isFiring() && suppressor.isAcknowledged(alert.labels(), now))
                .toList();
    }

    static Duration deliveryTime(Duration groupInterval) {
        return groupInterval.compareTo(LEAST_DELIVERY_TIME) < 0 ? LEAST_DELIVERY_TIME : groupInterval;
    }

    private void schedule(AlertGroup group, Instant now) {
        Instant at = group.nextFlush;
        if (group.emptySince != null) {
            Instant end = cleanUpAfter(group.emptySince);
            at = end.isBefore(at) ? end : at;
        }
        for (AlertGroup.Line line : group.lines) {
            if (line.deferred && !inFlight.containsKey(line.logKey)) {
                at = now.isBefore(at) ? now : at;
            }
        }
        if (!at.equals(group.wakeAt)) {
            wakes.remove(group);
            group.wakeAt = at;
            wakes.add(group);
        }
    }

    private Instant cleanUpAfter(Instant moment) {
        long interval = CLEAN_UP_INTERVAL.toMillis();
        long past = Duration.between(startedAt, moment).toMillis();
        return startedAt.plusMillis((Math.floorDiv(past, interval) + 1) * interval);
    }

    /** Whether and by what an alert is held back now. */
    Suppression suppression(Labels alert, Instant now) {
        return suppressor.suppression(alert, now);
    }

    /** What an alert's escalation does next; empty where nothing follows. */
    Optional<EscalationStep> escalationOf(HeldAlert alert, Instant now) {
        return escalations.next(alert, now);
    }

    void sweep(Instant now) {
        suppressor.sweep(now);
    }

    public Routing routing() {
        return routing;
    }

    public int groupCount() {
        return groups.size();
    }

    /** How many notifications are handed over and not yet settled. */
    public int inFlightCount() {
        return inFlight.size();
    }

    Collection<AlertGroup> groups() {
        return Collections.unmodifiableCollection(groups.values());
    }

    boolean isInFlight(NotificationLog.Key key) {
        return inFlight.containsKey(key);
    }
}
