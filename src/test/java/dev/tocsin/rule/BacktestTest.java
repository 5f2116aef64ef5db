package dev.tocsin.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.RuleFiles;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.promql.QueryLimits;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BacktestTest {
    /** At noon. */
    private static final long START = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

    private final MemoryStorage past = new MemoryStorage();
    private final List<Double> progress = new ArrayList<>();
    private ZoneId zone = ZoneOffset.UTC;

    /** From second {@code from} on, each second until {@code to}. */
    private BacktestTest cpu(String host, int from, int to, double value) {
        for (int s = from; s < to; s++) {
            past.append(RuleStage.labels("cpu{host=\"" + host + "\"}"), START + s * 1_000L, value);
        }
        return this;
    }

    private static List<RuleGroup> rules(String rules) {
        try {
            return RuleFiles.parse(new ConfigText("r.yaml", "groups:\n- name: g\n  rules:\n" + rules.indent(2)))
                    .groups();
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private Backtest run(String draft, String inForce, int seconds) {
        Backtest.Plan plan = new Backtest.Plan(
                rules(draft), inForce.isEmpty() ? List.of() : rules(inForce), START, START + seconds * 1_000L, zone);
        return BacktestRun.run(past, QueryLimits.DEFAULT, RuleSettings.DEFAULT, plan, () -> false, progress::add);
    }

    /** {@code HOST START+DURATION peak}, in seconds. */
    private static List<String> texts(List<Backtest.Firing> firings) {
        return firings.stream()
                .map(f -> f.labels().get("host") + " " + (f.startMillis() - START) / 1_000 + "+"
                        + f.durationMillis() / 1_000 + (f.ended() ? " " : "… ") + f.peak())
                .toList();
    }

    @Test
    void tellsEveryFiringWithStartDurationAndPeak() {
        cpu("a", 0, 100, 1).cpu("a", 100, 160, 91).cpu("a", 160, 170, 99).cpu("a", 170, 2_000, 1);
        cpu("b", 0, 1_500, 1).cpu("b", 1_500, 2_000, 95);

        Backtest result = run("- {alert: Hot, expr: cpu > 90, for: 10s}", "", 1_999);

        assertThat(texts(result.firings())).containsExactly("a 110+60 99.0", "b 1510+489… 95.0");
        assertThat(result.draft()).isEqualTo(new Backtest.Tally(1, 2, 0, 1, 549_000));
        assertThat(result.inForce()).isEqualTo(new Backtest.Tally(0, 0, 0, 0, 0));
        assertThat(result.failures()).isZero();
        assertThat(progress).isSorted().last().isEqualTo(1.0);
    }

    @Test
    void thePeakOfAValueThatIsTooLowIsTheLowest() {
        cpu("a", 0, 10, 9)
                .cpu("a", 10, 20, 3)
                .cpu("a", 20, 30, 2)
                .cpu("a", 30, 40, 4)
                .cpu("a", 40, 100, 9);

        assertThat(texts(run("- {alert: Low, expr: cpu < 5}", "", 99).firings()))
                .containsExactly("a 10+30 2.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu > 90", "cpu > 90 and cpu @ end() > 0", "hot"})
    void isTheSameWhetherStepsAreJudgedTogetherOrOneByOne(String expr) {
        cpu("a", 0, 700, 1).cpu("a", 700, 900, 91).cpu("a", 900, 1_000, 1);

        Backtest result = run("- {record: hot, expr: cpu > 90}\n- {alert: Hot, expr: '" + expr + "'}", "", 999);

        assertThat(texts(result.firings())).containsExactly("a 700+200 91.0");
    }

    @Test
    void whatIsRecordedReplacesWhatStandsInThePastUnderThatName() {
        past.append(Labels.of("__name__", "hot", "host", "old"), START, 99);
        cpu("a", 0, 50, 91);

        Backtest result = run("- {record: hot, expr: cpu > 90}\n- {alert: Hot, expr: hot > 0}", "", 30);

        assertThat(texts(result.firings())).containsExactly("a 0+30… 91.0");
    }

    @Test
    void saysWhatChangesAgainstTheRuleInForce() {
        cpu("a", 0, 100, 85).cpu("a", 100, 300, 95).cpu("a", 300, 400, 1);
        cpu("b", 0, 200, 1).cpu("b", 200, 205, 95).cpu("b", 205, 400, 1);
        cpu("c", 0, 400, 85);

        Backtest result = run(
                "- {alert: Hot, expr: cpu > 80, for: 30s}",
                "- {alert: Hot, expr: cpu > 90}\n- {alert: Other, expr: cpu > 0}",
                399);

        assertThat(result.inForce().rules()).isEqualTo(1);
        assertThat(result.inForce().firings()).isEqualTo(2);
        assertThat(texts(result.added())).containsExactly("c 30+369… 85.0");
        assertThat(texts(result.removed())).containsExactly("b 200+5 95.0");
    }

    @Test
    void countsWhatBeganAtNightInTheGivenZone() {
        cpu("a", 0, 10, 95).cpu("a", 10, 20, 1);
        assertThat(run("- {alert: Hot, expr: cpu > 90}", "", 19).draft().atNight())
                .isZero();

        zone = ZoneId.of("Asia/Tokyo");
        assertThat(run("- {alert: Hot, expr: cpu > 90}", "", 19).draft().atNight())
                .isZero();
        zone = ZoneId.of("Pacific/Auckland");
        assertThat(run("- {alert: Hot, expr: cpu > 90}", "", 19).draft().atNight())
                .isEqualTo(1);
    }

    @Test
    void aRuleThatCannotBeJudgedIsCountedAndTold() {
        cpu("a", 0, 5, 1).cpu("b", 0, 5, 1);

        Backtest result = run("- {alert: Bad, expr: cpu * on () cpu}\n- {alert: Good, expr: cpu == 1}", "", 4);

        assertThat(result.failures()).isEqualTo(5);
        assertThat(result.lastError()).startsWith("Bad: found duplicate series");
        assertThat(result.draft().firings()).isEqualTo(2);
    }

    @Test
    void aSeriesThatEndsIsHeldAsItWouldBe() {
        cpu("a", 0, 10, 95);
        past.append(RuleStage.labels("cpu{host=\"a\"}"), START + 10_000, Points.STALE);

        assertThat(texts(run("- {alert: Hot, expr: cpu > 90, missing: ok}", "", 2_000)
                        .firings()))
                .containsExactly("a 0+10 95.0");
        assertThat(texts(run("- {alert: Hot, expr: cpu > 90}", "", 2_000).firings()))
                .containsExactly("a 0+910 95.0");
    }

    @Test
    void canBeCancelled() {
        cpu("a", 0, 10, 95);
        Backtest.Plan plan =
                new Backtest.Plan(rules("- {alert: A, expr: cpu}"), List.of(), START, START + 86_400_000, zone);
        int[] asked = {0};

        assertThatThrownBy(() -> BacktestRun.run(
                        past, QueryLimits.DEFAULT, RuleSettings.DEFAULT, plan, () -> ++asked[0] > 10, p -> {}))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void tooManyJudgingsAreRefused() {
        Backtest.Plan plan = new Backtest.Plan(rules("- {alert: A, expr: up}"), List.of(), 0, 1L << 40, zone);

        assertThatThrownBy(() ->
                        BacktestRun.run(past, QueryLimits.DEFAULT, RuleSettings.DEFAULT, plan, () -> false, p -> {}))
                .hasMessageContaining("take a shorter time");
    }
}
