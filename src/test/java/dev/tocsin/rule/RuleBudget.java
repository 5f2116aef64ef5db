package dev.tocsin.rule;

import dev.tocsin.core.Event;
import dev.tocsin.core.Kind;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.series.SeriesLimits;
import dev.tocsin.series.SeriesTable;
import dev.tocsin.series.Shard;
import dev.tocsin.series.TimelineSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What judging 1,000 rules over 100,000 series costs once a second: CPU time and bytes allocated of the judging thread
 * per pass, when every series has had a new value in each of the last 300 seconds, and has one in each that is measured.
 * Time is simulated. Each rule reads 100 series, ten of each of ten hosts: 600 compare gauges, 300 {@code sum by (host)
 * (rate(counter[5m]))}, 100 the 99th percentile of classic buckets, or of distributions. One rule in ten fires for one
 * series or host.
 *
 * <pre>
 *   RuleBudget buckets|distributions [PASSES]
 * </pre>
 */
public final class RuleBudget {
    private static final long START = 1_700_002_800_000L;
    private static final int HISTORY_SECONDS = 310;
    private static final int GAUGE_RULES = 600;
    private static final int COUNTER_RULES = 300;
    private static final int HISTOGRAM_RULES = 100;
    private static final int HOSTS = 10;
    private static final int SERIES_A_HOST = 10;
    private static final int ROWS = 64;
    private static final String[] BOUNDS = {"0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"};

    private final ManualClock clock = new ManualClock(START);
    private final SeriesTable table;
    private final Shard shard;
    private final SampleBatch batch = SampleBatch.dogStatsd(ROWS, 8_192);
    private final RuleEngine engine;
    private final boolean distributions;
    private long tick = START;

    private RuleBudget(boolean distributions) {
        this.distributions = distributions;
        table = new SeriesTable(
                SeriesLimits.defaults().withSeries(200_000, 200_000), TimelineSettings.defaults(), clock);
        shard = table.openShard("budget");
        engine = new RuleEngine(
                RuleQueries.of(new Evaluator(table.source(), QueryLimits.DEFAULT, clock)),
                table.recorded(),
                RuleSettings.DEFAULT,
                clock,
                new SimpleMeterRegistry());
    }

    public static void main(String[] args) {
        boolean distributions = args.length > 0 && args[0].equals("distributions");
        int passes = args.length > 1 ? Integer.parseInt(args[1]) : 60;
        RuleBudget budget = new RuleBudget(distributions);
        budget.fill();
        budget.engine.reload(budget.groups());
        budget.measure(passes);
    }

    private List<RuleGroup> groups() {
        List<RuleGroup> groups = new ArrayList<>();
        for (int from = 0; from < GAUGE_RULES + COUNTER_RULES + HISTOGRAM_RULES; from += 100) {
            List<Rule> rules = new ArrayList<>();
            for (int rule = from; rule < from + 100; rule++) {
                rules.add(new Rule.AlertRule(
                        "Rule" + rule,
                        Promql.parse(expression(rule)),
                        0,
                        0,
                        Datapoints.NEWEST,
                        MissingPolicy.HOLD,
                        Map.of(),
                        Map.of(),
                        1));
            }
            groups.add(new RuleGroup("budget.yaml", "g" + from, 1_000, 0, 0, rules));
        }
        return groups;
    }

    private String expression(int rule) {
        if (rule < GAUGE_RULES) {
            return "g_" + rule + " > 95";
        }
        if (rule < GAUGE_RULES + COUNTER_RULES) {
            return "sum by (host) (rate(c_" + rule + "_total[5m])) > 1000";
        }
        return distributions
                ? "histogram_quantile(0.99, rate(d_" + rule + "[5m])) > 990"
                : "histogram_quantile(0.99, sum by (le) (rate(b_" + rule + "_bucket[5m]))) > 4.9";
    }

    private void fill() {
        for (int second = 0; second < HISTORY_SECONDS; second++) {
            second();
        }
    }

