package dev.tocsin.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the rules about Tocsin itself say, and when. */
class ShippedRulesTest {
    private static final String FAILED =
            "tocsin_notification_attempts_total{integration=\"webhook\",receiver=\"me\",outcome=\"connection\"}";
    private static final String ACCEPTED =
            "tocsin_notification_attempts_total{integration=\"webhook\",receiver=\"me\",outcome=\"accepted\"}";

    private final RuleStage stage = new RuleStage();

    @BeforeEach
    void rules() throws Exception {
        stage.groups(Files.readString(Path.of("conf/rules/tocsin.yaml")));
        stage.set(FAILED, 0).set(ACCEPTED, 0).ticks(120);
    }

    private List<String> firing() {
        return stage.engine.view().alerts().stream()
                .filter(alert -> alert.state() == AlertState.FIRING)
                .map(alert -> alert.labels().get("alertname"))
                .toList();
    }

    @Test
    void aReceiverThatCannotBeReachedIsToldSecondsAfterItsFirstFailedAttempts() {
        for (int attempts = 1; attempts <= 16; attempts++) {
            assertThat(firing()).isEmpty();
            stage.set(FAILED, attempts).tick();
        }

        assertThat(firing()).containsExactly("NotificationFails");
        stage.set(ACCEPTED, 1).ticks(240);
        assertThat(firing()).isEmpty();
    }

    @Test
    void attemptsThatAreMadeUpForByTheNextAreNoAlert() {
        for (int tick = 0; tick < 300; tick++) {
            stage.set(FAILED, tick / 10 * 2)
                    .set(ACCEPTED, Math.floorDiv(tick, 10))
                    .tick();
            assertThat(firing()).isEmpty();
        }
    }

    @Test
    void aNotificationThatWasGivenUpIsToldAtOnce() {
        String lost = "tocsin_notifications_failed_total{integration=\"webhook\",receiver=\"me\",reason=\"timeout\"}";
        stage.set(lost, 0).ticks(2);
        stage.set(lost, 1).tick();

        assertThat(firing()).containsExactly("NotificationLost");
    }

    @Test
    void rulesFallBehindWhereMoreThanAFiftiethOfTheTicksIsSkippedHoweverShortTheyAre() {
        for (int tick = 0; tick <= 300; tick++) {
            stage.set("tocsin_tick_duration_seconds_count", tick * 10)
                    .set("tocsin_rule_ticks_skipped_total", tick / 6.0)
                    .tick();
        }
        assertThat(firing()).isEmpty();

        for (int tick = 301; tick <= 600; tick++) {
            stage.set("tocsin_tick_duration_seconds_count", tick * 10)
                    .set("tocsin_rule_ticks_skipped_total", tick / 3.0)
                    .tick();
        }
        assertThat(firing()).containsExactly("RulesFallBehind");
    }

    @Test
    void aJournalThatCannotBeWrittenIsTold() {
        stage.set("tocsin_journal_failing", 0).ticks(60);
        assertThat(firing()).isEmpty();
        stage.set("tocsin_journal_failing", 1).ticks(60);

        assertThat(firing()).containsExactly("JournalFails");
        stage.set("tocsin_journal_failing", 0).tick();
        assertThat(firing()).isEmpty();
    }

    @Test
    void minutesThatWereLostBeforeTheyWereStoredAreToldAtOnce() {
        stage.set("tocsin_journal_unsent_dropped_ticks_total", 0).ticks(60);
        assertThat(firing()).isEmpty();
        stage.set("tocsin_journal_unsent_dropped_ticks_total", 60).tick();

        assertThat(firing()).containsExactly("JournalDropsUnsent");
    }

    @Test
    void aDatabaseThatIsAwayIsToldAfterTwoMinutes() {
        stage.set("tocsin_database_up", 1).tick();
        stage.set("tocsin_database_up", 0).ticks(119);
        assertThat(firing()).isEmpty();
        stage.ticks(2);

        assertThat(firing()).containsExactly("DatabaseAway");
        stage.set("tocsin_database_up", 1).tick();
        assertThat(firing()).isEmpty();
    }

    @Test
    void decisionsThatWereLostBeforeTheyWereStoredAreToldAtOnce() {
        stage.set("tocsin_alert_trail_dropped_total", 0).ticks(60);
        assertThat(firing()).isEmpty();
        stage.set("tocsin_alert_trail_dropped_total", 1).tick();

        assertThat(firing()).containsExactly("AlertTrailDropped");
    }

    @Test
    void whereNothingIsPushedNothingFires() throws Exception {
        RuleStage quiet = new RuleStage();
        try (Stream<Path> files = Files.list(Path.of("conf/rules"))) {
            StringBuilder groups = new StringBuilder("groups:\n");
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
                String text = Files.readString(file);
                groups.append(text.substring(text.indexOf("groups:\n") + "groups:\n".length()));
            }
            quiet.groups(groups.toString());
        }

        quiet.ticks(1_200);

        assertThat(quiet.engine.view().groups()).hasSizeGreaterThan(10);
        assertThat(quiet.engine.view().alerts()).isEmpty();
    }
}
