package dev.tocsin.rule;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import dev.tocsin.promql.Value.VectorSample;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An alerting rule and its alerts, known by their labels. Confined to the rule thread.
 *
 * <p>Bounded: past {@link RuleSettings#maxAlertsPerRule} alerts, those already known go on and new ones are not taken,
 * and counted; as many resolved ones are remembered. Past its group's limit, as in Prometheus, the rule fails and loses its alerts; they are closed with that
 * reason.
 */
final class AlertRuleState implements JudgedRule {
    private final Rule.AlertRule rule;
    private final Condition condition;
    private final AlertSeries series = new AlertSeries();
    private final Incompleteness incompleteness;
    private final boolean constantLabels;
    private final boolean timelessAnnotations;
    private Map<Labels, ActiveAlert> alerts = new LinkedHashMap<>();

    /** Alert labels by the sample's, where templates do not depend on more than those. */
    private Map<Labels, Labels> labelsBySource = new HashMap<>();

    /** Sources that the left side has had, for {@link MissingPolicy#ALERT}. */
    private final KnownSeries knownSeries = new KnownSeries();

    /** Of a rule that asks for more than the newest judging; null otherwise. */
    private final @Nullable DatapointWindows windows;

    /** After a reload with another expression, alerts that it does not have are not without data: they are not its. */
    private boolean resumedFromOtherExpression;

    /** Until the first judging after a reload: annotations may be written otherwise. */
    private boolean resumed;

    AlertRuleState(Rule.AlertRule rule) {
        this(rule, Incompleteness.of(rule.expr()));
    }

    /** Of a rule that is tried: its alerts have no annotations. */
    static AlertRuleState withoutAnnotations(Rule.AlertRule rule) {
        return new AlertRuleState(rule.withoutAnnotations(), Incompleteness.UNTOLD);
    }

    private AlertRuleState(Rule.AlertRule rule, Incompleteness incompleteness) {
        this.rule = rule;
        this.incompleteness = incompleteness;
        this.condition = Condition.of(rule.expr());
        this.windows = rule.datapoints().of() == 1 ? null : new DatapointWindows(rule.datapoints());
        this.constantLabels = rule.labels().values().stream().allMatch(RuleTemplate::isConstant);
        this.timelessAnnotations = rule.annotations().values().stream().noneMatch(RuleTemplate::dependsOnTime);
    }

    @Override
    public Rule.AlertRule rule() {
        return rule;
    }

    /** Pending, firing, and those resolved not long ago. */
    Collection<ActiveAlert> alerts() {
        return alerts.values();
    }

    @Override
    public List<VectorSample> judge(Judging judging) {
        List<VectorSample> samples = judging.samples(rule.expr());
        Map<Labels, ActiveAlert> next = new LinkedHashMap<>();
        Map<Labels, Labels> nextLabels = new HashMap<>();
        AlertTransitions transitions = transitions(judging.settings());
        long active = alerts.values().stream().filter(ActiveAlert::isActive).count();
        long dropped = 0;
        String lost = samples.isEmpty() ? "" : incompleteness.at(judging.queries(), judging.queryMillis());
        if (windows != null) {
            windows.begin();
        }
        for (VectorSample sample : samples) {
            Labels source = sample.labels().withoutName();
            Labels labels = labelsOf(sample, source, nextLabels, judging);
            if (next.containsKey(labels) || (windows != null && windows.isAdded(labels))) {
                throw new RuleFailure(
                        "vector contains metrics with the same labelset after applying alert labels: " + labels);
            }
            if (windows != null
                    && !windows.add(labels, true, 2 * judging.settings().maxAlertsPerRule())) {
                continue;
            }
            ActiveAlert before = alerts.get(labels);
            boolean isNew = before == null || !before.isActive();
            if (isNew && active >= judging.settings().maxAlertsPerRule()) {
                dropped++;
                continue;
            }
            active += isNew ? 1 : 0;
            ActiveAlert alert = before == null || !before.isActive()
                    ? ActiveAlert.begin(labels, source, sample.value(), judging.nowMillis())
                    : before;
            next.put(labels, transitions.holding(observed(alert, isNew, sample, lost, judging), judging.nowMillis()));
        }
        unseen(next, transitions, judging);
        enforceLimit(next, judging);
        if (windows != null) {
            windows.commit();
        }
        alerts = next;
        labelsBySource = nextLabels;
        resumedFromOtherExpression = false;
        resumed = false;
        judging.metrics().alertsDropped(dropped);
        return series.of(next.values(), judging.queryMillis());
    }

    private AlertTransitions transitions(RuleSettings settings) {
        return new AlertTransitions(
                rule.forMillis(), rule.keepFiringForMillis(), rule.missing(), settings.missingHoldMillis());
    }

    private Labels labelsOf(VectorSample sample, Labels source, Map<Labels, Labels> cache, Judging judging) {
        Labels cached = constantLabels ? labelsBySource.get(source) : null;
        Labels labels = cached == null ? expandLabels(sample, source, judging) : cached;
        if (constantLabels) {
            cache.put(source, labels);
        }
        return labels;
    }

    private Labels expandLabels(VectorSample sample, Labels source, Judging judging) {
        RuleTemplate.Context context = context(sample, judging);
        Map<String, String> all = source.toMap();
        rule.labels().forEach((name, template) -> all.put(name, template.expand(context)));
        all.put("alertname", rule.name());
        return Labels.of(all);
    }

    /** The alert with its newest sample, and annotations that say so. */
    private ActiveAlert observed(ActiveAlert alert, boolean isNew, VectorSample sample, String lost, Judging judging) {
        boolean same = !isNew
                && !resumed
                && lost.equals(alert.annotations().getOrDefault(Incompleteness.ANNOTATION, ""))
                && timelessAnnotations
                && sample.distribution() == null
                && Double.compare(alert.value(), sample.value()) == 0;
        Map<String, String> annotations = same ? alert.annotations() : expandAnnotations(sample, judging);
        if (!same && !lost.isEmpty()) {
            annotations.put(Incompleteness.ANNOTATION, lost);
        }
        return alert.withSample(sample.value(), annotations, judging.nowMillis());
    }

    private Map<String, String> expandAnnotations(VectorSample sample, Judging judging) {
        RuleTemplate.Context context = context(sample, judging);
        Map<String, String> annotations = new LinkedHashMap<>();
        rule.annotations().forEach((name, template) -> annotations.put(name, template.expand(context)));
        return annotations;
    }

    private static RuleTemplate.Context context(VectorSample sample, Judging judging) {
        Object value = sample.distribution() == null ? (Object) sample.value() : sample.distribution();
        return new RuleTemplate.Context(
                sample.labels(),
                value,
                judging.settings(),
                judging.queryMillis(),
                judging.queries(),
                judging.metrics()::templateFailed);
    }

    /** Adds what becomes of the alerts that the expression has no sample for. */
    private void unseen(Map<Labels, ActiveAlert> next, AlertTransitions transitions, Judging judging) {
        boolean alertsOnMissing = rule.missing() == MissingPolicy.ALERT && condition.isWatched();
        Condition.@Nullable Sight sight =
                alertsOnMissing ? condition.look(judging.queries(), judging.queryMillis()) : null;
        Map<Long, Condition.Sight> earlier = new HashMap<>();
        for (ActiveAlert alert : alerts.values()) {
            if (next.containsKey(alert.labels())) {
                continue;
            }
            ActiveAlert asked = alert;
            Observation seen = Observation.FALSE;
            if (alert.isActive() && rule.missing() != MissingPolicy.OK && canBeWithoutData()) {
                if (sight == null) {
                    sight = condition.look(judging.queries(), judging.queryMillis());
                }
                asked = alert.watched() == 0 ? alert.withWatched(watchedWhenSeen(alert, earlier, judging)) : alert;
                boolean missing = (asked.watched() & ~sight.of(alert.source())) != 0;
                seen = missing ? Observation.MISSING : Observation.FALSE;
            }
            ActiveAlert after = transitions.next(asked, overWindow(asked, seen), judging.nowMillis());
            boolean room =
                    alert.isActive() || next.size() < 2 * judging.settings().maxAlertsPerRule();
            if (after != null && room) {
                next.put(after.labels(), after);
            }
        }
        if (sight != null && alertsOnMissing) {
            fallenSilent(sight, next, transitions, judging);
        }
    }

    /** What was seen of an alert without a sample, over as many judgings as the rule asks for. */
    private Observation overWindow(ActiveAlert alert, Observation seen) {
        if (windows == null || windows.isAdded(alert.labels())) {
            return seen;
        }
        if (seen == Observation.MISSING && rule.missing() == MissingPolicy.HOLD) {
            windows.keep(alert.labels());
            return seen;
        }
        boolean holds = windows.add(alert.labels(), seen == Observation.MISSING, Integer.MAX_VALUE);
        return seen == Observation.FALSE && holds ? Observation.TRUE : seen;
    }

    private boolean canBeWithoutData() {
        return condition.isWatched() && !resumedFromOtherExpression;
    }

    /** Which left sides had data when the alert was last seen to hold. */
    private long watchedWhenSeen(ActiveAlert alert, Map<Long, Condition.Sight> earlier, Judging judging) {
        if (!condition.hasAlternatives()) {
            return condition.all();
        }
        long offset = judging.nowMillis() - judging.queryMillis();
        return earlier.computeIfAbsent(alert.seenAt() - offset, at -> condition.look(judging.queries(), at))
                .of(alert.source());
    }

    /** Begins alerts for series that the left side had and has no more, where the rule asks for that. */
    private void fallenSilent(
            Condition.Sight sight, Map<Labels, ActiveAlert> next, AlertTransitions transitions, Judging judging) {
        long now = judging.nowMillis();
        int bound = judging.settings().maxAlertsPerRule();
        for (Labels source : knownSeries.update(sight.sources(), now, bound)) {
            VectorSample silent = new VectorSample(source, judging.queryMillis(), Double.NaN, null);
            Labels labels = expandLabels(silent, source, judging);
            ActiveAlert before = next.get(labels);
            boolean isNew = before == null || !before.isActive();
            boolean holds =
                    windows == null || (windows.isAdded(labels) ? !isNew : windows.add(labels, true, 2 * bound));
            if (isNew && holds && next.size() < bound) {
                ActiveAlert begun = ActiveAlert.begin(labels, source, Double.NaN, now)
                        .withSample(Double.NaN, expandAnnotations(silent, judging), now)
                        .withWatched(condition.all());
                ActiveAlert after = transitions.next(begun, Observation.MISSING, now);
                if (after != null) {
                    next.put(labels, after);
                }
            }
        }
    }

    private void enforceLimit(Map<Labels, ActiveAlert> next, Judging judging) {
        long active = next.values().stream().filter(ActiveAlert::isActive).count();
        if (judging.limit() > 0 && active > judging.limit()) {
            close(AlertReason.LIMIT_EXCEEDED, judging.nowMillis());
            throw new RuleFailure("exceeded limit of " + judging.limit() + " with " + active + " alerts");
        }
    }

    /** Ends every alert that fires, and forgets those that do not. */
    void close(AlertReason reason, long now) {
        Map<Labels, ActiveAlert> closed = new LinkedHashMap<>();
        for (ActiveAlert alert : alerts.values()) {
            if (alert.state() == AlertState.FIRING) {
                closed.put(alert.labels(), alert.changed(AlertState.INACTIVE, reason, now));
            } else if (alert.state() == AlertState.INACTIVE) {
                closed.put(alert.labels(), alert);
            }
        }
        alerts = closed;
    }

    /** The alerts to say at this tick; they count as said. */
    void send(long now, RuleSettings settings, String generatorUrl, Alert.Receipt receipt, List<Alert> into) {
        for (Map.Entry<Labels, ActiveAlert> entry : alerts.entrySet()) {
            ActiveAlert alert = entry.getValue();
            if (alert.isDue(now, settings.resendDelayMillis())) {
                entry.setValue(alert.sent(now, receipt));
                into.add(alert.toAlert(generatorUrl, receipt));
            }
        }
    }

    @Override
    public void resume(JudgedRule before) {
        if (before instanceof AlertRuleState state) {
            alerts = state.alerts;
            if (windows != null && state.windows != null) {
                windows.resume(state.windows);
            }
            boolean sameExpression =
                    rule.expr().toString().equals(state.rule.expr().toString());
            resumedFromOtherExpression = !sameExpression;
            resumed = true;
        }
    }

    /** Differs where anything differs that the next process must know; 0 where that is nothing. */
    long version() {
        long version = windows == null ? 0 : windows.version();
        for (ActiveAlert alert : alerts.values()) {
            long one = alert.changedAt() * 31 + alert.activeAt();
            version += (alert.labels().hashCode() + one * 0x9e3779b97f4a7c15L) | 1;
        }
        return version;
    }

    /** Everything that the next process must know: the expression, alerts, and what the newest judgings saw. */
    void write(ByteWriter out) {
        out.putText(rule.expr().toString());
        out.putVarint(alerts.size());
        alerts.values().forEach(alert -> AlertForm.write(alert, out));
        if (windows != null) {
            windows.write(out);
        }
    }

    /**
     * Takes over what the same rule wrote in an earlier process.
     *
     * @return the series that it had written
     */
    Set<Labels> restore(ByteReader in, Interruption interruption) {
        String expression = in.readText();
        Map<Labels, ActiveAlert> restored = new LinkedHashMap<>();
        for (int i = in.readCount(); i > 0; i--) {
            ActiveAlert alert = AlertForm.read(in, interruption);
            restored.put(alert.labels(), alert);
        }
        if (windows != null && in.hasMore()) {
            windows.restore(in);
        }
        alerts = restored;
        resumedFromOtherExpression = !rule.expr().toString().equals(expression);
        resumed = true;
        Set<Labels> written = new HashSet<>();
        series.of(restored.values(), interruption.nowMillis()).forEach(sample -> written.add(sample.labels()));
        return written;
    }

    /** The alerts alone, of a rule that is no more. */
    static List<ActiveAlert> readAlerts(ByteReader in, Interruption interruption) {
        in.readText();
        List<ActiveAlert> read = new ArrayList<>();
        for (int i = in.readCount(); i > 0; i--) {
            read.add(AlertForm.read(in, interruption));
        }
        return read;
    }

    @Override
    public RuleView view(RuleHealth health) {
        List<ActiveAlert> active = alerts.values().stream()
                .filter(ActiveAlert::isActive)
                .sorted(Comparator.comparing(ActiveAlert::labels))
                .toList();
        return new RuleView.Alerting(rule, health, active);
    }
}
