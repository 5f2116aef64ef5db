package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.promql.BinaryOp;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ExprType;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value.VectorSample;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;

/**
 * Judges rules on the past, with simulated time, as fast as it goes. Each rule is judged at each of its group's intervals;
 * what it records is seen by the rules behind it, instead of what stands in the past under that name. Annotations are not
 * written. Confined to one thread.
 */
public final class BacktestRun {
    private static final int MAX_RECORDED_POINTS = 10_000_000;
    private static final double PROGRESS_STEP = 0.01;

    private final SeriesSource past;
    private final QueryLimits limits;
    private final RuleSettings settings;
    private final Backtest.Plan plan;
    private final BooleanSupplier cancelled;
    private final DoubleConsumer progress;
    private double told;

    private BacktestRun(
            SeriesSource past,
            QueryLimits limits,
            RuleSettings settings,
            Backtest.Plan plan,
            BooleanSupplier cancelled,
            DoubleConsumer progress) {
        this.past = past;
        this.limits = limits;
        this.settings = settings;
        this.plan = plan;
        this.cancelled = cancelled;
        this.progress = progress;
    }

    /**
     * @param limits of each single query
     * @param cancelled asked now and then from the calling thread
     * @param progress told from 0 to 1, at most a hundred times
     * @throws CancellationException once {@code cancelled} is true
     * @throws IllegalArgumentException where it would be judged too often
     */
    public static Backtest run(
            SeriesSource past,
            QueryLimits limits,
            RuleSettings settings,
            Backtest.Plan plan,
            BooleanSupplier cancelled,
            DoubleConsumer progress) {
        return new BacktestRun(past, limits, settings, plan, cancelled, progress).run();
    }

    private Backtest run() {
        Set<String> names = new HashSet<>();
        plan.draft()
                .forEach(group -> group.rules().forEach(rule -> {
                    if (rule instanceof Rule.AlertRule) {
                        names.add(rule.name());
                    }
                }));
        List<RuleGroup> before = new ArrayList<>();
        for (RuleGroup group : plan.inForce()) {
            List<Rule> same = group.rules().stream()
                    .filter(rule -> rule instanceof Rule.AlertRule && names.contains(rule.name()))
                    .toList();
            if (!same.isEmpty()) {
                before.add(with(group, same));
            }
        }
        Side draft = judge(plan.draft(), 0, before.isEmpty() ? 1 : 0.5);
        Side inForce = judge(before, 0.5, 1);
        return new Backtest(
                plan,
                draft.tally(),
                inForce.tally(),
                listed(draft.firings),
                listed(without(draft.firings, inForce.firings)),
                listed(without(inForce.firings, draft.firings)),
                draft.failures,
                draft.lastError);
    }

    private static List<Backtest.Firing> listed(List<Backtest.Firing> firings) {
        return firings.stream()
                .sorted(Comparator.comparingLong(Backtest.Firing::startMillis).thenComparing(Backtest.Firing::labels))
                .limit(Backtest.MAX_LISTED)
                .toList();
    }

    /** The firings that none of the others overlaps. */
    private static List<Backtest.Firing> without(List<Backtest.Firing> firings, List<Backtest.Firing> others) {
        Map<Labels, List<Backtest.Firing>> byLabels = new HashMap<>();
        others.forEach(other ->
                byLabels.computeIfAbsent(other.labels(), l -> new ArrayList<>()).add(other));
        return firings.stream()
                .filter(firing -> byLabels.getOrDefault(firing.labels(), List.of()).stream()
                        .noneMatch(firing::overlaps))
                .toList();
    }

    private static RuleGroup with(RuleGroup group, List<Rule> rules) {
        return new RuleGroup(
                group.file(), group.name(), group.intervalMillis(), group.queryOffsetMillis(), group.limit(), rules);
    }

    /** One set of rules on its way through the past. */
    private final class Side {
        final List<Backtest.Firing> firings = new ArrayList<>();
        int alertRules;
        long failures;
        String lastError = "";

