package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class RuleTestCheckTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private static Path shared(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(RuleTestCheckTest.class.getResource("/ruletests/" + name))
                .toURI());
    }

    private boolean run(Path... files) {
        return run(RuleTestCheck.Options.NONE, files);
    }

    private boolean run(RuleTestCheck.Options options, Path... files) {
        return RuleTestCheck.run(List.of(files), options, new PrintWriter(out), new PrintWriter(err));
    }

    private boolean run(String text) throws Exception {
        return run(Files.writeString(folder.resolve("test.yml"), text));
    }

    @Test
    void aFileWhoseTestsHoldSucceeds() throws Exception {
        Path file = shared("holds.yml");

        assertThat(run(file)).as(err.toString()).isTrue();
        assertThat(out).hasToString("Unit Testing:  " + file + "\n  SUCCESS\n\n");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"holds.yml", "fails.yml"})
    void saysWhatPromtoolSays(String name) throws Exception {
        Path file = shared(name);

        Promtool promtool = Promtool.run(file.getParent(), "test", "rules", file.toString());

        assertThat(run(file)).isEqualTo(promtool.status() == 0);
        assertThat(err.toString()).isEqualToNormalizingNewlines(told(promtool.err(), file));
        // promtool prints an empty line on standard output behind each failure.
        assertThat(out.toString().stripTrailing()).isEqualTo(promtool.out().stripTrailing());
    }

    /** promtool tells a pattern with its folder. */
    private static String told(String err, Path file) {
        return err.replace("pattern " + file.getParent() + "/", "pattern ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tests: []",
                "",
                "rule_files: [nosuch.yml]\ntests: []",
                "tests: [{}]",
                "tests:\n- promql_expr_test: [{expr: '1 +', eval_time: 1m}]",
                "tests:\n- interval: 1m\n  promql_expr_test: [{expr: '1', eval_time: 1m, exp_samples: [{value: 1}]}]",
                "tests:\n- interval: 1m\n  promql_expr_test: [{expr: '\"text\"', eval_time: 1m}]",
                "tests:\n- interval: 1m\n  promql_expr_test: [{expr: 'vector(1)', eval_time: 1m, exp_samples:"
                        + " [{labels: '{', value: 1}]}]",
                "tests:\n- interval: 1m\n  input_series: [{series: 'up{', values: 1}]",
                "tests:\n- interval: 1m\n  input_series: [{series: 'up', values: 'one'}]",
                "tests:\n- interval: 1m\n  alert_rule_test: [{eval_time: 1m}]",
                "tests:\n- interval: 1m\n  alert_test: []",
                "test: []",
                "group_eval_order: [a, b, a]",
                "evaluation_interval: often",
                "tests:\n- interval: -1m",
                "rule_files: [bad.yml]\ntests: [{interval: 1m}]",
                "rule_files: [bad.yml]",
                "rule_files: [twice.yml]\ntests: [{interval: 1m, input_series: [{series: m, values: 1x9}],"
                        + " promql_expr_test: [{expr: m, eval_time: 2m, exp_samples: [{labels: m, value: 1}]}]}]",
                "rule_files: [again.yml]\ntests: [{interval: 1m, input_series: [{series: m, values: 1x9}],"
                        + " promql_expr_test: [{expr: m, eval_time: 2m, exp_samples: [{labels: m, value: 1}]}]}]",
                "rule_files: [fails.yml]\ntests: [{interval: 1m, input_series: [{series: 'm{a=\"1\"}', values: 1x9},"
                        + " {series: 'm{a=\"2\"}', values: 1x9}], promql_expr_test: [{expr: m, eval_time: 2m}]}]",
            })
    void exitsAsPromtoolDoes(String text) throws Exception {
        Files.writeString(folder.resolve("bad.yml"), "groups: [{name: g, rules: [{record: r, expr: 'up >'}]}]");
        Files.writeString(
                folder.resolve("fails.yml"), "groups: [{name: g, rules: [{record: r, expr: 'm * on () m'}]}]");
        Files.writeString(
                folder.resolve("twice.yml"),
                "groups: [{name: g, rules: [{record: r, expr: m}, {record: r, expr: 'm + 1'}]}]");
        Files.writeString(
                folder.resolve("again.yml"),
                "groups: [{name: g, rules: [{record: r, expr: m}, {record: r, expr: 'm + 0'}]}]");
        boolean good = run(text);

        Promtool promtool = Promtool.run(folder, "test", "rules", "test.yml");

        assertThat(good).as(promtool + "\n" + err).isEqualTo(promtool.status() == 0);
    }

    private static final String THREE_GROUPS = """
            tests:
              - {name: good one, promql_expr_test: [{expr: vector(1), exp_samples: [{value: 1}]}]}
              - {name: bad one, promql_expr_test: [{expr: vector(2) < 3, exp_samples: [{labels: x, value: 2}]}]}
              - {name: worse, promql_expr_test: [{expr: '1 + 1', exp_samples: []}, {expr: '3', exp_samples: []}]}
            """;

    private Path threeGroups() throws Exception {
        return Files.writeString(folder.resolve("three.yml"), THREE_GROUPS);
    }

    @Test
    void runsOnlyTheGroupsAskedFor() throws Exception {
        Path file = threeGroups();

        assertThat(run(RuleTestCheck.Options.of(List.of("^good"), false, null), file))
                .as(err.toString())
                .isTrue();
        assertThat(run(RuleTestCheck.Options.of(List.of("^good", "wors."), false, null), file))
                .isFalse();
        assertThat(err.toString()).contains("1 + 1").doesNotContain("vector(2)");
        assertThat(run(RuleTestCheck.Options.of(List.of("none of them"), false, null), file))
                .isTrue();
    }

    @Test
    void writesWhatJunitReads() throws Exception {
        Path report = folder.resolve("junit.xml");
        Path broken = Files.writeString(folder.resolve("broken.yml"), "tests: <&>");

        assertThat(run(RuleTestCheck.Options.of(List.of(), false, report), threeGroups(), broken))
                .isFalse();

        Element suites = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getDocumentElement();
        assertThat(suites.getTagName()).isEqualTo("testsuites");
        NodeList all = suites.getElementsByTagName("testsuite");
        Element three = (Element) all.item(0);
        assertThat(three.getAttribute("name"))
                .isEqualTo(folder.resolve("three.yml").toString());
        assertThat(three.getAttribute("tests")).isEqualTo("3");
        assertThat(three.getAttribute("failures")).isEqualTo("3");
        assertThat(three.getAttribute("errors")).isEqualTo("0");
        Element bad = (Element) three.getElementsByTagName("testcase").item(1);
        assertThat(bad.getAttribute("name")).isEqualTo("bad one");
        assertThat(bad.getElementsByTagName("failure").getLength()).isEqualTo(1);
        assertThat(bad.getTextContent()).contains("expr: \"vector(2) < 3\"");
        Element second = (Element) all.item(1);
        assertThat(second.getAttribute("errors")).isEqualTo("1");
        assertThat(second.getTextContent()).contains("<&>");
    }

    @Test
    void aReportThatCannotBeWrittenFails() throws Exception {
        Path file = Files.writeString(folder.resolve("empty.yml"), "tests: []");

        assertThat(run(RuleTestCheck.Options.of(List.of(), false, folder), file))
                .isFalse();
        assertThat(err.toString()).contains("failed to write JUnit XML to " + folder);
    }

    @Test
    void aDifferenceIsToldLineByLineInColours() throws Exception {
        run(RuleTestCheck.Options.of(List.of("bad"), true, null), threeGroups());

        assertThat(err.toString()).contains("""
                        diff:
                            \u001b[0;31m- {__name__="x"} 2E+00\u001b[0m
                            \u001b[0;32m+ {} 2E+00\u001b[0m
                """.stripTrailing().indent(0).stripTrailing());
    }

    @Test
    void neighboursAreEqualOnlyWhereCompareIsFuzzy() throws Exception {
        String test = """
                tests:
                  - interval: 1m
                    input_series: [{series: a, values: '2.9999999999999996 3.0000000000000013'}]
                    promql_expr_test:
                      - {expr: a, eval_time: 0, exp_samples: [{labels: a, value: 3}]}
                """;
        assertThat(run(test)).isFalse();
        assertThat(run("fuzzy_compare: true\n" + test)).isTrue();
        assertThat(run("fuzzy_compare: true\n" + test.replace("eval_time: 0", "eval_time: 1m")))
                .isFalse();
    }

    @Test
    void aCaseCanBeginAtATimeAndKnowsItsExternalUrl() throws Exception {
        Files.writeString(folder.resolve("rules.yml"), """
                groups:
                  - name: g
                    labels: {team: a}
                    query_offset: 1m
                    rules:
                      - {alert: A, expr: a == 2, annotations: {at: '{{ externalURL }}'}}
                """);

        assertThat(run("""
                rule_files: [rules.yml]
                tests:
                  - interval: 1m
                    start_timestamp: 2026-01-31T12:00:00Z
                    external_url: http://here
                    input_series: [{series: a, values: '1 2 3'}]
                    promql_expr_test:
                      - {expr: hour(), eval_time: 2m, exp_samples: [{value: 12}]}
                      - {expr: timestamp(a), eval_time: 2m, exp_samples: [{value: 1769860920}]}
                    alert_rule_test:
                      - {eval_time: 1m, alertname: A}
                      - eval_time: 2m
                        alertname: A
                        exp_alerts: [{exp_labels: {team: a}, exp_annotations: {at: 'http://here'}}]
                """)).as(err.toString()).isTrue();
    }

    @Test
    void missingDataMeanWhatTheyMeanToPrometheus() throws Exception {
        Files.writeString(
                folder.resolve("rules.yml"),
                "groups: [{name: g, rules: [{alert: A, expr: a > 1, missing: hold}, {alert: B, expr: a > 1}]}]");

        assertThat(run("""
                rule_files: [rules.yml]
                tests:
                  - interval: 1m
                    input_series: [{series: a, values: '2 stale'}]
                    alert_rule_test:
                      - {eval_time: 0, alertname: A, exp_alerts: [{}]}
                      - {eval_time: 1m, alertname: A}
                      - {eval_time: 1m, alertname: B}
                """)).as(err.toString()).isTrue();
    }

    @Test
    void aProblemOfTheFileIsToldWithItsLine() throws Exception {
        assertThat(run("tests:\n  - input_series:\n      - {series: a, value: 1}\n"))
                .isFalse();
        assertThat(err.toString())
                .isEqualTo("  FAILED:\n" + folder.resolve("test.yml")
                        + ":3: tests[0].input_series[0].value: unknown key; did you mean \"values\"?\n");
    }

    @Test
    void nativeHistogramsAreRefusedInWords() throws Exception {
        assertThat(run("tests: [{input_series: [{series: a, values: '{{schema:0 count:1}}'}]}]"))
                .isFalse();
        assertThat(err.toString()).contains("native histograms are not supported");
    }
}