    /** A second in which every series has one sample, and the tick that closes it. */
    private void second() {
        for (int rule = 0; rule < GAUGE_RULES + COUNTER_RULES + HISTOGRAM_RULES; rule++) {
            for (int host = 0; host < HOSTS; host++) {
                for (int i = 0; i < SERIES_A_HOST; i++) {
                    push(rule, host, i);
                }
            }
        }
        send();
        tick += 1_000;
        clock.advance(Duration.ofSeconds(1));
        table.close(tick, List.of(shard.flip(tick)));
    }

    private void push(int rule, int host, int i) {
        long noise = Math.floorMod((tick / 1_000 * 31 + rule * 7L + host * 13L + i) * 2_654_435_761L >>> 7, 1_000);
        boolean high = rule % 10 == 0 && host == 0;
        String tags = "host:h" + host + ",i:" + i;
        if (rule < GAUGE_RULES) {
            add(Kind.GAUGE, "g_" + rule, tags, high && i == 0 ? 96 + noise / 1e3 : noise / 11.0);
        } else if (rule < GAUGE_RULES + COUNTER_RULES) {
            add(Kind.COUNTER, "c_" + rule + "_total", tags, high ? 200 + noise : noise / 11);
        } else if (distributions) {
            add(Kind.DISTRIBUTION, "d_" + rule, tags, high && i == 0 ? 1_000 + noise : 1 + noise * 0.9);
        } else {
            // Cumulative buckets: each bound counts what the one below does, and more. Most is below 1, but where high.
            long grown = 30 + Math.min(i, 6) * 3L + tick / 1_000 % 3 + (high && i == 9 ? 1_000 : 0);
            add(Kind.COUNTER, "b_" + rule + "_bucket", "host:h" + host + ",le:" + BOUNDS[i], grown);
        }
    }

    private void add(Kind kind, String name, String tags, double value) {
        int nameStart = batch.length;
        batch.append(name);
        int tagsStart = batch.length;
        batch.append(tags);
        batch.add(kind, nameStart, tagsStart, tagsStart, batch.length, value);
        if (batch.size() == ROWS) {
            send();
        }
    }

    private void send() {
        shard.accept(batch, clock.wallMillis());
        for (int row = 0; row < batch.size(); row++) {
            if (batch.rejection(row) != null) {
                throw new IllegalStateException("a sample was rejected: " + batch.rejection(row));
            }
        }
        batch.reset();
    }

    private void measure(int passes) {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] nanos = new long[passes];
        long allocated = 0;
        for (int pass = 0; pass < passes; pass++) {
            second();
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long before = threads.getCurrentThreadCpuTime();
            engine.judge(new Event.TickClosed(tick, tick));
            nanos[pass] = threads.getCurrentThreadCpuTime() - before;
            allocated += threads.getCurrentThreadAllocatedBytes() - bytes;
            if (pass == 0 || pass == passes - 1) {
                check();
            }
        }
        // The first half warms the compiler up.
        long[] measured = Arrays.copyOfRange(nanos, passes / 2, passes);
        Arrays.sort(measured);
        System.out.printf(
                Locale.ROOT,
                "%s: %d passes, CPU s per pass: median %.3f, worst %.3f, first %.3f; %.1f MB allocated per pass;"
                        + " %d alerts%n",
                distributions ? "distributions" : "buckets",
                measured.length,
                measured[measured.length / 2] / 1e9,
                measured[measured.length - 1] / 1e9,
                nanos[0] / 1e9,
                (double) allocated / passes / 1e6,
                engine.view().alerts().size());
    }

    /** That rules were judged and say what they should. */
    private void check() {
        for (RulesView.Group group : engine.view().groups()) {
            for (RuleView rule : group.rules()) {
                if (!rule.health().lastError().isEmpty()) {
                    throw new IllegalStateException(rule.health().lastError());
                }
            }
        }
        long wrong = engine.view().alerts().stream()
                .map(ActiveAlert::labels)
                .map(labels -> labels.get("alertname"))
                .filter(name -> !name.endsWith("0"))
                .count();
        if (wrong > 0 || engine.view().alerts().isEmpty()) {
            throw new IllegalStateException("alerts: " + engine.view().alerts());
        }
    }
}
