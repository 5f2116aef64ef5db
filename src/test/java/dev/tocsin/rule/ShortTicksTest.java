package dev.tocsin.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules where a tick is a tenth of a second, or ten seconds. */
class ShortTicksTest {
    private final RuleStage stage = new RuleStage(RuleSettings.DEFAULT, Duration.ofMillis(100));

    private static String group(String interval, String rule) {
        return "groups:\n- {name: g, " + interval + "rules: [" + rule + "]}\n";
    }

    /** Ticks, counted from 1, at which the group was judged. */
    private List<Integer> judgedAt(int ticks) {
        List<Integer> judged = new ArrayList<>();
        for (int tick = 1; tick <= ticks; tick++) {
            long before = lastJudged();
            stage.tick();
            if (lastJudged() != before) {
                judged.add(tick);
            }
        }
        return judged;
    }

    private long lastJudged() {
        return stage.engine.view().groups().getFirst().lastJudgedMillis();
    }

    @Test
    void aGroupWhoseIntervalIsTheTickIsJudgedAtEveryTick() {
        stage.groups(group("interval: 100ms, ", "{record: r, expr: vector(1)}"));

        assertThat(judgedAt(5)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void aGroupWithoutAnIntervalIsJudgedOnceASecond() {
        stage.groups(group("", "{record: r, expr: vector(1)}"));

        List<Integer> judged = judgedAt(42);

        assertThat(judged).hasSizeBetween(5, 6).startsWith(1);
        for (int i = 2; i < judged.size(); i++) {
            assertThat(judged.get(i) - judged.get(i - 1)).isEqualTo(10);
        }
    }

    @Test
    void aGroupOfHalfASecondIsJudgedAtEveryFifthTick() {
        stage.groups(group("interval: 500ms, ", "{record: r, expr: vector(1)}"));

        List<Integer> judged = judgedAt(21);

        for (int i = 2; i < judged.size(); i++) {
            assertThat(judged.get(i) - judged.get(i - 1)).isEqualTo(5);
        }
        assertThat(judged).hasSizeBetween(5, 6);
    }

    @Test
    void anAlertFiresWhenItsForIsExactlyReachedAndSaysWhen() {
        stage.groups(group("interval: 100ms, ", "{alert: Hot, expr: 'cpu > 90', for: 300ms}"))
                .set("cpu", 95);

        assertThat(stage.ticks(3)).isEmpty();
        assertThat(stage.alert().state()).isEqualTo(AlertState.PENDING);
        Alert fired = stage.tick().getFirst();

        assertThat(fired.startsAt()).isEqualTo(Instant.ofEpochMilli(RuleStage.START + 400));
        assertThat(stage.alert().activeAt()).isEqualTo(RuleStage.START + 100);
        assertThat(fired.receipt().tickMillis()).isEqualTo(RuleStage.START + 400);
        assertThat(stage.set("cpu", 1).tick().getFirst().endsAt())
                .isEqualTo(Instant.ofEpochMilli(RuleStage.START + 500));
    }

    @Test
    void anAlertThatFiresIsSaidAgainAfterAMinuteAndNotInBetween() {
        stage.groups(group("interval: 100ms, ", "{alert: Hot, expr: 'cpu > 90'}"))
                .set("cpu", 95);
        assertThat(stage.tick()).hasSize(1);

        for (int tick = 2; tick <= 600; tick++) {
            assertThat(stage.tick()).isEmpty();
        }
        assertThat(stage.tick()).hasSize(1);
    }

    @Test
    void theAlertsOfARuleThatIsNoMoreAreClosedAtTheNextTick() {
        stage.groups(group("interval: 100ms, ", "{alert: Hot, expr: 'cpu > 90'}"))
                .set("cpu", 95);
        stage.tick();
        stage.groups();

        assertThat(stage.tick())
                .singleElement()
                .satisfies(alert -> assertThat(alert.isFiring()).isFalse());
    }

    @Test
    void aSlowGroupIsJudgedInItsTurnAtTicksOfTenSeconds() {
        RuleSettings settings = new RuleSettings(
                10_000,
                RuleSettings.DEFAULT.resendDelayMillis(),
                RuleSettings.DEFAULT.missingHoldMillis(),
                10,
                "http://x",
                RuleSettings.DEFAULT.externalLabels());
        RuleStage slow = new RuleStage(settings, Duration.ofSeconds(10));
        slow.groups(group("", "{alert: Hot, expr: 'cpu > 90', for: 20s}")).set("cpu", 95);

        assertThat(slow.ticks(2)).isEmpty();
        assertThat(slow.tick().getFirst().startsAt()).isEqualTo(Instant.ofEpochMilli(RuleStage.START + 30_000));
    }
}
