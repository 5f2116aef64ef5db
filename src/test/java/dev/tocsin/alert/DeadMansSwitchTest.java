package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.config.AlertmanagerFile;
import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.RuleFiles;
import dev.tocsin.core.Labels;
import dev.tocsin.rule.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadMansSwitchTest {
    private static final String FILE = """
            route: {receiver: team, escalation_policy: p, auto_resolve: false, group_wait: 30s}
            escalation_policies: [{name: p, levels: [{after: 1m, receivers: [team]}]}]
            dead_mans_switch: {url: "https://hc.example/ping/s3cret", every: 30s}
            severities: {low: page_only}
            receivers: [{name: team, webhook_configs: [{url: "http://127.0.0.1/"}]}]
            """;

    private static AlertmanagerFile parse(String text) throws ConfigException {
        return AlertmanagerFile.parse(new ConfigText("am.yaml", text), Path.of("."), Map.of());
    }

    /** The labels of the alerts that its rule gives. */
    private static Labels alert(AlertmanagerFile file) throws ConfigException {
        Rule.AlertRule rule = (Rule.AlertRule) RuleFiles.parse(file.rules().getFirst())
                .groups()
                .getFirst()
                .rules()
                .getFirst();
        return Labels.of(rule.labelTexts()).with("alertname", rule.name());
    }

    @Test
    void itsUrlIsToldEachTimeUntilTheRuleIsNotJudgedAnyMore() throws ConfigException {
        AlertmanagerFile file = parse(FILE);
        AlertScene scene = new AlertScene(file.routing());
        for (int minute = 0; minute < 3; minute++) {
            scene.say(alert(file), AlertScene.START, null, false).pass("1m");
        }
        // The last saying was at 2m.
        scene.pass("1h");

        assertThat(scene.told).hasSize(10).allSatisfy(line -> assertThat(line).contains(" dead-mans-switch "));
        assertThat(scene.told.get(1)).isEqualTo("30s dead-mans-switch REPEAT firing=DeadMansSwitch resolved=");
        assertThat(scene.sent.getLast().flushedAt()).isEqualTo(AlertScene.START.plusSeconds(270));
    }

    @Test
    void itHasItsOwnChannelAndTheFileWithoutItHasNothingOfIt() throws ConfigException {
        AlertmanagerFile file = parse(FILE);
        assertThat(file.channels()).containsKey(DeadMansSwitch.INTEGRATION);
        assertThat(file.redacted()).contains("https://hc.example/<secret>").doesNotContain("s3cret");

        AlertmanagerFile without = parse(FILE.replaceFirst("(?m)^dead_mans_switch.*\n", ""));
        assertThat(without.channels()).hasSize(1);
        assertThat(without.rules()).isEmpty();
        assertThat(without.routing().root().children()).isEmpty();
    }

    @Test
    void aMinuteIsTheDefault() throws ConfigException {
        Route branch = parse(FILE.replace(", every: 30s", ""))
                .routing()
                .root()
                .children()
                .getFirst();

        assertThat(branch.options().groupInterval()).isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                {every: 1m} | am.yaml:3: dead_mans_switch: needs the key url, or url_file
                {url: "https://hc.example/", every: 0s} | am.yaml:3: dead_mans_switch.every: must be at least 1s
                {url: "https://hc.example/", evry: 1m} | am.yaml:3: dead_mans_switch.evry: unknown key; did you mean "every"?
                """)
    void saysWhatIsWrong(String value, String message) {
        String text = FILE.replaceFirst("(?m)^dead_mans_switch.*$", "dead_mans_switch: " + value);

        assertThatThrownBy(() -> parse(text)).hasMessage(message);
    }

    @Test
    void itsReceiverCantBeThereTwice() {
        assertThatThrownBy(() -> parse(FILE.replace("[{name: team,", "[{name: dead-mans-switch}, {name: team,")))
                .hasMessage("am.yaml:3: dead_mans_switch: the receiver \"dead-mans-switch\" is there already;"
                        + " give that one another name");
    }
}
