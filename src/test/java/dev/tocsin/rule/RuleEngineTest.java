package dev.tocsin.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleEngineTest {
    private final RuleStage stage = new RuleStage();

    @Test
    void aRecordedSeriesIsSeenByTheNextRuleOfTheGroupAtTheSameTick() {
        stage.rules("""
                - {record: 'job:cpu:avg', expr: avg by (job) (cpu), labels: {team: x}}
                - {alert: Hot, expr: 'job:cpu:avg > 90'}
                """).set("cpu{job=\"j\",i=\"1\"}", 90).set("cpu{job=\"j\",i=\"2\"}", 94);

        assertThat(stage.tick())
                .singleElement()
                .satisfies(
                        a -> assertThat(a.labels()).isEqualTo(Labels.of("alertname", "Hot", "job", "j", "team", "x")));
        assertThat(stage.query("job:cpu:avg")).containsExactly("job:cpu:avg{job=\"j\", team=\"x\"} 92.0");
    }

    @Test
    void aRecordedSeriesEndsWhenItsExpressionHasNoSample() {
        stage.rules("- {record: hot, expr: 'cpu > 90'}").set("cpu{h=\"a\"}", 91).set("cpu{h=\"b\"}", 91);
        stage.tick();
        assertThat(stage.query("hot")).hasSize(2);

        stage.set("cpu{h=\"a\"}", 1).tick();

        assertThat(stage.query("hot")).containsExactly("hot{h=\"b\"} 91.0");
    }

    @Test
    void recordedSeriesThatBecomeTheSameByTheirLabelsFailTheRule() {
        stage.rules("- {record: hot, expr: cpu, labels: {h: x}}")
                .set("cpu{h=\"a\"}", 1)
                .set("cpu{h=\"b\"}", 1);
        stage.tick();

        assertThat(stage.query("hot")).isEmpty();
        assertThat(lastError(0))
                .startsWith("vector contains metrics with the same labelset after applying rule labels");
    }

    @Test
    void pastTheGroupsLimitNothingIsRecorded() {
        stage.groups("""
                groups:
                - {name: g, limit: 1, rules: [{record: r, expr: cpu}]}
                """).set("cpu{h=\"a\"}", 1).set("cpu{h=\"b\"}", 1);
        stage.tick();

        assertThat(stage.query("r")).isEmpty();
        assertThat(lastError(0)).isEqualTo("exceeded limit of 1 with 2 series");
    }

    @Test
    void alertsAreSeriesWhileTheyLast() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', for: 1s, labels: {severity: page}}")
                .set("cpu{h=\"a\"}", 91);
        stage.tick();
        assertThat(stage.query("ALERTS"))
                .containsExactly("ALERTS{alertname=\"Hot\", alertstate=\"pending\", h=\"a\", severity=\"page\"} 1.0");
        stage.tick();
        assertThat(stage.query("ALERTS"))
                .containsExactly("ALERTS{alertname=\"Hot\", alertstate=\"firing\", h=\"a\", severity=\"page\"} 1.0");
        assertThat(stage.query("ALERTS_FOR_STATE"))
                .containsExactly("ALERTS_FOR_STATE{alertname=\"Hot\", h=\"a\", severity=\"page\"} 1.700000001E9");
        stage.set("cpu{h=\"a\"}", 1).tick();
        assertThat(stage.query("ALERTS")).isEmpty();
        assertThat(stage.query("ALERTS_FOR_STATE")).isEmpty();
    }

    @Test
    void aGroupIsJudgedWhenItIsNewAndThenOnceInEachOfItsIntervals() {
        stage.groups("groups: [{name: slow, interval: 5s, rules: [{record: r, expr: 'vector(time())'}]}]");

        List<Long> judged = new ArrayList<>();
        for (int second = 1; second <= 20; second++) {
            stage.tick();
            if (stage.engine.view().groups().getFirst().lastJudgedMillis() == RuleStage.START + second * 1_000L) {
                judged.add((long) second);
            }
        }

        assertThat(judged.getFirst()).isEqualTo(1);
        assertThat(judged.get(2) - judged.get(1)).isEqualTo(5);
        assertThat(judged.get(3) - judged.get(2)).isEqualTo(5);
        assertThat(judged.get(1)).isLessThanOrEqualTo(6);
    }

    @Test
    void aGroupIsNotJudgedTwiceForATickThatWasSkipped() {
        stage.groups("groups: [{name: g, rules: [{record: r, expr: 'vector(1)'}]}]");
        stage.tick();
        double before = stage.count("tocsin.rule.evaluations");

        stage.engine.judge(new Event.TickClosed(RuleStage.START + 10_000, RuleStage.START + 10_000));

        assertThat(stage.count("tocsin.rule.evaluations") - before).isEqualTo(1);
    }

    @Test
    void queryOffsetLooksBack() {
        stage.groups("groups: [{name: g, query_offset: 3s, rules: [{record: r, expr: cpu}]}]");
        for (int second = 1; second <= 5; second++) {
            stage.set("cpu", second).tick();
        }

        assertThat(stage.query("r")).containsExactly("r 2.0");
        assertThat(stage.query("timestamp(r)")).containsExactly("{} 1.700000002E9");
    }

    @Test
    void aRuleThatFailsHurtsNoOther() {
        stage.rules("""
                - {alert: Broken, expr: 'a * on () b > 1'}
                - {alert: Hot, expr: 'cpu > 90'}
                """)
                .set("cpu", 91)
                .set("a{x=\"1\"}", 1)
                .set("a{x=\"2\"}", 1)
                .set("b{x=\"1\"}", 1)
                .set("b{x=\"2\"}", 1);

        assertThat(stage.tick()).extracting(a -> a.labels().get("alertname")).containsExactly("Hot");
        assertThat(lastError(0)).isNotEmpty();
        assertThat(lastError(1)).isEmpty();
        assertThat(stage.count("tocsin.rule.failures")).isEqualTo(1);
        assertThat(stage.count("tocsin.rule.evaluations")).isEqualTo(2);
    }

    @Test
    void whateverAnEvaluationThrowsHurtsNoOtherRule() {
        RuleQueries queries = (expr, time) -> {
            switch (expr.toString()) {
                case "a" -> throw new StackOverflowError();
                case "b" -> throw new AssertionError("b");
                default -> throw new IllegalStateException();
            }
        };
        RuleEngine engine =
                new RuleEngine(queries, stage, RuleSettings.DEFAULT, Clock.system(), new SimpleMeterRegistry());
        engine.reload(List.of(new RuleGroup("f", "g", 0, 0, 0, List.of(record("a"), record("b"), record("c")))));

        engine.judge(new Event.TickClosed(1_000, 1_000));

        assertThat(engine.view().groups().getFirst().rules())
                .extracting(rule -> rule.health().lastError())
                .containsExactly("java.lang.StackOverflowError", "b", "java.lang.IllegalStateException");
    }

    private static Rule record(String name) {
        return new Rule.RecordRule("r_" + name, dev.tocsin.promql.Promql.parse(name), java.util.Map.of(), 0);
    }

    @Test
    void aRuleThatFailsGoesOnSayingItsFiringAlerts() {
        stage.rules("- {alert: Hot, expr: 'cpu * on () limit > 1'}")
                .set("cpu", 91)
                .set("limit", 1);
        stage.tick();

        stage.set("limit{x=\"1\"}", 1);
        assertThat(stage.ticks(59)).isEmpty();
        assertThat(stage.tick()).singleElement().matches(Alert::isFiring);
    }

    @Test
    void reloadingTheSameRulesChangesNothing() {
        String rules = "- {alert: Hot, expr: 'cpu > 90', for: 3s}";
        stage.rules(rules).set("cpu", 91);
        stage.ticks(3);

        stage.rules(rules);
        assertThat(stage.tick()).hasSize(1);
        stage.rules(rules);
        assertThat(stage.tick()).isEmpty();
        assertThat(stage.alert().firedAt()).isEqualTo(RuleStage.START + 4_000);
    }

    @Test
    void reloadingAnotherForOrAnnotationKeepsTheAlert() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', annotations: {s: old}}").set("cpu", 91);
        stage.tick();

        stage.rules("- {alert: Hot, expr: 'cpu > 90', for: 5m, annotations: {s: new}}");

        assertThat(stage.tick()).isEmpty();
        assertThat(stage.alert().state()).isEqualTo(AlertState.FIRING);
        assertThat(stage.alert().annotations()).containsEntry("s", "new");
    }

    @Test
    void reloadingAnotherThresholdResolvesWhatIsBelowItAndKeepsTheRest() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu{h=\"a\"}", 91).set("cpu{h=\"b\"}", 99);
        stage.tick();

        stage.rules("- {alert: Hot, expr: 'cpu > 95'}");

        assertThat(stage.tick()).singleElement().satisfies(alert -> {
            assertThat(alert.labels().get("h")).isEqualTo("a");
            assertThat(alert.isFiring()).isFalse();
        });
        assertThat(stage.alert().firedAt()).isEqualTo(RuleStage.START + 1_000);
    }

    @Test
    void anAlertThatAnotherExpressionDoesNotHaveIsNotHeldAsMissingData() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu{h=\"a\",core=\"1\"}", 91);
        stage.tick();

        stage.rules("- {alert: Hot, expr: 'max by (h) (cpu) > 90'}");

        assertThat(stage.tick())
                .extracting(alert -> alert.labels().get("core") + " " + alert.isFiring())
                .containsExactlyInAnyOrder("1 false", " true");
    }

    @Test
    void theAlertsOfARuleThatIsRemovedAreClosedWithThatReason() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 91);
        stage.tick();

        stage.rules("- {alert: Cold, expr: 'cpu < 10'}");

        assertThat(stage.tick()).singleElement().satisfies(alert -> {
            assertThat(alert.isFiring()).isFalse();
            assertThat(alert.annotations()).containsEntry("resolved_reason", "rule removed");
        });
        assertThat(stage.query("ALERTS")).isEmpty();
        assertThat(stage.ticks(59)).isEmpty();
        assertThat(stage.tick()).hasSize(1);
        assertThat(stage.ticks(1_000)).isEmpty();
    }

    @Test
    void anAlertThatFiresUnderAnotherGroupIsNotSaidToBeOver() {
        stage.groups("groups: [{name: g, rules: [{alert: Hot, expr: cpu > 90}]}]")
                .set("cpu", 91);
        stage.tick();

        stage.groups("groups: [{name: moved, rules: [{alert: Hot, expr: cpu > 90}]}]");

        assertThat(stage.tick()).singleElement().matches(Alert::isFiring);
    }

    @Test
    void theMetersOfAGroupGoWithIt() {
        stage.groups("groups: [{name: g, rules: [{alert: Hot, expr: cpu > 90}]}]");
        assertThat(stage.registry
                        .find("tocsin.rule.failures")
                        .tag("rule_group", "rules0.yaml;g")
                        .counter())
                .isNotNull();

        stage.groups("groups: [{name: h, rules: [{record: r, expr: cpu}, {record: s, expr: cpu}]}]");

        assertThat(stage.registry
                        .find("tocsin.rule.failures")
                        .tag("rule_group", "rules0.yaml;g")
                        .counter())
                .isNull();
        assertThat(stage.registry
                        .get("tocsin.rules")
                        .tag("type", "recording")
                        .gauge()
                        .value())
                .isEqualTo(2);
        assertThat(stage.registry
                        .get("tocsin.rules")
                        .tag("type", "alerting")
                        .gauge()
                        .value())
                .isZero();
    }

    private String lastError(int rule) {
        return stage.engine
                .view()
                .groups()
                .getFirst()
                .rules()
                .get(rule)
                .health()
                .lastError();
    }
}
