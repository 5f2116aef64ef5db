package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.promql.Value.VectorSample;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A group's rules and what they keep from one judging to the next. Confined to the rule thread. */
final class GroupState {
    private static final System.Logger LOG = System.getLogger(GroupState.class.getName());

    /** A rule, how it went, and the series that it wrote last. */
    static final class Slot {
        final JudgedRule rule;
        RuleHealth health = RuleHealth.UNKNOWN;
        Set<Labels> written = Set.of();

        Slot(JudgedRule rule) {
            this.rule = rule;
        }

        void resume(Slot before) {
            rule.resume(before.rule);
            health = before.health;
            written = before.written;
        }
    }

    /** Hears of a rule's first failure in a row. */
    interface FailureListener {
        /** The log. */
        FailureListener LOGGING = (group, rule, reason) -> LOG.log(
                Level.WARNING,
                "rule {0} of group {1} in {2} fails, further failures are only counted: {3}",
                rule.name(),
                group.name(),
                group.file(),
                reason);

        void failed(RuleGroup group, Rule rule, String reason);
    }

    private final RuleGroup group;
    private final FailureListener failureListener;
    private final RuleMetrics.OfGroup metrics;
    private final long intervalMillis;
    private final List<Slot> slots = new ArrayList<>();
    private long lastJudged = ActiveAlert.NEVER;
    private long durationNanos;
    private RulesView.Group view;

    GroupState(RuleGroup group, RuleSettings settings, RuleMetrics metrics, FailureListener failureListener) {
        this.group = group;
        this.failureListener = failureListener;
        this.metrics = metrics.group(group);
        this.intervalMillis = group.intervalMillis() > 0 ? group.intervalMillis() : settings.evaluationIntervalMillis();
        for (Rule rule : group.rules()) {
            slots.add(new Slot(
                    switch (rule) {
                        case Rule.AlertRule alert -> new AlertRuleState(alert);
                        case Rule.RecordRule recorded -> new RecordRuleState(recorded);
                    }));
        }
        view = freshView();
    }

    RuleGroup group() {
        return group;
    }

    List<Slot> slots() {
        return slots;
    }

    RulesView.Group view() {
        return view;
    }

    /** Takes over the rhythm of the same group before a reload. */
    void resume(GroupState before) {
        lastJudged = before.lastJudged;
        durationNanos = before.durationNanos;
    }

    /**
     * Whether the group is to be judged at this tick: when it is new, and then once in each of its intervals. Where in
     * the interval depends on its name, so that groups of a minute do not all fall on the same second.
     */
    boolean isDue(long tickMillis) {
        return lastJudged == ActiveAlert.NEVER || intervalOf(tickMillis) > intervalOf(lastJudged);
    }

    private long intervalOf(long timeMillis) {
        long shift = Math.floorMod((long) group.id().hashCode(), intervalMillis);
        return Math.floorDiv(timeMillis - shift, intervalMillis);
    }

    /** Judges every rule in order. One that fails is counted and told; the others go on. */
    void judge(Judging judging, SampleRecorder recorder, java.util.function.LongSupplier nanos) {
        long start = nanos.getAsLong();
        for (Slot slot : slots) {
            judge(slot, judging, recorder, nanos);
        }
        lastJudged = judging.nowMillis();
        durationNanos = nanos.getAsLong() - start;
        metrics.took(durationNanos);
    }

    // One bad rule hurts nothing else: whatever it throws, a StackOverflowError included, ends here.
    @SuppressWarnings("CatchingUnchecked")
    private void judge(Slot slot, Judging judging, SampleRecorder recorder, java.util.function.LongSupplier nanos) {
        long start = nanos.getAsLong();
        try {
            write(slot, slot.rule.judge(judging), judging.queryMillis(), recorder);
            slot.health = slot.health.good(judging.nowMillis(), nanos.getAsLong() - start);
            metrics.judged(true);
        } catch (Throwable problem) {
            String reason = problem.getMessage() == null ? problem.toString() : problem.getMessage();
            if (slot.health.lastError().isEmpty()) {
                failureListener.failed(group, slot.rule.rule(), reason);
            }
            slot.health = slot.health.bad(judging.nowMillis(), nanos.getAsLong() - start, reason);
            metrics.judged(false);
        }
    }

    /** Writes what the rule says now, and ends the series that it no longer says anything of. */
    static void write(Slot slot, List<VectorSample> samples, long timeMillis, SampleRecorder recorder) {
        Set<Labels> written = new HashSet<>();
        for (VectorSample sample : samples) {
            written.add(sample.labels());
            if (sample.distribution() == null) {
                recorder.append(sample.labels(), sample.timeMillis(), sample.value());
            } else {
                recorder.append(sample.labels(), sample.timeMillis(), sample.distribution());
            }
        }
        for (Labels before : slot.written) {
            if (!written.contains(before)) {
                recorder.markStale(before, timeMillis);
            }
        }
        slot.written = written;
    }

    /** Shows what the group has come to. */
    void publish() {
        view = freshView();
    }

    private RulesView.Group freshView() {
        return new RulesView.Group(
                group,
                intervalMillis,
                lastJudged,
                durationNanos,
                slots.stream().map(slot -> slot.rule.view(slot.health)).toList());
    }
}
