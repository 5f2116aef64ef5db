package dev.tocsin.rule;

import static dev.tocsin.rule.AlertState.FIRING;
import static dev.tocsin.rule.AlertState.INACTIVE;
import static dev.tocsin.rule.AlertState.PENDING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatapointsTest {
    private final RuleStage stage = new RuleStage();

    /** One tick for each character: 1 above the threshold, 0 below, _ without a sample. */
    private List<AlertState> states(String values) {
        List<AlertState> states = new ArrayList<>();
        for (char c : values.toCharArray()) {
            if (c == '_') {
                stage.end("cpu");
            } else {
                stage.set("cpu", c == '1' ? 91 : 1);
            }
            stage.tick();
            states.add(stage.state());
        }
        return states;
    }

    /** F fires, P is pending, a point neither. */
    private String life(String values) {
        StringBuilder life = new StringBuilder();
        for (AlertState state : states(values)) {
            life.append(state == FIRING ? 'F' : state == PENDING ? 'P' : '.');
        }
        return life.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "3 of 5, 11100000, ..FFF...",
        "3 of 5, 10101000, ....F...",
        "3 of 5, 10010010, ........",
        "3 of 5, 110110110000, ...FFFFFF...",
        "2 of 2, 1101100, .F..F..",
        "1 of 3, 1000100, FFF.FFF",
    })
    void firesWhileEnoughOfTheNewestJudgingsHeld(String datapoints, String values, String life) {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', datapoints: " + datapoints + "}");

        assertThat(life(values)).isEqualTo(life);
    }

    @Test
    void forCountsFromWhenEnoughHeld() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', datapoints: 2 of 3, for: 2s}");

        assertThat(life("1101100000")).isEqualTo(".PPFFF....");
    }

    @Test
    void eachSeriesHasAWindowOfItsOwn() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', datapoints: 2 of 3}");

        stage.set("cpu{host=\"a\"}", 91).set("cpu{host=\"b\"}", 1).tick();
        stage.set("cpu{host=\"a\"}", 1).set("cpu{host=\"b\"}", 91).tick();
        assertThat(stage.state()).isEqualTo(INACTIVE);
        stage.set("cpu{host=\"a\"}", 91).set("cpu{host=\"b\"}", 1).tick();
        assertThat(stage.alert().labels().get("host")).isEqualTo("a");
    }

    @Test
    void aSampleThatIsMissingIsNoDatapointWhileTheAlertIsHeld() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', datapoints: 2 of 3}");

        assertThat(life("11")).isEqualTo(".F");
        stage.end("cpu").ticks(100);
        assertThat(stage.alert().isWithoutData()).isTrue();
        assertThat(life("00")).isEqualTo("F.");
    }

    @ParameterizedTest
    @CsvSource({"ok, 11___, .FF..", "alert, 1____, .FFFF"})
    void aSampleThatIsMissingCountsAsTheRuleSays(String missing, String values, String life) {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', datapoints: 2 of 3, missing: " + missing + "}");

        assertThat(life(values)).isEqualTo(life);
    }

    @Test
    void aReloadKeepsTheWindow() {
        String rule = "- {alert: Hot, expr: 'cpu > 90', datapoints: 3 of 5";
        stage.rules(rule + "}");
        assertThat(life("11")).isEqualTo("..");

        stage.rules(rule + ", annotations: {a: b}}");

        assertThat(life("1")).isEqualTo("F");
    }

    @Test
    void aValueThatFallsSilentSoonAfterItWasResolvedAlertsAgain() {
        stage.rules("- {alert: Hot, expr: 'cpu > 90', missing: alert}");

        assertThat(life("10_")).isEqualTo("F.F");
    }
}
