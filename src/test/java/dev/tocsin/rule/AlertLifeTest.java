package dev.tocsin.rule;

import static dev.tocsin.rule.AlertState.FIRING;
import static dev.tocsin.rule.AlertState.INACTIVE;
import static dev.tocsin.rule.AlertState.PENDING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertLifeTest {
    private final RuleStage stage = new RuleStage();

    private static Instant second(long seconds) {
        return Instant.ofEpochMilli(RuleStage.START).plusSeconds(seconds);
    }

    @Test
    void firesAtOnceWithoutFor() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu{host=\"a\"}", 91);

        List<Alert> said = stage.tick();

        assertThat(said).singleElement().satisfies(alert -> {
            assertThat(alert.labels()).isEqualTo(Labels.of("alertname", "Hot", "host", "a"));
            assertThat(alert.startsAt()).isEqualTo(second(1));
            assertThat(alert.endsAt()).isNull();
            assertThat(alert.generatorUrl()).isEqualTo("http://127.0.0.1:8080/#/explore?q=cpu+%3E+90");
            assertThat(alert.receipt())
                    .isEqualTo(new Alert.Receipt(
                            RuleStage.START + 1_000, RuleStage.START + 1_003, RuleStage.START + 1_000));
        });
    }

    @Test
    void aValueAtTheThresholdIsNotAboveIt() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 90);

        assertThat(stage.tick()).isEmpty();
        assertThat(stage.state()).isEqualTo(INACTIVE);
    }

    @Test
    void firesWhenTheForDurationIsExactlyReached() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', for: 5s}").set("cpu", 91);

        for (int second = 1; second <= 5; second++) {
            assertThat(stage.tick()).as("second " + second).isEmpty();
            assertThat(stage.state()).isEqualTo(PENDING);
        }
        assertThat(stage.tick()).hasSize(1);
        assertThat(stage.state()).isEqualTo(FIRING);
        assertThat(stage.alert().activeAt()).isEqualTo(RuleStage.START + 1_000);
        assertThat(stage.alert().firedAt()).isEqualTo(RuleStage.START + 6_000);
    }

    @Test
    void startsForAgainWhenTheConditionCeasedForOneTick() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', for: 5s}").set("cpu", 91);
        stage.ticks(5);
        stage.set("cpu", 90).tick();
        assertThat(stage.state()).isEqualTo(INACTIVE);

        stage.set("cpu", 91);
        assertThat(stage.ticks(5)).isEmpty();
        assertThat(stage.state()).isEqualTo(PENDING);
        assertThat(stage.tick()).hasSize(1);
    }

    @Test
    void anAlertThatNeverFiredIsNeverSaidToBeResolved() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', for: 5s}").set("cpu", 91);
        stage.ticks(3);

        assertThat(stage.set("cpu", 1).tick()).isEmpty();
        assertThat(stage.ticks(120)).isEmpty();
    }

    @Test
    void resolvesAtTheTickAtWhichTheConditionIsFalse() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 91);
        stage.ticks(3);

        assertThat(stage.set("cpu", 90).tick()).singleElement().satisfies(alert -> {
            assertThat(alert.startsAt()).isEqualTo(second(1));
            assertThat(alert.endsAt()).isEqualTo(second(4));
            assertThat(alert.annotations()).doesNotContainKey(Alert.RESOLVED_REASON);
        });
        assertThat(stage.state()).isEqualTo(INACTIVE);
        assertThat(stage.tick()).isEmpty();
    }

    @Test
    void keepsFiringForExactlyAsLongAsAsked() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', keep_firing_for: 3s}").set("cpu", 91);
        stage.tick();

        stage.set("cpu", 1);
        assertThat(stage.tick()).singleElement().matches(Alert::isFiring);
        assertThat(stage.ticks(2)).isEmpty();
        assertThat(stage.state()).isEqualTo(FIRING);
        assertThat(stage.tick())
                .singleElement()
                .satisfies(a -> assertThat(a.endsAt()).isEqualTo(second(5)));
    }

    @Test
    void theConditionHoldingAgainStartsKeepFiringForAnew() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', keep_firing_for: 3s}").set("cpu", 91);
        stage.tick();
        stage.set("cpu", 1).ticks(3);
        stage.set("cpu", 95).tick();
        assertThat(stage.alert().firedAt()).isEqualTo(RuleStage.START + 1_000);

        stage.set("cpu", 1).ticks(3);
        assertThat(stage.state()).isEqualTo(FIRING);
        stage.tick();
        assertThat(stage.state()).isEqualTo(INACTIVE);
    }

    @Test
    void saysAFiringAlertAgainEachMinute() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 91);
        assertThat(stage.tick()).hasSize(1);

        assertThat(stage.ticks(59)).isEmpty();
        assertThat(stage.tick()).hasSize(1);
        assertThat(stage.ticks(59)).isEmpty();
        assertThat(stage.tick()).singleElement().satisfies(alert -> {
            assertThat(alert.startsAt()).isEqualTo(second(1));
            assertThat(alert.receipt().tickMillis()).isEqualTo(RuleStage.START + 1_000);
        });
    }

    @Test
    void saysAResolvedAlertAgainForFifteenMinutes() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 91);
        stage.tick();
        stage.set("cpu", 1);
        assertThat(stage.tick()).hasSize(1);

        int said = 0;
        for (int second = 0; second < 1_000; second++) {
            said += stage.tick().size();
        }
        assertThat(said).isEqualTo(15);
    }

    @Test
    void anAlertThatFiresAgainIsANewOne() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 91);
        stage.tick();
        stage.set("cpu", 1).tick();

        assertThat(stage.set("cpu", 91).tick())
                .singleElement()
                .satisfies(alert -> assertThat(alert.startsAt()).isEqualTo(second(3)));
    }

    @Test
    void labelsAndAnnotationsSpeakOfTheSample() {
        stage.rules("""
                - alert: Hot
                  expr: cpu > 90
                  labels:
                    severity: '{{ if gt $value 95.0 }}critical{{ else }}warning{{ end }}'
                    host: '{{ $labels.host | toUpper }}'
                    empty: '{{ $labels.nosuch }}'
                  annotations:
                    summary: 'CPU of {{ $labels.host }} at {{ $value | printf "%.1f" }} %'
                """).set("cpu{host=\"a\"}", 91.25);

        assertThat(stage.tick()).singleElement().satisfies(alert -> {
            assertThat(alert.labels()).isEqualTo(Labels.of("alertname", "Hot", "host", "A", "severity", "warning"));
            assertThat(alert.annotations()).isEqualTo(Map.of("summary", "CPU of a at 91.2 %"));
        });
    }

    @Test
    void annotationsFollowTheValueThoughNothingIsSaid() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', annotations: {s: '{{ $value }}'}}")
                .set("cpu", 91);
        stage.tick();

        assertThat(stage.set("cpu", 92).tick()).isEmpty();
        assertThat(stage.alert().annotations()).isEqualTo(Map.of("s", "92"));
        assertThat(stage.alert().value()).isEqualTo(92);
    }

    @Test
    void alertsThatBecomeTheSameByTheirLabelsFailTheRuleAndChangeNothing() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', labels: {host: all}}").set("cpu{host=\"a\"}", 91);
        assertThat(stage.tick()).hasSize(1);

        assertThat(stage.set("cpu{host=\"b\"}", 92).tick()).isEmpty();

        assertThat(stage.state()).isEqualTo(FIRING);
        RuleHealth health =
                stage.engine.view().groups().getFirst().rules().getFirst().health();
        assertThat(health.label()).isEqualTo("err");
        assertThat(health.lastError())
                .isEqualTo("vector contains metrics with the same labelset after applying alert labels:"
                        + " {alertname=\"Hot\", host=\"all\"}");
        assertThat(stage.count("tocsin.rule.failures")).isEqualTo(1);
    }

    @Test
    void aScalarIsASampleWithoutLabels() {
        stage.rules("- {alert: Always, expr: '1'}");

        assertThat(stage.tick())
                .singleElement()
                .satisfies(alert -> assertThat(alert.labels()).isEqualTo(Labels.of("alertname", "Always")));
    }

    @Test
    void aRangeOfSamplesFailsTheRule() {
        stage.rules("- {alert: Odd, expr: 'cpu[5m]'}").set("cpu", 1);

        stage.tick();

        assertThat(stage.engine
                        .view()
                        .groups()
                        .getFirst()
                        .rules()
                        .getFirst()
                        .health()
                        .lastError())
                .isEqualTo("rule result is not a vector or scalar");
    }

    @Test
    void pastTheGroupsLimitTheRuleFailsAndItsAlertsAreClosedWithThatReason() {
        stage.groups("""
                groups:
                - name: g
                  limit: 1
                  rules:
                  - {alert: Hot, expr: cpu > 90}
                """).set("cpu{host=\"a\"}", 91);
        assertThat(stage.tick()).hasSize(1);

        assertThat(stage.set("cpu{host=\"b\"}", 91).tick()).singleElement().satisfies(alert -> {
            assertThat(alert.labels().get("host")).isEqualTo("a");
            assertThat(alert.endsAt()).isEqualTo(second(2));
            assertThat(alert.annotations()).containsEntry("resolved_reason", "the group's limit was exceeded");
        });
        assertThat(stage.engine
                        .view()
                        .groups()
                        .getFirst()
                        .rules()
                        .getFirst()
                        .health()
                        .lastError())
                .isEqualTo("exceeded limit of 1 with 2 alerts");
        assertThat(stage.tick()).isEmpty();
        assertThat(stage.set("cpu{host=\"b\"}", 1).tick()).singleElement().matches(Alert::isFiring);
    }

    @Test
    void pastTheMostAlertsOfARuleThoseKnownGoOnAndNewOnesAreCounted() {
        RuleStage small =
                new RuleStage(new RuleSettings(1_000, 60_000, 900_000, 2, "http://127.0.0.1:8080", Labels.EMPTY));
        small.rules("- {alert: Hot, expr: 'cpu > 90'}")
                .set("cpu{host=\"b\"}", 91)
                .set("cpu{host=\"c\"}", 91)
                .tick();

        assertThat(small.set("cpu{host=\"a\"}", 91).tick()).isEmpty();

        assertThat(small.engine.view().alerts())
                .extracting(alert -> alert.labels().get("host"))
                .containsExactly("b", "c");
        assertThat(small.count("tocsin.rule.alerts.dropped")).isEqualTo(1);
        small.set("cpu{host=\"b\"}", 1).tick();
        assertThat(small.tick())
                .singleElement()
                .satisfies(a -> assertThat(a.labels().get("host")).isEqualTo("a"));
    }
}
