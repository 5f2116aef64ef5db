package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImportCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path template;
    private String conf;

    @BeforeEach
    void aTemplate() throws Exception {
        template = Path.of(Objects.requireNonNull(getClass().getResource("/convert/shop.yml"))
                .toURI());
        conf = folder.resolve("conf").toString();
    }

    private int execute(String... args) {
        CommandLine line = Main.commandLine(new RunCommand(
                (configuration, settings, data) -> {
                    throw new AssertionError("nothing is to be started");
                },
                new ProcessSignals()));
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    @Test
    void whatWasImportedPassesTheCheck() {
        assertThat(execute("import", template.toString(), "--to", conf)).isZero();
        assertThat(out.toString()).contains("3 rules and 1 dashboards");

        int exit = execute("check", "config", "--conf", conf);

        assertThat(err.toString()).isEmpty();
        assertThat(exit).isZero();
        assertThat(out.toString()).contains("SUCCESS: 3 rules, 3 receivers, 1 dashboards");
    }

    @Test
    void anAlertingJsonPassesTheCheckTooWhateverTheEnvironmentHolds() throws Exception {
        Path json = Path.of(Objects.requireNonNull(getClass().getResource("/convert/alerting.json"))
                .toURI());

        assertThat(execute("import", json.toString(), template.toString(), "--to", conf))
                .isZero();
        assertThat(execute("check", "config", "--conf", conf))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("SUCCESS: 6 rules, 9 receivers, 1 dashboards");
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        Path mine = Files.createDirectories(folder.resolve("conf/rules")).resolve("shop.yaml");
        Files.writeString(mine, "groups: []\n");

        assertThat(execute("import", template.toString(), "--to", conf)).isEqualTo(1);

        assertThat(err.toString()).contains(mine + " is there already, and is not overwritten");
        assertThat(mine).hasContent("groups: []\n");
        assertThat(folder.resolve("conf")).isDirectoryNotContaining("glob:**alertmanager.yaml");
    }

    /** CloudWatch's three periods of a minute are a window of a minute that was too high for two. */
    @Test
    void anAlarmFiresWhenItWouldHave() throws Exception {
        execute("import", template.toString(), "--to", conf);
        Path test = folder.resolve("test.yaml");
        Files.writeString(test, """
                rule_files: [conf/rules/shop.yaml]
                evaluation_interval: 30s
                tests:
                  - interval: 30s
                    input_series:
                      - {series: 'Checkout_Time{Stage="test", host="a"}', values: '100x1 300x20'}
                      - {series: 'Failures{Code="500"}', values: '0 0 0 0 0 0 0 0 10+10x10'}
                      - {series: 'Requests', values: '0+100x20'}
                    alert_rule_test:
                      - {eval_time: 2m30s, alertname: shop-test-slow}
                      - eval_time: 3m30s
                        alertname: shop-test-slow
                        exp_alerts:
                          - exp_labels: {Stage: test, channels: 'Pager,chat'}
                            exp_annotations: {description: 'Checkout takes {{ too }} long'}
                      - {eval_time: 3m30s, alertname: FailureRate}
                      - {eval_time: 6m, alertname: FailureRate, exp_alerts: [{}]}
                """);

        int exit = execute("test", "rules", test.toString());

        assertThat(out.toString() + err).contains("SUCCESS");
        assertThat(exit).isZero();
    }
}
