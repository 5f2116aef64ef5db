package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryLimits;
import java.lang.management.ManagementFactory;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** How much faster than time one rule over 100 series is tried on six hours of seconds. Run its main method. */
public final class BacktestBenchmark {
    private static final int SECONDS = 6 * 3_600;

    private BacktestBenchmark() {}

    public static void main(String[] args) {
        MemoryStorage past = new MemoryStorage();
        for (int i = 0; i < 100; i++) {
            Labels labels = Labels.of("__name__", "c_total", "host", "h" + i);
            for (int s = 0; s < SECONDS; s++) {
                past.append(labels, s * 1_000L, (double) s * i + (s / 600 % 7 == i % 7 ? s % 600 * 50 : 0));
            }
        }
        for (String expr : List.of("c_total > 1e6", "rate(c_total[5m]) > 90")) {
            Rule rule = new Rule.AlertRule(
                    "A", Promql.parse(expr), 5_000, 0, Datapoints.NEWEST, MissingPolicy.HOLD, Map.of(), Map.of(), 1);
            RuleGroup group = new RuleGroup("f", "g", 1_000, 0, 0, List.of(rule));
            Backtest.Plan plan = new Backtest.Plan(List.of(group), List.of(), 0, SECONDS * 1_000L, ZoneOffset.UTC);
            for (int i = 0; i < 3; i++) {
                long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                Backtest result =
                        BacktestRun.run(past, QueryLimits.DEFAULT, RuleSettings.DEFAULT, plan, () -> false, p -> {});
                double cpuSeconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
                System.out.printf(
                        "%s: %d firings, %.2f CPU s, %.0f times real time%n",
                        expr, result.draft().firings(), cpuSeconds, SECONDS / cpuSeconds);
            }
        }
    }
}
