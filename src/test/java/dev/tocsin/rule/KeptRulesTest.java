package dev.tocsin.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.StateInMemory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Alerts of one process in the next. */
class KeptRulesTest {
    private static final String SLOW = "- {alert: Slow, expr: load > 1, for: 60s}";
    private static final String SOME = "- {alert: Slow, expr: load > 1, datapoints: 3 of 5}";

    private final StateInMemory state = new StateInMemory();
    private final RuleStage first = new RuleStage();

    private RuleStage begun(String rules) {
        first.engine.keepIn(state);
        return first.rules(rules);
    }

    @Test
    void timeThatWasPendingCountsOnAndTimeWithoutJudgingDoesNot() {
        begun(SLOW).set("load", 2).ticks(41);
        RuleStage next = first.restarted(Duration.ofMinutes(10), state).rules(SLOW);

        assertThat(next.ticks(20)).isEmpty();
        assertThat(next.state()).isEqualTo(AlertState.PENDING);
        List<Alert> said = next.tick();

        assertThat(said).hasSize(1);
        assertThat(next.state()).isEqualTo(AlertState.FIRING);
    }

    @Test
    void whatFiredGoesOnFiringSinceThenAndIsSaidAgainAtOnce() {
        begun(SLOW).set("load", 2).ticks(100);
        long firedAt = first.alert().firedAt();
        RuleStage next = first.restarted(Duration.ofSeconds(5), state).rules(SLOW);
        List<Alert> said = next.tick();

        assertThat(next.alert().firedAt()).isEqualTo(firedAt);
        assertThat(said)
                .singleElement()
                .satisfies(alert -> assertThat(alert.isFiring()).isTrue());
        assertThat(next.set("load", 0).tick())
                .singleElement()
                .satisfies(alert -> assertThat(alert.isFiring()).isFalse());
    }

    @Test
    void aClockSetBackMovesWhatWasNotedBackAsFar() {
        begun(SLOW).set("load", 2).ticks(41);
        RuleStage next = new RuleStage().set("load", 2);
        next.engine.keepIn(state.endedAt(RuleStage.START + 3_641_000));
        next.rules(SLOW);
        next.tick();

        assertThat(next.alert().activeAt()).isLessThanOrEqualTo(RuleStage.START + 1_000);
    }

    @Test
    void whatIsHeldWithoutDataIsStillHeld() {
        begun("- {alert: Slow, expr: load > 1}").set("load", 2).ticks(3);
        first.end("load").ticks(10);
        long since = first.alert().noDataSince();
        RuleStage next = first.restarted(Duration.ofSeconds(5), state).rules("- {alert: Slow, expr: load > 1}");
        next.tick();

        assertThat(next.state()).isEqualTo(AlertState.FIRING);
        assertThat(next.alert().noDataSince()).isEqualTo(since + 6_000);
    }

    @Test
    void whatTheNewestJudgingsSawIsRemembered() {
        begun(SOME).set("load", 2).ticks(5);
        assertThat(first.state()).isEqualTo(AlertState.FIRING);
        RuleStage next = first.restarted(Duration.ofSeconds(5), state).rules(SOME);
        next.tick();

        assertThat(next.state()).isEqualTo(AlertState.FIRING);
    }

    @Test
    void anAlertWhoseRuleIsNoMoreIsClosedAndSaidSo() {
        begun("- {alert: Slow, expr: load > 1}").set("load", 2).ticks(3);
        RuleStage next = first.restarted(Duration.ofSeconds(5), state).rules("- {alert: Other, expr: load > 5}");

        assertThat(next.tick()).singleElement().satisfies(alert -> {
            assertThat(alert.isFiring()).isFalse();
            assertThat(alert.annotations()).containsEntry(Alert.RESOLVED_REASON, "rule removed");
        });
        assertThat(state.withPrefix("rule/")).isEmpty();
    }

    @Test
    void whatIsUnreadableBeginsAnew() {
        begun(SLOW).set("load", 2).ticks(41);
        state.withPrefix("rule/").forEach((key, bytes) -> state.put(key, java.util.Arrays.copyOf(bytes, 20)));
        RuleStage next = first.restarted(Duration.ofSeconds(5), state).rules(SLOW);
        next.tick();

        assertThat(next.alert().activeAt()).isEqualTo(RuleStage.START + 47_000);
    }
}