        Backtest.Tally tally() {
            long atNight =
                    firings.stream().filter(f -> f.isAtNight(plan.zone())).count();
            long brief = firings.stream()
                    .filter(f -> f.ended() && f.durationMillis() < Backtest.SHORT_MILLIS)
                    .count();
            long firing =
                    firings.stream().mapToLong(Backtest.Firing::durationMillis).sum();
            return new Backtest.Tally(alertRules, firings.size(), atNight, brief, firing);
        }
    }

    /** An alert rule and those of its alerts that fire. */
    private static final class Watched {
        final AlertRuleState state;
        final boolean lowest;
        final Map<Labels, Backtest.Firing> open = new HashMap<>();

        Watched(AlertRuleState state) {
            this.state = state;
            this.lowest = asksForLess(state.rule().expr());
        }

        private static boolean asksForLess(Expr expr) {
            if (!(expr.unwrapped() instanceof Expr.Binary binary)) {
                return false;
            }
            if (binary.op().isSetOperator()) {
                return asksForLess(binary.left());
            }
            boolean scalarFirst = binary.left().type() == ExprType.SCALAR;
            return binary.op() == (scalarFirst ? BinaryOp.GREATER : BinaryOp.LESS)
                    || binary.op() == (scalarFirst ? BinaryOp.GREATER_EQUAL : BinaryOp.LESS_EQUAL);
        }

        void follow(long now, List<Backtest.Firing> ended) {
            for (ActiveAlert alert : state.alerts()) {
                Backtest.Firing firing = open.get(alert.labels());
                if (alert.state() == AlertState.FIRING) {
                    double value = alert.value();
                    double peak = firing == null || Double.isNaN(firing.peak())
                            ? value
                            : lowest ? Math.min(firing.peak(), value) : Math.max(firing.peak(), value);
                    if (firing == null || (peak != firing.peak() && !Double.isNaN(peak))) {
                        long start = firing == null ? now : firing.startMillis();
                        open.put(
                                alert.labels(),
                                new Backtest.Firing(state.rule().name(), alert.labels(), start, start, false, peak));
                    }
                } else if (firing != null) {
                    open.remove(alert.labels());
                    ended.add(until(firing, now, true));
                }
            }
        }

        void end(long now, List<Backtest.Firing> ended) {
            Collection<Backtest.Firing> left = open.values();
            left.forEach(firing -> ended.add(until(firing, now, false)));
        }

        private static Backtest.Firing until(Backtest.Firing firing, long end, boolean ended) {
            return new Backtest.Firing(firing.rule(), firing.labels(), firing.startMillis(), end, ended, firing.peak());
        }
    }

    private record Track(RuleGroup group, List<GroupState.Slot> rules, List<Watched> watched, long intervalMillis) {}

    private Side judge(List<RuleGroup> groups, double fromProgress, double toProgress) {
        Side side = new Side();
        List<Track> tracks = groups.stream().map(this::track).toList();
        side.alertRules = tracks.stream().mapToInt(t -> t.watched().size()).sum();
        long step = tracks.stream().mapToLong(Track::intervalMillis).reduce(0, BacktestRun::greatestCommonDivisor);
        if (step == 0) {
            return side;
        }
        long moments = (plan.toMillis() - plan.fromMillis()) / step + 1;
        if (moments * tracks.size() > Backtest.Plan.MAX_JUDGINGS) {
            throw new IllegalArgumentException("the rules would be judged " + moments * tracks.size()
                    + " times, at most " + Backtest.Plan.MAX_JUDGINGS + " are allowed: take a shorter time");
        }
        MemoryStorage recorded = new MemoryStorage();
        Map<Track, Judging> judgings = new HashMap<>();
        Set<String> names = recordedNames(groups);
        RuleMetrics metrics = new RuleMetrics(new SimpleMeterRegistry());
        for (long i = 0; i < moments; i++) {
            long now = plan.fromMillis() + i * step;
            if (cancelled.getAsBoolean()) {
                throw new CancellationException("the backtest was cancelled");
            }
            for (Track track : tracks) {
                if ((now - plan.fromMillis()) % track.intervalMillis() == 0) {
                    Judging before = judgings.get(track);
                    RuleQueries queries = before == null ? queries(track, recorded, names) : before.queries();
                    Judging judging = new Judging(
                            now,
                            now - track.group().queryOffsetMillis(),
                            track.group().limit(),
                            queries,
                            settings,
                            metrics);
                    judgings.put(track, judging);
                    judge(track, judging, recorded, side);
                }
            }
            tell(fromProgress + (toProgress - fromProgress) * (i + 1) / moments);
        }
        tracks.forEach(track -> track.watched().forEach(w -> w.end(plan.toMillis(), side.firings)));
        return side;
    }

