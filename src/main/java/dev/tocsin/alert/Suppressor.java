package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What keeps alerts from being told: inhibition, the route's times, silences, acknowledgements. Confined to the thread of
 * its owner.
 */
final class Suppressor implements Escalations.Conditions {
    private final Inhibitor inhibitor;
    private final Silences silences;
    private final Acknowledgements acknowledgements;
    private final Decisions decisions;

    Suppressor(Inhibitor inhibitor, Silences silences, Acknowledgements acknowledgements, Decisions decisions) {
        this.inhibitor = inhibitor;
        this.silences = silences;
        this.acknowledgements = acknowledgements;
        this.decisions = decisions;
    }

    /** The same for other inhibit rules. */
    Suppressor with(Inhibitor newInhibitor) {
        return new Suppressor(newInhibitor, silences, acknowledgements, decisions);
    }

    /** Takes in what the book holds of an alert now. */
    void update(HeldAlert alert, Instant now) {
        inhibitor.update(alert, now);
    }

    void sweep(Instant now) {
        inhibitor.sweep(now);
    }

    /** @param stoppedBy why nothing passed; null where something did */
    record Passed(List<Alert> alerts, @Nullable Verdict stoppedBy) {}

    /** The stages that are the same for all integrations, in Alertmanager's order. */
    Passed pass(Route route, List<Alert> alerts, Instant now) {
        String receiver = route.options().receiver();
        List<Alert> left = filter(alerts, labels -> {
            Optional<Labels> by = inhibitor.inhibitorOf(labels, now);
            by.ifPresent(source -> decisions.inhibited(labels, receiver, source, now));
            return by.isEmpty();
        });
        if (left.isEmpty()) {
            return new Passed(left, Verdict.INHIBITED);
        }
        Optional<Verdict> closed = route.times().closedAt(now);
        if (closed.isPresent()) {
            decisions.muted(left, receiver, closed.get(), now);
            return new Passed(List.of(), closed.get());
        }
        left = filter(left, labels -> {
            List<Silence> by = silences.silencing(labels, now);
            if (!by.isEmpty()) {
                decisions.silenced(labels, receiver, by, now);
            }
            return by.isEmpty();
        });
        return new Passed(left, left.isEmpty() ? Verdict.SILENCED : null);
    }

    private static List<Alert> filter(List<Alert> alerts, Predicate<Labels> passes) {
        return alerts.stream().filter(alert -> passes.test(alert.labels())).toList();
    }

    /** Whether and by what an alert is held back now. */
    Suppression suppression(Labels alert, Instant now) {
        List<String> silencedBy =
                silences.silencing(alert, now).stream().map(Silence::id).toList();
        Optional<Labels> source = inhibitor.inhibitorOf(alert, now);
        return silencedBy.isEmpty() && source.isEmpty()
                ? Suppression.NONE
                : new Suppression(
                        silencedBy, source.map(Labels::fingerprintHex).stream().toList());
    }

    @Override
    public boolean isHeldBack(Route route, Labels alert, Instant now) {
        return route.times().closedAt(now).isPresent()
                || suppression(alert, now).isSuppressed();
    }

    @Override
    public boolean isAcknowledged(Labels alert, Instant now) {
        return acknowledgements.isAcknowledged(alert, now);
    }
}
