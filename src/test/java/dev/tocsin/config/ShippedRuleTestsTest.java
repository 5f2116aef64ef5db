package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.rule.Rule;
import dev.tocsin.rule.RuleGroup;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules that are shipped, each with its unit tests in promtool's format, and with what people need beside them. */
class ShippedRuleTestsTest {
    private static final Path BASE = Path.of(System.getProperty("tocsin.basedir", "."));
    private static final Path RULES = BASE.resolve("conf/rules");
    private static final Path PAGES = BASE.resolve("src/main/resources/docs");
    private static final Pattern RUNBOOK = Pattern.compile("\\{\\{ \\$externalURL }}/docs/(\\w+)#(\\w+)");
    private static final List<String> SEVERITIES = List.of("info", "warning", "high", "critical");

    @TempDir
    private Path folder;

    /** Not whatever is in the folder: people put theirs beside them. */
    static List<String> shipped() throws IOException {
        return Files.readAllLines(BASE.resolve("conf/kustomization.yaml")).stream()
                .filter(line -> line.contains("=rules/"))
                .map(line -> line.substring(line.indexOf("=rules/") + "=rules/".length()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void rulesSayWhatTheirTestsSay(String file) {
        StringWriter said = new StringWriter();

        boolean passed = RuleTestCheck.run(
                List.of(RULES.resolve("tests").resolve(file)),
                RuleTestCheck.Options.NONE,
                new PrintWriter(said),
                new PrintWriter(said));

        assertThat(passed).as(said.toString()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void prometheusSaysTheSame(String file) throws Exception {
        Path tests = Files.createDirectory(folder.resolve("tests")).resolve(file);
        Files.copy(RULES.resolve("tests").resolve(file), tests);
        // A key of ours, which says what is Prometheus' meaning anyway.
        String rules = Files.readString(RULES.resolve(file)).replaceAll("(?m)^ +missing: ok\n", "");
        Files.writeString(folder.resolve(file), rules);

        Promtool promtool = Promtool.run(folder, "test", "rules", "tests/" + file);

        assertThat(promtool.status()).as(promtool.toString()).isZero();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyRuleFiresInOneTestAndDoesNotInAnother(String file) throws Exception {
        List<Expectation> expectations = expectations(RULES.resolve("tests").resolve(file));

        for (Rule.AlertRule alert : alerts(file)) {
            String severity = alert.labelTexts().get("severity");
            List<Expectation> ofIt = expectations.stream()
                    .filter(each -> each.alert.equals(alert.name()))
                    .toList();
            assertThat(ofIt).as(alert.name() + " fires at " + severity).anyMatch(each -> each.fires(severity));
            assertThat(ofIt).as(alert.name() + " is quiet at " + severity).anyMatch(each -> !each.fires(severity));
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyRuleHasASeverityASummaryAndARunbookThatIsThere(String file) throws Exception {
        for (Rule.AlertRule alert : alerts(file)) {
            String severity = alert.labelTexts().get("severity");
            // Checks and data sets have a severity of their own, on their series.
            if (severity != null || !alert.expr().toString().matches("(?s).*(check|quality)_.*")) {
                assertThat(severity).as(alert.name()).isIn(SEVERITIES);
            }
            assertThat(alert.annotationTexts()).as(alert.name()).containsKeys("summary", "description", "runbook_url");
            Matcher runbook = RUNBOOK.matcher(alert.annotationTexts().get("runbook_url"));
            assertThat(runbook.matches()).as(alert.name()).isTrue();
            assertThat(runbook.group(2)).isEqualTo(alert.name().toLowerCase(Locale.ROOT));
            assertThat(Files.readAllLines(PAGES.resolve(runbook.group(1) + ".md")))
                    .as(runbook.group())
                    .anyMatch(line -> line.matches("#+ " + alert.name()));
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyFileSaysFirstWhatItExpects(String file) throws Exception {
        assertThat(Files.readString(RULES.resolve(file))).startsWith("# ");
    }

    private static List<Rule.AlertRule> alerts(String file) throws Exception {
        List<Rule.AlertRule> alerts = new ArrayList<>();
        for (RuleGroup group : RuleFiles.read(RULES.resolve(file)).groups()) {
            for (Rule rule : group.rules()) {
                if (rule instanceof Rule.AlertRule alert) {
                    alerts.add(alert);
                }
            }
        }
        assertThat(alerts).as(file).isNotEmpty();
        return alerts;
    }

    /** @param severities of the alerts that fire at that time */
    private record Expectation(String alert, List<String> severities) {
        /** @param severity null where the series say it */
        boolean fires(String severity) {
            return severity == null ? !severities.isEmpty() : severities.contains(severity);
        }
    }

    private static List<Expectation> expectations(Path file) throws Exception {
        List<Expectation> expectations = new ArrayList<>();
        YamlNode root = YamlNode.parse(file.toString(), Files.readString(file));
        for (YamlNode test : root.asMap().get("tests").asList()) {
            for (YamlNode expected : test.asMap().get("alert_rule_test").asList()) {
                List<String> severities = new ArrayList<>();
                YamlNode alerts = expected.asMap().get("exp_alerts");
                for (YamlNode alert : alerts == null ? List.<YamlNode>of() : alerts.asList()) {
                    severities.add(alert.asMap()
                            .get("exp_labels")
                            .asMap()
                            .get("severity")
                            .asString());
                }
                expectations.add(
                        new Expectation(expected.asMap().get("alertname").asString(), severities));
            }
        }
        return expectations;
    }
}