    private Track track(RuleGroup group) {
        List<GroupState.Slot> rules = new ArrayList<>();
        List<Watched> watched = new ArrayList<>();
        for (Rule rule : group.rules()) {
            switch (rule) {
                case Rule.AlertRule alert -> {
                    AlertRuleState state = AlertRuleState.withoutAnnotations(alert);
                    rules.add(new GroupState.Slot(state));
                    watched.add(new Watched(state));
                }
                case Rule.RecordRule record -> rules.add(new GroupState.Slot(new RecordRuleState(record)));
            }
        }
        long interval = group.intervalMillis() > 0 ? group.intervalMillis() : settings.evaluationIntervalMillis();
        return new Track(group, rules, watched, interval);
    }

    private static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    private static Set<String> recordedNames(List<RuleGroup> groups) {
        Set<String> names = new HashSet<>();
        groups.forEach(group -> group.rules().forEach(rule -> {
            if (rule instanceof Rule.RecordRule) {
                names.add(rule.name());
            }
        }));
        return names;
    }

    /** Many steps at once where nothing is recorded on the way; step by step, over the past and what was, otherwise. */
    private RuleQueries queries(Track track, MemoryStorage recorded, Set<String> names) {
        QueryOptions options = new QueryOptions(QueryOptions.DEFAULT.lookbackMillis(), cancelled);
        if (names.isEmpty()) {
            long end = plan.toMillis() - track.group().queryOffsetMillis();
            return new PastQueries(
                    new Evaluator(past, limits),
                    options,
                    track.intervalMillis(),
                    end,
                    8 * track.rules().size());
        }
        Evaluator evaluator = new Evaluator(new OverlaySource(past, recorded, names), limits);
        return (expr, timeMillis) ->
                evaluator.instant(expr, timeMillis, options).value();
    }

    private void judge(Track track, Judging judging, MemoryStorage recorded, Side side) {
        for (GroupState.Slot slot : track.rules()) {
            try {
                List<VectorSample> samples = slot.rule.judge(judging);
                if (slot.rule instanceof RecordRuleState) {
                    GroupState.write(slot, samples, judging.queryMillis(), recorded);
                }
            } catch (PromqlException | RuleFailure e) {
                if (e instanceof PromqlException p && p.kind() == PromqlException.Kind.CANCELLED) {
                    throw new CancellationException("the backtest was cancelled");
                }
                side.failures++;
                side.lastError = slot.rule.rule().name() + ": " + e.getMessage();
            }
        }
        if (recorded.points() > MAX_RECORDED_POINTS) {
            throw new IllegalArgumentException("the rules would record more than " + MAX_RECORDED_POINTS
                    + " samples: take a shorter time or a longer interval");
        }
        track.watched().forEach(watched -> watched.follow(judging.nowMillis(), side.firings));
    }

    private void tell(double done) {
        if (done - told >= PROGRESS_STEP || done >= 1) {
            told = done;
            progress.accept(Math.min(1, done));
        }
    }
}
