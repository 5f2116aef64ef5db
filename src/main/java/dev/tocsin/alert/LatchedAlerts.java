package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Alerts that go on firing when their source says that they are over, until a person resolves them ({@code auto_resolve:
 * false}). Outlives restarts. Confined to the thread of its owner. Bounded: at the limit a further one resolves by itself.
 */
final class LatchedAlerts {
    /** The annotation of an alert that fires only because nobody has resolved it. */
    static final String ANNOTATION = "latched";

    /** What the source says of each: the alert as it would be held otherwise, since it first fired. */
    private final KeptByAlert<HeldAlert> sources = new KeptByAlert<>("latched/", HeldAlert::labels, AnswerForm::bytes);

    private final int limit;

    LatchedAlerts(int limit) {
        this.limit = limit;
    }

    /**
     * Takes over those of an earlier process, and keeps from now on what changes.
     *
     * @return the alerts, as they are to be held
     */
    Collection<HeldAlert> keepIn(DurableState state, Instant now) {
        sources.keepIn(state, AnswerForm::heldAlert);
        return sources.all().values().stream()
                .map(source -> new HeldAlert(latched(source, now), false, now, source.episode()))
                .toList();
    }

    /**
     * Takes in what the source of an alert says that does not resolve by itself.
     *
     * @return what is to be held instead: the alert without its end
     */
    Alert hear(Alert said, boolean timesOut, Instant now) {
        HeldAlert before = sources.get(said.labels());
        HeldAlert first = HeldAlert.first(said, timesOut, now);
        if (before == null && (first.isResolvedAt(now) || sources.size() >= limit)) {
            return said;
        }
        HeldAlert source = before == null
                ? first
                : new HeldAlert(since(before.alert().startsAt(), said), timesOut, now, before.episode());
        if (before == null || isNews(before, source, now)) {
            sources.put(source);
        }
        return latched(source, now);
    }

    private static boolean isNews(HeldAlert before, HeldAlert source, Instant now) {
        return before.isResolvedAt(now) != source.isResolvedAt(now)
                || !before.alert().annotations().equals(source.alert().annotations())
                || before.alert().endsAt() != null;
    }

    private static Alert since(Instant startsAt, Alert said) {
        return new Alert(
                said.labels(), said.annotations(), startsAt, said.endsAt(), said.generatorUrl(), said.receipt());
    }

    private static Alert latched(HeldAlert source, Instant now) {
        Alert alert = source.alert();
        Map<String, String> annotations = new LinkedHashMap<>(alert.annotations());
        if (source.isResolvedAt(now)) {
            annotations.put(ANNOTATION, "over since " + alert.endsAt() + ", fires until somebody resolves it");
        }
        return new Alert(alert.labels(), annotations, alert.startsAt(), null, alert.generatorUrl(), alert.receipt());
    }

    /** What the source of an alert says of it: the alert as it is held, where it is not latched. */
    HeldAlert sourceOf(HeldAlert held) {
        HeldAlert source = sources.get(held.labels());
        return source == null ? held : source;
    }

    /** Somebody has resolved an alert. */
    void release(Labels alert) {
        sources.remove(alert);
    }

    /** Lets go of those that resolve by themselves after all: what their sources say. */
    List<HeldAlert> releaseUnless(Predicate<Labels> latches) {
        List<HeldAlert> released = new ArrayList<>();
        for (HeldAlert source : sources.all().values()) {
            if (!latches.test(source.labels())) {
                released.add(source);
                sources.remove(source.labels());
            }
        }
        return released;
    }
}
