package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.rule.MissingPolicy;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.RuleGroup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RuleFilesTest {
    @TempDir
    private Path folder;

    private static RuleFile parse(String text) throws ConfigException {
        return RuleFiles.parse(new ConfigText("rules.yaml", text));
    }

    @Test
    void readsEverythingThatAGroupCanHold() throws ConfigException {
        RuleFile file = parse("""
                groups:
                  - name: g
                    interval: 30s
                    query_offset: 1m
                    limit: 10
                    labels: {team: a, severity: none}
                    rules:
                      - alert: Hot
                        expr: cpu > 90
                        for: 5m
                        keep_firing_for: 1m30s
                        missing: alert
                        datapoints: 3 of 5
                        labels: {severity: page}
                        annotations: {summary: 'at {{ $value }}'}
                      - record: job:cpu:avg
                        expr: avg by (job) (cpu)
                """);

        RuleGroup group = file.groups().getFirst();
        assertThat(group.id()).isEqualTo("rules.yaml;g");
        assertThat(group.intervalMillis()).isEqualTo(30_000);
        assertThat(group.queryOffsetMillis()).isEqualTo(60_000);
        assertThat(group.limit()).isEqualTo(10);
        assertThat(group.rules().getFirst()).isInstanceOfSatisfying(Rule.AlertRule.class, rule -> {
            assertThat(rule.name()).isEqualTo("Hot");
            assertThat(rule.expr()).hasToString("cpu > 90");
            assertThat(rule.forMillis()).isEqualTo(300_000);
            assertThat(rule.keepFiringForMillis()).isEqualTo(90_000);
            assertThat(rule.missing()).isEqualTo(MissingPolicy.ALERT);
            assertThat(rule.datapoints()).hasToString("3 of 5");
            assertThat(rule.labelTexts()).isEqualTo(Map.of("team", "a", "severity", "page"));
            assertThat(rule.annotationTexts()).isEqualTo(Map.of("summary", "at {{ $value }}"));
            assertThat(rule.line()).isEqualTo(8);
        });
        assertThat(group.rules().getLast())
                .isInstanceOfSatisfying(
                        Rule.RecordRule.class,
                        rule -> assertThat(rule.labels()).isEqualTo(Map.of("team", "a", "severity", "none")));
        assertThat(file.ruleCount()).isEqualTo(2);
    }

    @Test
    void readsAliasesAndMergedMappings() throws ConfigException {
        RuleFile file = parse("""
                groups:
                  - name: g
                    rules:
                      - &hot
                        alert: Hot
                        expr: &expr |
                          cpu
                          > 90
                        labels: &labels {severity: page}
                      - {record: r, expr: *expr, labels: *labels}
                      - <<: *hot
                        alert: Hotter
                """);

        assertThat(file.groups().getFirst().rules())
                .extracting(rule -> rule.name() + " " + rule.expr() + " " + rule.labelTexts())
                .containsExactly(
                        "Hot cpu > 90 {severity=page}",
                        "r cpu > 90 {severity=page}",
                        "Hotter cpu > 90 {severity=page}");
    }

    @Test
    void aGroupsIntervalMayBeAsShortAsTheTickAndNoShorter() throws ConfigException {
        ConfigText text = new ConfigText("rules.yaml", "groups:\n- name: g\n  interval: 500ms\n  rules: []\n");

        assertThat(RuleFiles.parseAll(List.of(text), Duration.ofMillis(500))
                        .getFirst()
                        .intervalMillis())
                .isEqualTo(500);
        assertThatThrownBy(() -> RuleFiles.parseAll(List.of(text), Duration.ofSeconds(1)))
                .hasMessage("rules.yaml:3: groups[0].interval: expected 1s, the length of a tick, or longer, found "
                        + "\"500ms\" (tick in tocsin.yaml may be 100ms to 10s)");
    }

    @Test
    void readsEveryDocumentOfAFile() throws ConfigException {
        RuleFile file = parse("""
                ---
                groups: [{name: a, rules: [{record: r, expr: up}]}]
                ---
                groups: [{name: b, rules: [{record: s, expr: up}]}]
                """);

        assertThat(file.groups()).extracting(RuleGroup::name).containsExactly("a", "b");
        assertThatThrownBy(() -> parse("groups: [{name: a}]\n---\ngroups: [{name: a}]"))
                .hasMessage("rules.yaml:3: groups[0]: the group \"a\" stands twice in this file, first at line 1");
    }

    @Test
    void whateverIsWrittenItIsReadOrRefusedWithItsFile() {
        String good = """
                groups:
                  - name: g
                    interval: 30s
                    rules:
                      - alert: Hot
                        expr: |
                          cpu{a="b"} > 90
                        for: 5m
                        labels: {severity: "page"}
                        annotations: {summary: 'at {{ $value }}'}
                """;
        int read = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            java.util.Random random = new java.util.Random(seed);
            StringBuilder text = new StringBuilder(good);
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, " \n:-{}[]'\"|>&*!%#,a0\t\u0001é$".charAt(random.nextInt(24)));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(30))));
                }
            }
            try {
                parse(text.toString());
                read++;
            } catch (ConfigException e) {
                assertThat(e).hasMessageStartingWith("rules.yaml");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ":\n" + text, e);
            }
        }
        assertThat(read).isGreaterThan(500);
    }

    @Test
    void takesValuesThatAreNoText() throws ConfigException {
        RuleFile file = parse("""
                groups:
                  - name: g
                    rules:
                      - {alert: A, expr: 1, for: , labels: {level: 5, on: true, none: }, annotations: {x: 1.50}}
                """);

        Rule.AlertRule rule = (Rule.AlertRule) file.groups().getFirst().rules().getFirst();
        assertThat(rule.labelTexts()).isEqualTo(Map.of("level", "5", "on", "true", "none", ""));
        assertThat(rule.annotationTexts()).isEqualTo(Map.of("x", "1.50"));
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"", "# nothing\n", "groups:\n", "groups: []\n", "groups:\n- name: g\n", "---\ngroups: []\n"})
    void aFileWithoutRulesIsGood(String text) throws ConfigException {
        assertThat(parse(text).ruleCount()).isZero();
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("groups: {}", "rules.yaml:1: groups: expected a list, found a mapping"),
                Arguments.of("group: []", "rules.yaml:1: group: unknown key; did you mean \"groups\"?"),
                Arguments.of("groups:\n- rules: []", "rules.yaml:2: groups[0]: a group needs a name"),
                Arguments.of(
                        "groups:\n- name: g\n- name: g",
                        "rules.yaml:3: groups[1]: the group \"g\" stands twice in this file, first at line 2"),
                Arguments.of(
                        "groups:\n- name: g\n  partial_response_strategy: warn",
                        "rules.yaml:3: groups[0].partial_response_strategy: unknown key; known are: interval, labels,"
                                + " limit, name, query_offset, rules"),
                Arguments.of("groups:\n- name: g\n  labels: {a-b: c}", "\"a-b\" is no valid label name"),
                Arguments.of("groups:\n- name: g\n  interval: soon", "rules.yaml:3: groups[0].interval: not a valid"),
                rule("expr: up", "rules.yaml:4: groups[0].rules[0]: a rule needs alert or record"),
                rule("{alert: A, record: r, expr: up}", "a rule is alert or record, not both"),
                rule("alert: A", "rules.yaml:4: groups[0].rules[0]: a rule needs expr"),
                rule("{alert: A, expr: ''}", "a rule needs expr"),
                rule("{record: a b, expr: up}", "groups[0].rules[0].record: \"a b\" is no valid metric name"),
                rule("{record: r, expr: up, for: 1m}", "groups[0].rules[0].for: a recording rule has no for"),
                rule("{record: r, expr: up, keep_firing_for: 1m}", "a recording rule has no keep_firing_for"),
                rule("{record: r, expr: up, missing: ok}", "a recording rule has no missing"),
                rule("{record: r, expr: up, annotations: {a: b}}", "a recording rule has no annotations"),
                rule("{alert: A, expr: up, labels: {__name__: x}}", "\"__name__\" is no valid label name"),
                rule("{alert: A, expr: up, labels: {a: [b]}}", "a label's value must be text"),
                rule("{alert: A, expr: up, annotations: {a-b: x}}", "\"a-b\" is no valid annotation name"),
                rule("{alert: A, expr: up, for: 5}", "groups[0].rules[0].for: not a valid duration string: \"5\""),
                rule("{alert: A, expr: up, missing: maybe}", "expected hold, ok or alert, found \"maybe\""),
                rule("{alert: A, expr: up, datapoints: 3}", "datapoints: expected M of N, like 3 of 5, found \"3\""),
                rule("{alert: A, expr: up, datapoints: 6 of 5}", "expected M of N, with 1 <= M <= N <= 60, found"),
                rule("{alert: A, expr: up, datapoints: 1 of 61}", "datapoints: expected M of N, with 1 <= M <= N"),
                rule("{record: r, expr: up, datapoints: 1 of 2}", "a recording rule has no datapoints"),
                rule("{alert: A, expr: up, when: now}", "groups[0].rules[0].when: unknown key"),
                rule("{alert: A, expr: up, expr: down}", "stands twice"),
                rule(
                        "alert: A\n    expr: up\n    annotations:\n      a: '{{ nosuch }}'",
                        "rules.yaml:7: groups[0].rules[0].annotations.a: column 14: template: function \"nosuch\" not"
                                + " defined"),
                rule(
                        "alert: A\n    expr: up\n    annotations:\n      a: |\n        first\n        and {{ $x }}",
                        "rules.yaml:9: groups[0].rules[0].annotations.a: column 16: template: undefined variable"
                                + " \"$x\""),
                rule("alert: A\n    expr: sum(up", "rules.yaml:5: groups[0].rules[0].expr: column 17: parse error: "),
                rule("alert: A\n    expr: \"up{a=\\\"b\\\"} +\"", "rules.yaml:5: groups[0].rules[0].expr: column 25: "),
                rule(
                        "alert: A\n    expr: |\n      sum(\n        up\n      ) ) 3",
                        "rules.yaml:8: groups[0].rules[0].expr: column 9: parse error: "),
                rule(
                        "alert: A\n    expr: >-\n      sum(up)\n      >\n      > 3",
                        "rules.yaml:8: groups[0].rules[0].expr: column 7: parse error: "),
                Arguments.of(
                        "groups:\n- name: g\n  rules:\n  - {alert: A, expr: up>1}\n  - {alert: A, expr: up > 1}",
                        "rules.yaml:5: groups[0].rules[1]: the rule \"A\" stands twice, first at line 4"),
                Arguments.of("groups:\n  - name: g\n rules: []", "rules.yaml:3: not valid YAML"));
    }

    private static Arguments rule(String rule, String message) {
        return Arguments.of("groups:\n- name: g\n  rules:\n  - " + rule, message);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWithFileLineAndKey(String text, String message) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("rules.yaml:")
                .hasMessageContaining(message);
    }

    @Test
    void rulesThatDifferOnlyInTheirExpressionAreTakenWithAWarning() throws ConfigException {
        RuleFile file = parse("""
                groups:
                  - name: g
                    rules:
                      - {alert: A, expr: up > 1}
                      - {alert: A, expr: up > 2}
                """);

        assertThat(file.ruleCount()).isEqualTo(2);
        assertThat(file.warnings()).singleElement().asString().startsWith("rules.yaml:5: groups[0].rules[1]: ");
    }

    @Test
    void theCheckSaysAVerdictForEachFileAndEveryProblem() throws Exception {
        Path good =
                Files.writeString(folder.resolve("good.yaml"), "groups: [{name: g, rules: [{record: r, expr: up}]}]");
        Path bad = Files.writeString(folder.resolve("bad.yaml"), """
                groups:
                  - name: g
                    rules:
                      - {alert: A, expr: 'up >', for: x}
                      - {record: r, expr: up}
                      - {alert: B}
                """);
        StringWriter out = new StringWriter();

        boolean all = RuleCheck.check(List.of(good, bad, folder.resolve("none.yaml")), new PrintWriter(out));

        assertThat(all).isFalse();
        assertThat(out.toString().lines().map(line -> line.replace(folder.toString(), "")))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("/good.yaml: SUCCESS: 1 rule found"),
                        line -> assertThat(line).isEqualTo("/bad.yaml: FAILED"),
                        line -> assertThat(line).startsWith("  /bad.yaml:4: groups[0].rules[0].expr: column "),
                        line -> assertThat(line).startsWith("  /bad.yaml:4: groups[0].rules[0].for: not a valid"),
                        line -> assertThat(line).startsWith("  /bad.yaml:6: groups[0].rules[2]: a rule needs expr"),
                        line -> assertThat(line).isEqualTo("/none.yaml: FAILED"),
                        line -> assertThat(line).startsWith("  /none.yaml: can't be read: "));
    }

    @Test
    void theShippedRulesAreGoodForUsAndForPrometheus() throws Exception {
        // Not whatever is in the folder: people put theirs beside them.
        List<Path> files = Files.readAllLines(Path.of("conf/kustomization.yaml")).stream()
                .map(line -> line.substring(line.indexOf('=') + 1).strip())
                .filter(line -> line.startsWith("rules/"))
                .map(Path.of("conf")::resolve)
                .toList();
        assertThat(files).hasSizeGreaterThanOrEqualTo(3);
        for (Path file : files) {
            RuleFile rules = RuleFiles.read(file);
            assertThat(rules.ruleCount()).isPositive();
            assertThat(rules.warnings()).isEmpty();
            if (Files.readString(file).contains("missing: ok")) {
                continue; // a key of ours
            }
            Path promtool = Path.of("/usr/bin/promtool");
            Assumptions.assumeTrue(Files.isExecutable(promtool), "promtool is not installed");
            Path said = folder.resolve("said.txt");
            int status = new ProcessBuilder(promtool.toString(), "check", "rules", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start()
                    .waitFor();
            assertThat(status).as(Files.readString(said)).isZero();
            assertThat(Files.readString(said)).contains("SUCCESS");
        }
    }
}
