package dev.tocsin.rule;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.SeriesNotation;
import dev.tocsin.promql.Value;
import dev.tocsin.template.GoFormat;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Runs the unit tests of rules with simulated time and Prometheus' meaning of missing data. One use for each case,
 * confined to one thread.
 *
 * <p>Surprising, but as in promtool: every group is judged at each evaluation interval, whatever its own interval; samples
 * after the last judging are not there for expressions that are tested later.
 */
public final class RuleTestRun {
    private static final QueryLimits LIMITS = new QueryLimits(1_000_000, 50_000_000, 120_000_000_000L);

    private record Input(Labels labels, Points points) {}

    private final RuleTests.Case test;
    private final long evaluationIntervalMillis;
    private final RuleTestReport report;
    private final RuleQueries queries;
    private final RuleSettings settings;
    private final RuleMetrics metrics = new RuleMetrics(new SimpleMeterRegistry());
    private final MemoryStorage storage = new MemoryStorage();
    private final List<GroupState> groups = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private RuleTestRun(RuleTests file, RuleTests.Case test, boolean diff) {
        this.test = test;
        this.evaluationIntervalMillis = file.evaluationIntervalMillis();
        this.report = new RuleTestReport(test.name(), file.fuzzyCompare(), diff);
        Evaluator evaluator = new Evaluator(storage, LIMITS);
        QueryOptions options = new QueryOptions(300_000, () -> false, evaluationIntervalMillis);
        this.queries = (expr, timeMillis) ->
                evaluator.instant(expr, timeMillis, options).value();
        this.settings = new RuleSettings(
                evaluationIntervalMillis,
                RuleSettings.DEFAULT.resendDelayMillis(),
                0,
                Integer.MAX_VALUE / 4,
                test.externalUrl(),
                test.externalLabels());
        for (RuleGroup group : file.groups()) {
            groups.add(new GroupState(withoutMissing(group), settings, metrics, (in, rule, reason) -> {}));
        }
    }

    /**
     * What failed in one case of a file, in promtool's words; empty where all is well.
     *
     * @param diff whether only what differs is told
     */
    public static List<String> run(RuleTests file, RuleTests.Case test, boolean diff) {
        return new RuleTestRun(file, test, diff).run();
    }

    /** The same rules with Prometheus' meaning of missing data. */
    private static RuleGroup withoutMissing(RuleGroup group) {
        List<Rule> rules = group.rules().stream()
                .map(rule -> rule instanceof Rule.AlertRule alert ? alert.withMissing(MissingPolicy.OK) : rule)
                .toList();
        return new RuleGroup(
                group.file(), group.name(), group.intervalMillis(), group.queryOffsetMillis(), group.limit(), rules);
    }

    private List<String> run() {
        List<Input> inputs = new ArrayList<>();
        for (RuleTests.InputSeries series : test.inputSeries()) {
            try {
                SeriesNotation read = new SeriesNotation(
                        SeriesNotation.labels(series.series()), SeriesNotation.values(series.values()));
                inputs.add(new Input(read.labels(), read.points(test.startMillis(), test.intervalMillis())));
            } catch (IllegalArgumentException | PromqlException e) {
                return List.of("    series: " + GoFormat.quote(series.series()) + ", err: " + e.getMessage());
            }
        }
        for (RuleTests.AlertTest alert : test.alertTests()) {
            if (alert.alertName().isEmpty()) {
                return List.of(report.alertWithoutName(alert.evalMillis()));
            }
        }
        if (judgeAll(inputs)) {
            test.exprTests().forEach(this::checkExpr);
        }
        return failures;
    }

    /** Judges the rules from start to end, and compares alerts on the way. Returns whether every rule could be judged. */
    private boolean judgeAll(List<Input> inputs) {
        List<RuleTests.AlertTest> due = new ArrayList<>(test.alertTests());
        due.sort(Comparator.comparingLong(RuleTests.AlertTest::evalMillis));
        int[] next = new int[inputs.size()];
        long end = test.endMillis();
        int nextTest = 0;
        for (long now = test.startMillis(); now <= end; now += evaluationIntervalMillis) {
            load(inputs, next, now);
            if (!judge(now)) {
                return false;
            }
            long before = now - test.startMillis() + evaluationIntervalMillis;
            while (nextTest < due.size() && due.get(nextTest).evalMillis() < before) {
                checkAlerts(due.get(nextTest++));
            }
        }
        return true;
    }

    private void load(List<Input> inputs, int[] next, long now) {
        for (int i = 0; i < next.length; i++) {
            Points points = inputs.get(i).points;
            while (next[i] < points.size && points.timeMillis[next[i]] <= now) {
                storage.append(inputs.get(i).labels, points.timeMillis[next[i]], points.value[next[i]]);
                next[i]++;
            }
        }
    }

    private boolean judge(long now) {
        boolean good = true;
        for (GroupState group : groups) {
            long queryMillis = now - group.group().queryOffsetMillis();
            Judging judging = new Judging(now, queryMillis, group.group().limit(), queries, settings, metrics);
            group.judge(judging, storage, Clock.system()::monotonicNanos);
            for (GroupState.Slot slot : group.slots()) {
                String error = slot.health.lastError();
                if (!error.isEmpty()) {
                    failures.add(report.ruleFailed(slot.rule.rule().name(), now - test.startMillis(), error));
                    good = false;
                }
            }
        }
        return good;
    }

    private void checkAlerts(RuleTests.AlertTest expected) {
        List<RuleTests.ExpectedAlert> got = new ArrayList<>();
        for (GroupState group : groups) {
            for (GroupState.Slot slot : group.slots()) {
                if (slot.rule instanceof AlertRuleState rule
                        && rule.rule().name().equals(expected.alertName())) {
                    for (ActiveAlert alert : rule.alerts()) {
                        if (alert.state() == AlertState.FIRING) {
                            got.add(new RuleTests.ExpectedAlert(alert.labels().toMap(), alert.annotations()));
                        }
                    }
                }
            }
        }
        report.compareAlerts(expected, got).ifPresent(failures::add);
    }

    private void checkExpr(RuleTests.ExprTest expected) {
        List<RuleTestReport.Sample> got;
        try {
            Value value = queries.at(Promql.parse(expected.expr()), test.startMillis() + expected.evalMillis());
            got = switch (value) {
                case Value.VectorValue vector ->
                    vector.samples().stream()
                            .map(s -> new RuleTestReport.Sample(s.labels(), s.value(), s.distribution()))
                            .toList();
                case Value.ScalarValue scalar -> List.of(new RuleTestReport.Sample(Labels.EMPTY, scalar.value(), null));
                default -> throw new RuleFailure("rule result is not a vector or scalar");
            };
        } catch (PromqlException | RuleFailure e) {
            failures.add(report.exprFailed(expected, String.valueOf(e.getMessage())));
            return;
        }
        List<RuleTestReport.Sample> wanted = new ArrayList<>();
        for (RuleTests.ExpectedSample sample : expected.samples()) {
            try {
                wanted.add(new RuleTestReport.Sample(SeriesNotation.labels(sample.labels()), sample.value(), null));
            } catch (IllegalArgumentException | PromqlException e) {
                String reason = "labels " + GoFormat.quote(sample.labels()) + ": " + e.getMessage();
                failures.add(report.exprFailed(expected, reason));
                return;
            }
        }
        report.compareSamples(expected, wanted, got).ifPresent(failures::add);
    }
}
