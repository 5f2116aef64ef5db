package dev.tocsin.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds what the template tests expect against Prometheus itself, where promtool is installed. */
class PromtoolTemplateTest {
    @TempDir
    private Path folder;

    private int promtool(String... arguments) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/promtool")), "promtool is not installed");
        List<String> command = new java.util.ArrayList<>(List.of("/usr/bin/promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .start();
        return process.waitFor();
    }

    @Test
    void prometheusExpandsTheTemplatesToWhatTheTestsExpect() throws Exception {
        JsonObject written = new JsonObject();
        JsonObject expected = new JsonObject();
        for (TemplateCase c : TemplateCase.all()) {
            if (c.gives() != null) {
                String name = "a" + written.size();
                written.put(name, c.template());
                expected.put(name, c.gives());
            }
        }
        Files.writeString(folder.resolve("rules.yml"), """
                groups:
                - name: g
                  rules:
                  - alert: A
                    expr: metric
                    annotations: %s
                """.formatted(written.encode()));
        Files.writeString(folder.resolve("test.yml"), """
                rule_files: [rules.yml]
                evaluation_interval: 1m
                tests:
                - interval: 1m
                  input_series:
                  - series: 'metric{instance="web-1:9100",job="api",path="/a b"}'
                    values: 1234.5678x5
                  - series: 'other{n="1"}'
                    values: 10x5
                  - series: 'other{n="2"}'
                    values: 20x5
                  - series: 'other{n="3"}'
                    values: 30x5
                  alert_rule_test:
                  - eval_time: 1m
                    alertname: A
                    exp_alerts:
                    - exp_labels: {instance: "web-1:9100", job: api, path: "/a b"}
                      exp_annotations: %s
                """.formatted(expected.encode()));

        int status = promtool("test", "rules", "test.yml");

        assertThat(status).as(Files.readString(folder.resolve("out.txt"))).isZero();
    }

    @Test
    void prometheusRefusesWhatTheTestsExpectToBeRefused() throws Exception {
        for (TemplateCase c : TemplateCase.all()) {
            Files.writeString(folder.resolve("rules.yml"), """
                    groups:
                    - name: g
                      rules:
                      - alert: A
                        expr: metric
                        annotations: %s
                    """.formatted(
                            new JsonObject().put("a", c.template()).encode()));

            int status = promtool("check", "rules", "rules.yml");

            assertThat(status == 0).as(c.template()).isEqualTo(c.refused() == null);
        }
    }
}
