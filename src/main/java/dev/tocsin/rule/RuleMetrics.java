package dev.tocsin.rule;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the rules say of themselves. The label {@code rule_group} is bounded: of more than 100 groups the rest share
 * {@code __other__}. Confined to the rule thread; its meters are read from any.
 */
final class RuleMetrics {
    private static final int MAX_GROUPS = 100;
    private static final String OTHER = "__other__";

    private final MeterRegistry registry;
    private final Counter templateFailures;
    private final Counter alertsDropped;
    private final MultiGauge rules;
    private final Map<AlertState, AtomicLong> alertsByState = new EnumMap<>(AlertState.class);
    private final AtomicLong alertsWithoutData = new AtomicLong();
    private final Set<String> groups = new HashSet<>();

    RuleMetrics(MeterRegistry registry) {
        this.registry = registry;
        templateFailures = Counter.builder("tocsin.rule.template.failures")
                .description("Labels and annotations of alerts whose template failed")
                .register(registry);
        alertsDropped = Counter.builder("tocsin.rule.alerts.dropped")
                .description("Alerts not taken because their rule had too many")
                .register(registry);
        rules = MultiGauge.builder("tocsin.rules")
                .description("Rules in force, by type")
                .register(registry);
        for (AlertState state : List.of(AlertState.PENDING, AlertState.FIRING)) {
            AtomicLong count = new AtomicLong();
            alertsByState.put(state, count);
            alertGauge(state.label(), count);
        }
        alertGauge("no_data", alertsWithoutData);
    }

    private void alertGauge(String state, AtomicLong count) {
        Gauge.builder("tocsin.rule.alerts", count, AtomicLong::doubleValue)
                .description("Alerts of rules, by state; those without data are counted in their own state too")
                .tag("state", state)
                .register(registry);
    }

    /** Meters of one group; they are there, at 0, from the moment that the group is. */
    final class OfGroup {
        private final Tags tags;
        private final Counter evaluations;
        private final Counter failures;
        private final Timer duration;

        private OfGroup(String group) {
            tags = Tags.of("rule_group", group);
            evaluations = Counter.builder("tocsin.rule.evaluations")
                    .description("Rules judged")
                    .tags(tags)
                    .register(registry);
            failures = Counter.builder("tocsin.rule.failures")
                    .description("Rules that could not be judged")
                    .tags(tags)
                    .register(registry);
            duration = Timer.builder("tocsin.rule.group.duration")
                    .description("How long the rules of a group took to judge")
                    .tags(tags)
                    .register(registry);
        }

        void judged(boolean well) {
            evaluations.increment();
            if (!well) {
                failures.increment();
            }
        }

        void took(long nanos) {
            duration.record(Duration.ofNanos(nanos));
        }
    }

    OfGroup group(RuleGroup group) {
        boolean room = groups.contains(group.id()) || groups.size() < MAX_GROUPS;
        if (room) {
            groups.add(group.id());
        }
        return new OfGroup(room ? group.id() : OTHER);
    }

    /** Takes away the meters of groups that are no more, and counts the rules of those that are. */
    void inForce(List<RuleGroup> inForce) {
        Set<String> ids = new HashSet<>();
        int alerting = 0;
        int recording = 0;
        for (RuleGroup group : inForce) {
            ids.add(group.id());
            for (Rule rule : group.rules()) {
                if (rule instanceof Rule.AlertRule) {
                    alerting++;
                } else {
                    recording++;
                }
            }
        }
        Set<String> gone = new HashSet<>(groups);
        gone.removeAll(ids);
        groups.retainAll(ids);
        registry.getMeters().stream()
                .filter(meter -> gone.contains(String.valueOf(meter.getId().getTag("rule_group"))))
                .forEach(registry::remove);
        rules.register(
                List.of(
                        MultiGauge.Row.of(Tags.of("type", "alerting"), alerting),
                        MultiGauge.Row.of(Tags.of("type", "recording"), recording)),
                true);
    }

    void templateFailed() {
        templateFailures.increment();
    }

    void alertsDropped(long count) {
        alertsDropped.increment(count);
    }

    void alerts(List<ActiveAlert> active) {
        alertsByState.forEach((state, count) ->
                count.set(active.stream().filter(a -> a.state() == state).count()));
        alertsWithoutData.set(active.stream().filter(ActiveAlert::isWithoutData).count());
    }
}
