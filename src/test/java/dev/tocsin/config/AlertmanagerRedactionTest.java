package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown of the configuration, and that Debian's amtool reads it. */
class AlertmanagerRedactionTest {
    private static final Path AMTOOL = Path.of("/usr/bin/amtool");

    @TempDir
    private Path folder;

    private AlertmanagerFile parse(String text) throws ConfigException {
        return AlertmanagerFile.parse(new ConfigText("am.yaml", text), folder, Map.of());
    }

    @Test
    void whatIsShownOfItHasNoSecretsAndTheRestAsItStands() throws ConfigException {
        String shown = parse("""
                        global: {smtp_auth_password: hidden1, slack_api_url: "https://h/hidden2", resolve_timeout: "7m"}
                        route: {receiver: x, group_by: ['...'], continue: false}
                        receivers:
                          - name: x
                            webhook_configs:
                              - url: https://user:hidden3@host:99/hidden4?t=hidden5
                                max_alerts: 10
                                http_config: {basic_auth: {username: "a \\" b", password: hidden6}}
                          - {name: empty, webhook_configs: []}
                        """).redacted();

        assertThat(shown).doesNotContain("hidden").isEqualTo("""
                "global":
                  "smtp_auth_password": <secret>
                  "slack_api_url": "https://h/<secret>"
                  "resolve_timeout": "7m"
                "route":
                  "receiver": x
                  "group_by":
                    - "..."
                  "continue": false
                "receivers":
                  -
                    "name": x
                    "webhook_configs":
                      -
                        "url": "https://host:99/<secret>"
                        "max_alerts": 10
                        "http_config":
                          "basic_auth":
                            "username": "a \\" b"
                            "password": <secret>
                  -
                    "name": empty
                    "webhook_configs": []
                """);
    }

    @Test
    void whatAlertmanagerDoesNotKnowStandsInComments() throws Exception {
        String shown = parse("""
                        flapping: {changes: 3, within: 5m}
                        severities: {low: page_only}
                        drill: {receiver: x, alarm_receiver: x}
                        escalation_policies: [{name: p, levels: [{after: 5m, receivers: [x]}]}]
                        route:
                          receiver: x
                          escalation_policy: p
                          routes: [{match: {drill: "true", flapping: "a"}, receiver: y, auto_resolve: false}]
                        receivers:
                          - {name: x, on_failure: y, webhook_configs: [{url: "http://a/", hmac_secret: s}]}
                          - {name: y, ntfy_configs: [{topic: t}]}
                        """).redacted();

        assertThat(shown)
                .contains(
                        "#\"flapping\":\n#  \"changes\": 3\n", "#  \"escalation_policy\": p\n", "\"drill\": \"true\"\n")
                .doesNotContain("#\n");
        parse(shown);
        assumeTrue(Files.isExecutable(AMTOOL), "amtool is not installed");
        Path file = Files.writeString(folder.resolve("shown.yaml"), shown);
        assertThat(amtool("config", "routes", "test", "--config.file=" + file, "drill=true", "flapping=a"))
                .endsWith("y\n");
    }

    private static String amtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(AMTOOL.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
