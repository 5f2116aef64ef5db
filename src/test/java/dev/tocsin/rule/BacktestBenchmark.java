package dev.tocsin.rule;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.series.SeriesLimits;
import dev.tocsin.series.SeriesTable;
import dev.tocsin.series.Shard;
import dev.tocsin.series.TimelineSettings;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much faster than time one rule over 100 series is tried, second by second, on six hours of history: samples came
 * each second and are kept as the server keeps them. The last of the rules reads what another records on the way.
 */
public final class BacktestBenchmark {
    private static final long START = 1_700_002_800_000L;
    private static final int SECONDS = 6 * 3_600;
    private static final int SERIES = 100;

    private BacktestBenchmark() {}

    public static void main(String[] args) {
        SeriesTable past = past();
        tell(past, List.of(alert("g > 950")));
        tell(past, List.of(alert("rate(c_total[5m]) > 90")));
        tell(past, List.of(alert("sum by (rack) (rate(c_total[5m])) > 380")));
        tell(past, List.of(alert("histogram_quantile(0.99, sum by (le) (rate(b_bucket[5m]))) > 0.9")));
        tell(past, List.of(alert("histogram_quantile(0.99, rate(d[5m])) > 990")));
        tell(past, List.of(alert("d_p99 > 990")));
        tell(past, List.of(record("c:copy", "c_total"), alert("rate({__name__=\"c:copy\"}[5m]) > 90")));
    }

    private static SeriesTable past() {
        ManualClock clock = new ManualClock(START);
        SeriesTable table = new SeriesTable(SeriesLimits.defaults(), TimelineSettings.defaults(), clock);
        Shard shard = table.openShard("past");
        SampleBatch batch = SampleBatch.anyText(4 * SERIES, 32_768);
        for (int second = 1; second <= SECONDS; second++) {
            for (int i = 0; i < SERIES; i++) {
                boolean busy = second / 600 % 7 == i % 7;
                Labels host = Labels.of("__name__", "g", "host", "h" + i, "rack", "r" + i % 10);
                batch.add(Kind.GAUGE, host, busy ? second % 1_000 : i);
                batch.add(Kind.COUNTER, host.with("__name__", "c_total"), busy ? 100 : i / 2);
                Labels bucket = Labels.of("__name__", "b_bucket", "host", "h" + i / 10);
                String bound = i % 10 == 9 ? "+Inf" : "0." + (i % 10 + 1);
                batch.add(Kind.COUNTER, bucket.with("le", bound), i % 10 + second % 7);
                double observed = busy ? second % 1_000 : (second * 31L + i) % 900;
                batch.add(Kind.DISTRIBUTION, host.with("__name__", "d"), observed);
            }
            shard.accept(batch, clock.wallMillis());
            batch.reset();
            clock.advance(Duration.ofSeconds(1));
            table.close(clock.wallMillis(), List.of(shard.flip(clock.wallMillis())));
        }
        return table;
    }

    private static Rule alert(String expr) {
        return new Rule.AlertRule(
                "A", Promql.parse(expr), 5_000, 0, Datapoints.NEWEST, MissingPolicy.HOLD, Map.of(), Map.of(), 1);
    }

    private static Rule record(String name, String expr) {
        return new Rule.RecordRule(name, Promql.parse(expr), Map.of(), 1);
    }

    private static void tell(SeriesTable past, List<Rule> rules) {
        RuleGroup group = new RuleGroup("f", "g", 1_000, 0, 0, rules);
        Backtest.Plan plan =
                new Backtest.Plan(List.of(group), List.of(), START, START + SECONDS * 1_000L, ZoneOffset.UTC);
        for (int i = 0; i < 3; i++) {
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            Backtest result = BacktestRun.run(
                    past.source(), QueryLimits.DEFAULT, RuleSettings.DEFAULT, plan, () -> false, p -> {});
            double cpuSeconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
            if (result.failures() > 0) {
                throw new IllegalStateException(result.lastError());
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s: %d firings, %.2f CPU s, %.0f times real time%n",
                    rules.getLast().expr(),
                    result.draft().firings(),
                    cpuSeconds,
                    SECONDS / cpuSeconds);
        }
    }
}
