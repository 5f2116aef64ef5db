package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** What the alerting side counts. Written by the thread of {@link AlertVerticle} only, read by any. */
final class AlertMetrics {
    private static final System.Logger LOG = System.getLogger(AlertMetrics.class.getName());

    private static final int UNKNOWN_POLICIES_LOGGED = 100;

    private final AlertLimits limits;
    private final Counter receivedFiring;
    private final Counter receivedResolved;
    private final Counter refusedAlerts;
    private final Counter refusedGroups;
    private final Counter unknownPolicies;
    private final Set<String> unknownPoliciesLogged = new HashSet<>();
    private final Map<Verdict, Counter> verdicts = new EnumMap<>(Verdict.class);
    private final AtomicLong active = new AtomicLong();
    private final AtomicLong suppressed = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Map<Silence.State, AtomicLong> silenceCounts = new EnumMap<>(Silence.State.class);
    private final AtomicLong historyEvents = new AtomicLong();
    private final AtomicLong historiesForgotten = new AtomicLong();
    private final AtomicLong groups = new AtomicLong();
    private final AtomicLong inFlight = new AtomicLong();

    AlertMetrics(MeterRegistry meters, AlertLimits limits) {
        this.limits = limits;
        receivedFiring = received(meters, "firing");
        receivedResolved = received(meters, "resolved");
        refusedAlerts = Counter.builder("tocsin.alerts.refused")
                .description("New alerts that were refused because as many as allowed are held.")
                .register(meters);
        refusedGroups = Counter.builder("tocsin.alert.groups.refused")
                .description("Times that an alert was told to nobody because there are as many groups as allowed.")
                .register(meters);
        unknownPolicies = Counter.builder("tocsin.alert.escalation.unknown.policy")
                .description("Alerts taken in whose escalation label names no policy, each saying counted.")
                .register(meters);
        for (Verdict verdict : Verdict.values()) {
            if (verdict.tells()) {
                verdicts.put(
                        verdict,
                        Counter.builder("tocsin.alert.notifications.decided")
                                .description("Notifications that groups decided to send, by reason.")
                                .tag("reason", verdict.label())
                                .register(meters));
            }
        }
        alerts(meters, "active", active);
        alerts(meters, "suppressed", suppressed);
        Gauge.builder("tocsin.alerts.acknowledged", acknowledged, AtomicLong::get)
                .description("Alerts that fire and that somebody has acknowledged, suppressed ones too.")
                .register(meters);
        for (Silence.State state : Silence.State.values()) {
            AtomicLong count = new AtomicLong();
            silenceCounts.put(state, count);
            Gauge.builder("tocsin.silences", count, AtomicLong::get)
                    .description("Silences, by state.")
                    .tag("state", state.label())
                    .register(meters);
        }
        Gauge.builder("tocsin.alert.history.events", historyEvents, AtomicLong::get)
                .description("Events in the histories of alerts.")
                .register(meters);
        FunctionCounter.builder("tocsin.alert.histories.forgotten", historiesForgotten, AtomicLong::get)
                .description("Histories of alerts that were forgotten because there were too many events.")
                .register(meters);
        Gauge.builder("tocsin.alert.groups", groups, AtomicLong::get)
                .description("Groups of alerts.")
                .register(meters);
        Gauge.builder("tocsin.alert.notifications.in.flight", inFlight, AtomicLong::get)
                .description("Notifications handed over for delivery and not settled.")
                .register(meters);
    }

    private static void alerts(MeterRegistry meters, String state, AtomicLong count) {
        Gauge.builder("tocsin.alerts", count, AtomicLong::get)
                .description("Alerts that fire, by state; suppressed ones are silenced or inhibited.")
                .tag("state", state)
                .register(meters);
    }

    private static Counter received(MeterRegistry meters, String status) {
        return Counter.builder("tocsin.alerts.received")
                .description("Alerts taken in, each saying counted.")
                .tag("status", status)
                .register(meters);
    }

    void received(boolean resolved) {
        (resolved ? receivedResolved : receivedFiring).increment();
    }

    void refusedAlert(Alert alert) {
        if (refusedAlerts.count() == 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "refused alert " + alert.labels() + ": " + limits.alerts()
                            + " alerts are held already; further ones are counted in tocsin_alerts_refused_total");
        }
        refusedAlerts.increment();
    }

    void refusedGroups(int count, Alert alert) {
        if (count > 0 && refusedGroups.count() == 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "alert " + alert.labels() + " is told to nobody: there are " + limits.groups()
                            + " groups already; further ones are counted in tocsin_alert_groups_refused_total");
        }
        refusedGroups.increment(count);
    }

    /** Said once for each name, up to a bound. */
    void unknownPolicy(Alert alert) {
        String name = alert.labels().get(Routing.ESCALATION_LABEL);
        unknownPolicies.increment();
        if (unknownPoliciesLogged.size() < UNKNOWN_POLICIES_LOGGED && unknownPoliciesLogged.add(name)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "alert " + alert.labels() + " names the escalation policy \"" + name
                            + "\", which there is not: its route's policy holds");
        }
    }

    void decided(Verdict verdict) {
        Counter counter = verdicts.get(verdict);
        if (counter != null) {
            counter.increment();
        }
    }

    void history(AlertHistory history) {
        historyEvents.set(history.size());
        historiesForgotten.set(history.forgotten());
    }

    /** Looks at every alert. */
    void state(
            AlertBook book, Dispatcher dispatcher, Silences silences, Acknowledgements acknowledgements, Instant now) {
        long firing = 0;
        long heldBack = 0;
        long answered = 0;
        for (HeldAlert alert : book.all()) {
            if (!alert.isResolvedAt(now)) {
                firing++;
                answered += acknowledgements.isAcknowledged(alert.labels(), now) ? 1 : 0;
                heldBack += dispatcher.suppression(alert.labels(), now).isSuppressed() ? 1 : 0;
            }
        }
        active.set(firing - heldBack);
        suppressed.set(heldBack);
        acknowledged.set(answered);
        groups.set(dispatcher.groupCount());
        inFlight.set(dispatcher.inFlightCount());
        silenceCounts.forEach((state, count) -> count.set(
                silences.all().stream().filter(s -> s.stateAt(now) == state).count()));
    }
}
