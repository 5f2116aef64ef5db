package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.config.AlertmanagerFile;
import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.RuleFiles;
import dev.tocsin.core.Alert;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.StateInMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrillTest {
    private static final String REST = """

            route: {receiver: page, group_wait: 30s}
            receivers:
              - name: page
              - {name: chat, webhook_configs: [{url: "http://127.0.0.1/"}]}
              - {name: mail, webhook_configs: [{url: "http://127.0.0.1/"}]}
            """;

    private static AlertmanagerFile parse(String drill) throws ConfigException {
        return AlertmanagerFile.parse(new ConfigText("am.yaml", "drill: " + drill + REST), Path.of("."), Map.of());
    }

    @Test
    void aDrillAndItsFailureHaveRoutesOfTheirOwn() throws ConfigException {
        AlertmanagerFile file = parse("{receiver: chat, alarm_receiver: mail, every: 1h}");
        AlertScene scene = new AlertScene(file.routing());
        scene.say(Labels.of("alertname", "Drill", "drill", "true", "drill_number", "1"), scene.now, null, false);
        scene.say(Labels.of("alertname", "Drill"), scene.now, null, false);
        scene.say(Drill.failedLabels(), scene.now, null, false);
        scene.pass("1m");

        assertThat(scene.told)
                .containsExactly("0s chat FIRST firing=Drill resolved=", "0s mail FIRST firing=DrillFailed resolved=");
        assertThat(file.drill()).isEqualTo(new Drill("chat", "mail", Duration.ofHours(1), Duration.ofSeconds(10)));
        assertThat(RuleFiles.parse(file.rules().getFirst()).groups().getFirst().name())
                .isEqualTo("drill");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                {receiver: chat} | am.yaml:1: drill: needs the key alarm_receiver
                {receiver: page, alarm_receiver: mail} | am.yaml:1: drill.receiver: tells nobody: a drill needs a receiver with integrations
                {receiver: chatt, alarm_receiver: mail} | am.yaml:1: drill.receiver: undefined receiver "chatt"; did you mean "chat"?
                {receiver: chat, alarm_receiver: mail, within: 30s} | am.yaml:1: drill.within: must be at most 25s
                {receiver: chat, alarm_receiver: mail, every: 5s} | am.yaml:1: drill.every: must be at least 1m
                """)
    void saysWhatIsWrong(String drill, String message) {
        assertThatThrownBy(() -> parse(drill)).hasMessage(message);
    }

    @Test
    void aReportSaysWhereItEnded() {
        Instant sent = Instant.parse("2026-11-21T12:00:00Z");
        Integration first = new Integration("chat", "webhook", 0);
        Integration second = new Integration("chat", "webhook", 1);
        DrillReport.Told accepted = new DrillReport.Told(first, true, "200", sent);
        DrillReport.Told refused = new DrillReport.Told(second, false, "refused: 400", sent);
        Alert.Receipt receipt = new Alert.Receipt(1, 2, 3);

        assertThat(new DrillReport(1, sent, null, null, List.of(), 2).text())
                .isEqualTo("the packet led to no notification");
        assertThat(new DrillReport(1, sent, receipt, sent, List.of(accepted), 2).text())
                .isEqualTo("1 of 2 integrations have answered");
        assertThat(new DrillReport(1, sent, receipt, sent, List.of(accepted, refused), 2).text())
                .isEqualTo("chat/webhook[1] did not take it: refused: 400");
        assertThat(new DrillReport(1, sent, receipt, sent, List.of(accepted), 1).text())
                .isEqualTo("arrived");
    }

    @Test
    void theLastReportOutlivesTheProcess() {
        StateInMemory state = new StateInMemory();
        assertThat(DrillReport.last(state)).isNull();
        Instant sent = Instant.parse("2026-11-21T12:00:00.123Z");
        DrillReport.Told told = new DrillReport.Told(new Integration("chat", "webhook", 3), false, "503", sent);
        for (DrillReport report : List.of(
                new DrillReport(7, sent, null, null, List.of(), 2),
                new DrillReport(8, sent, new Alert.Receipt(-1, 2, 3), sent.plusMillis(9), List.of(told, told), 2))) {
            report.keepIn(state);

            assertThat(DrillReport.last(state)).isEqualTo(report);
        }
    }
}
