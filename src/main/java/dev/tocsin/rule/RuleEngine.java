package dev.tocsin.rule;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Clock;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All rule groups: which are due at a tick, what they come to, and which alerts are to be said. A function of its state,
 * the series and the tick; the clock is asked only how long things took. Confined to the rule thread, but for
 * {@link #view}, which any thread may call.
 */
public final class RuleEngine {
    /** Where no group was due, alerts are looked through this often for those to be said again. */
    private static final long RESEND_CHECK_MILLIS = 1_000;

    private final RuleQueries queries;
    private final SampleRecorder recorder;
    private final RuleSettings settings;
    private final Clock clock;
    private final RuleMetrics metrics;
    private final DepartedAlerts departed = new DepartedAlerts();
    private final Set<Labels> departedSeries = new HashSet<>();
    private KeptRules kept = new KeptRules(DurableState.NONE);
    private List<GroupState> groups = List.of();
    private long newestTick = ActiveAlert.NEVER;
    private long sentTick = ActiveAlert.NEVER / 2;
    private long judgedMillis;
    private volatile RulesView view = RulesView.EMPTY;

    /**
     * @param queries over series in which what {@code recorder} takes is seen at once
     * @param recorder where recording rules and {@code ALERTS} go
     */
    public RuleEngine(
            RuleQueries queries, SampleRecorder recorder, RuleSettings settings, Clock clock, MeterRegistry registry) {
        this.queries = queries;
        this.recorder = recorder;
        this.settings = settings;
        this.clock = clock;
        this.metrics = new RuleMetrics(registry);
    }

    /** Where alerts are kept for the next process, and come back from at the first tick. Before that. */
    public void keepIn(DurableState state) {
        kept = new KeptRules(state);
    }

    /** The rules and alerts after the newest judging or reload. */
    public RulesView view() {
        return view;
    }

    /**
     * Judges every group that is due at the tick.
     *
     * @return alerts that began to fire, changed, were resolved, or are to be said again
     */
    public List<Alert> judge(Event.TickClosed tick) {
        long now = tick.tickMillis();
        if (newestTick == ActiveAlert.NEVER) {
            departed.take(kept.restore(groups, now), settings.externalUrl());
        }
        newestTick = now;
        List<GroupState> judged = new ArrayList<>();
        for (GroupState group : groups) {
            if (group.isDue(now)) {
                group.judge(judging(group.group(), now), recorder, clock::monotonicNanos);
                judged.add(group);
            }
        }
        endDepartedSeries(now);
        judgedMillis = clock.wallMillis();
        if (judged.isEmpty() && now - sentTick < RESEND_CHECK_MILLIS) {
            return List.of();
        }
        sentTick = now;
        List<Alert> due = send(now, new Alert.Receipt(now, tick.closedMillis(), judgedMillis, tick.arrivals()));
        judged.forEach(GroupState::publish);
        publish();
        kept.keep(groups);
        return due;
    }

    /** Wall time at which the newest tick had been judged; 0 before the first. */
    long judgedMillis() {
        return judgedMillis;
    }

    private Judging judging(RuleGroup group, long now) {
        return new Judging(now, now - group.queryOffsetMillis(), group.limit(), queries, settings, metrics);
    }

    private List<Alert> send(long now, Alert.Receipt receipt) {
        List<Alert> due = new ArrayList<>();
        Set<Labels> firing = new HashSet<>();
        for (AlertRuleState rule : alertRules()) {
            rule.send(now, settings, generatorUrl(rule.rule()), receipt, due);
            if (!departed.isEmpty()) {
                rule.alerts().stream()
                        .filter(alert -> alert.state() == AlertState.FIRING)
                        .forEach(alert -> firing.add(alert.labels()));
            }
        }
        departed.send(now, firing, settings, receipt, due);
        return due;
    }

    private List<AlertRuleState> alertRules() {
        List<AlertRuleState> rules = new ArrayList<>();
        for (GroupState group : groups) {
            for (GroupState.Slot slot : group.slots()) {
                if (slot.rule instanceof AlertRuleState rule) {
                    rules.add(rule);
                }
            }
        }
        return rules;
    }

    private String generatorUrl(Rule rule) {
        return settings.externalUrl() + "/#/explore?q="
                + URLEncoder.encode(rule.expr().toString(), StandardCharsets.UTF_8);
    }

    /** Ends the series of rules that are no more, but for those that a rule in force has written since. */
    private void endDepartedSeries(long now) {
        if (departedSeries.isEmpty()) {
            return;
        }
        for (GroupState group : groups) {
            group.slots().forEach(slot -> departedSeries.removeAll(slot.written));
        }
        departedSeries.forEach(series -> recorder.markStale(series, now));
        departedSeries.clear();
    }

    /**
     * Puts other rules in force. A rule keeps its alerts where group, name, labels and expression are the same; failing
     * that, as in Prometheus, where group, name and labels are. The alerts of rules that are no more are closed, and
     * said so at the next tick. Where it throws, the old rules stay in force.
     */
    public void reload(List<RuleGroup> newGroups) {
        List<GroupState> next = new ArrayList<>();
        List<GroupState> left = new ArrayList<>(groups);
        List<GroupState.Slot> departing = new ArrayList<>();
        List<RuleGroup> sorted = new ArrayList<>(newGroups);
        sorted.sort(Comparator.comparing(RuleGroup::file).thenComparing(RuleGroup::name));
        for (RuleGroup group : sorted) {
            GroupState state = new GroupState(group, settings, metrics, GroupState.FailureListener.LOGGING);
            left.stream()
                    .filter(g -> g.group().id().equals(group.id()))
                    .findFirst()
                    .ifPresent(before -> {
                        left.remove(before);
                        state.resume(before);
                        Resumption.resume(before.slots(), state.slots()).forEach(departing::add);
                    });
            state.publish();
            next.add(state);
        }
        left.forEach(group -> departing.addAll(group.slots()));
        departing.forEach(this::depart);
        groups = List.copyOf(next);
        sentTick = ActiveAlert.NEVER / 2;
        metrics.inForce(sorted);
        publish();
    }

    private void depart(GroupState.Slot slot) {
        departedSeries.addAll(slot.written);
        if (slot.rule instanceof AlertRuleState rule) {
            departed.take(rule.alerts(), generatorUrl(rule.rule()));
        }
    }

    private void publish() {
        RulesView next =
                new RulesView(newestTick, groups.stream().map(GroupState::view).toList());
        metrics.alerts(next.alerts());
        view = next;
    }
}
