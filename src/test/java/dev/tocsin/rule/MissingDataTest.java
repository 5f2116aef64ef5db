package dev.tocsin.rule;

import static dev.tocsin.rule.AlertState.FIRING;
import static dev.tocsin.rule.AlertState.INACTIVE;
import static dev.tocsin.rule.AlertState.PENDING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.promql.Promql;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissingDataTest {
    private final RuleStage stage = new RuleStage();

    private static String second(long seconds) {
        return Instant.ofEpochMilli(RuleStage.START).plusSeconds(seconds).toString();
    }

    @Test
    void aFiringAlertWithoutDataIsHeldAndSaysSo() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu{host=\"a\"}", 91);
        stage.ticks(2);

        assertThat(stage.end("cpu{host=\"a\"}").tick()).singleElement().satisfies(alert -> {
            assertThat(alert.isFiring()).isTrue();
            assertThat(alert.annotations()).containsEntry("no_data_since", second(3));
        });
        assertThat(stage.alert().isWithoutData()).isTrue();
        assertThat(stage.state()).isEqualTo(FIRING);
    }

    @Test
    void isClosedAsSeriesGoneWhenTheHoldIsExactlyOver() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 91);
        stage.tick();
        stage.end("cpu").tick();

        stage.ticks(899);
        assertThat(stage.state()).isEqualTo(FIRING);
        assertThat(stage.tick()).singleElement().satisfies(alert -> {
            assertThat(alert.endsAt()).isEqualTo(Instant.parse(second(902)));
            assertThat(alert.annotations())
                    .containsEntry("resolved_reason", "series gone")
                    .doesNotContainKey("no_data_since");
        });
        assertThat(stage.state()).isEqualTo(INACTIVE);
    }

    @Test
    void dataThatComeBackTrueGoOnWithTheSameAlert() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 91);
        stage.tick();
        stage.end("cpu").ticks(100);

        assertThat(stage.set("cpu", 91).tick()).singleElement().satisfies(alert -> {
            assertThat(alert.startsAt()).isEqualTo(Instant.parse(second(1)));
            assertThat(alert.annotations()).doesNotContainKey("no_data_since");
        });
        assertThat(stage.alert().isWithoutData()).isFalse();
    }

    @Test
    void dataThatComeBackFalseResolve() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 91);
        stage.tick();
        stage.end("cpu").ticks(100);

        assertThat(stage.set("cpu", 1).tick()).singleElement().satisfies(alert -> {
            assertThat(alert.isFiring()).isFalse();
            assertThat(alert.annotations()).isEmpty();
        });
    }

    @Test
    void aPendingAlertWaitsForDataAndTheTimeWithoutDoesNotCount() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', for: 5s}").set("cpu", 91);
        stage.ticks(3);
        stage.end("cpu").ticks(60);
        assertThat(stage.state()).isEqualTo(PENDING);
        assertThat(stage.alert().isWithoutData()).isTrue();

        stage.set("cpu", 91);
        assertThat(stage.ticks(2)).isEmpty();
        assertThat(stage.state()).isEqualTo(PENDING);
        assertThat(stage.tick()).hasSize(1);
    }

    @Test
    void aPendingAlertWithoutDataIsForgottenAfterTheHoldAndNobodyIsTold() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', for: 5s}").set("cpu", 91);
        stage.ticks(3);

        stage.end("cpu").ticks(900);
        assertThat(stage.state()).isEqualTo(PENDING);
        assertThat(stage.tick()).isEmpty();
        assertThat(stage.state()).isEqualTo(INACTIVE);
    }

    @Test
    void missingOkIsPrometheusMeaning() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', missing: ok}").set("cpu", 91);
        stage.tick();

        assertThat(stage.end("cpu").tick()).singleElement().satisfies(alert -> {
            assertThat(alert.isFiring()).isFalse();
            assertThat(alert.annotations()).isEmpty();
        });
    }

    @Test
    void missingAlertFiresForASeriesThatFallsSilent() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', for: 2s, missing: alert}").set("cpu{host=\"a\"}", 1);
        stage.ticks(3);
        assertThat(stage.state()).isEqualTo(INACTIVE);

        stage.end("cpu{host=\"a\"}").tick();
        assertThat(stage.state()).isEqualTo(PENDING);
        assertThat(stage.ticks(2)).singleElement().satisfies(alert -> {
            assertThat(alert.labels().get("host")).isEqualTo("a");
            assertThat(alert.annotations()).containsEntry("no_data_since", second(4));
        });
        assertThat(stage.set("cpu{host=\"a\"}", 1).tick()).singleElement().matches(alert -> !alert.isFiring());
    }

    @Test
    void anAlertThatIsOnlyKeptFiringIsNotHeldWithoutData() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', keep_firing_for: 3s}").set("cpu", 91);
        stage.tick();
        stage.set("cpu", 1).tick();

        stage.end("cpu").ticks(2);
        assertThat(stage.state()).isEqualTo(FIRING);
        stage.tick();
        assertThat(stage.state()).isEqualTo(INACTIVE);
    }

    @Test
    void oneSeriesWithoutDataDoesNotTouchTheOthers() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}")
                .set("cpu{host=\"a\"}", 91)
                .set("cpu{host=\"b\"}", 91);
        stage.tick();

        List<Alert> said =
                stage.end("cpu{host=\"a\"}").set("cpu{host=\"b\"}", 1).tick();

        assertThat(said)
                .extracting(alert -> alert.labels().get("host") + " " + alert.isFiring())
                .containsExactlyInAnyOrder("a true", "b false");
    }

    @Test
    void anInnerComparisonThatIsFalseIsNotMissingData() {
        stage.rules("- {alert: ManyDown, expr: 'count(up == 0) > 1'}")
                .set("up{i=\"1\"}", 0)
                .set("up{i=\"2\"}", 0);
        assertThat(stage.tick()).hasSize(1);

        stage.set("up{i=\"1\"}", 1).set("up{i=\"2\"}", 1);
        assertThat(stage.tick()).singleElement().matches(alert -> !alert.isFiring());
    }

    @Test
    void ofAlternativesOnlyThoseThatHadDataCanMissThem() {
        stage.rules("- {alert: Slow, expr: 'a > 5 or b > 5'}")
                .set("a{r=\"x\"}", 9)
                .set("b{r=\"y\"}", 1);
        stage.tick();

        assertThat(stage.set("a{r=\"x\"}", 1).tick()).singleElement().matches(alert -> !alert.isFiring());

        stage.set("a{r=\"x\"}", 9).tick();
        stage.end("a{r=\"x\"}").tick();
        assertThat(stage.alert().isWithoutData()).isTrue();
    }

    @Test
    void aGuardThatIsGoneIsMissingData() {
        stage.rules("- {alert: Slow, expr: 'a > 5 and on (r) b > 5'}")
                .set("a{r=\"x\",z=\"1\"}", 9)
                .set("b{r=\"x\"}", 9);
        stage.tick();

        stage.end("b{r=\"x\"}").tick();
        assertThat(stage.alert().isWithoutData()).isTrue();
        assertThat(stage.set("b{r=\"x\"}", 1).tick()).singleElement().matches(alert -> !alert.isFiring());
    }

    @Test
    void absenceThatEndsIsNotMissingData() {
        stage.rules("- {alert: Gone, expr: 'absent(up) == 1'}");
        assertThat(stage.tick()).hasSize(1);

        assertThat(stage.set("up", 1).tick()).singleElement().matches(alert -> !alert.isFiring());
    }

    @Test
    void aRuleWithoutComparisonCannotMissData() {
        stage.rules("- {alert: There, expr: 'fault'}").set("fault", 1);
        stage.tick();

        assertThat(stage.end("fault").tick()).singleElement().matches(alert -> !alert.isFiring());
    }

    @Test
    void isASeriesOfItsOwn() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90'}").set("cpu", 91);
        stage.tick();
        stage.end("cpu").tick();

        assertThat(stage.query("ALERTS"))
                .containsExactly(
                        "ALERTS{alertname=\"Hot\", alertstate=\"firing\"} 1.0",
                        "ALERTS{alertname=\"Hot\", alertstate=\"no_data\"} 1.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "cpu > 5; [cpu]",
                "5 < cpu; [cpu]",
                "(sum(rate(x[5m])) by (a) / 2) >= 3; [(sum by (a) (rate(x[5m])) / 2)]",
                "a > on (x) group_left (y) b; [a]",
                "a > 5 and b < 3 unless c == 1; [a, b]",
                "a > 5 or b > 5; [a, b]",
                "count(up == 0) > 2; [count(up)]",
                "sum by (j) (a > 5); [sum by (j) (a)]",
                "(a > 5) * 100; [(a) * 100]",
                "max_over_time((a > 5)[5m:1m]) == 7; [max_over_time((a)[5m:1m])]",
                "absent(a) == 1; []",
                "absent(a); []",
                "a; []",
                "a > bool 5; []",
                "a > 5 > 3; [a]",
                "(a unless b > 1) > 0; [(a)]",
                "1; []"
            })
    void watchesTheLeftSides(String expr, String leftSides) {
        assertThat(Condition.of(Promql.parse(expr)).leftSides()).hasToString(leftSides);
    }
}
