package dev.tocsin.config;

import dev.tocsin.core.Labels;
import dev.tocsin.promql.PromNumber;
import dev.tocsin.rule.RuleGroup;
import dev.tocsin.rule.RuleTests;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * promtool's unit-test files, of Prometheus 3: {@code rule_files} (patterns relative to the file), {@code
 * evaluation_interval}, {@code group_eval_order}, {@code fuzzy_compare} and {@code tests}. Strict: an unknown key is an
 * error. Used by one thread, once.
 */
final class RuleTestFile {
    private static final Set<String> FILE_KEYS =
            Set.of("rule_files", "evaluation_interval", "group_eval_order", "fuzzy_compare", "tests");
    private static final Set<String> TEST_KEYS = Set.of(
            "name",
            "interval",
            "start_timestamp",
            "input_series",
            "alert_rule_test",
            "promql_expr_test",
            "external_labels",
            "external_url");
    private static final long MINUTE_MILLIS = 60_000;

    private final Path file;
    private final PrintWriter warnings;
    private long evaluationIntervalMillis = MINUTE_MILLIS;

    /** @param warnings where patterns are told that no file matches */
    RuleTestFile(Path file, PrintWriter warnings) {
        this.file = file;
        this.warnings = warnings;
    }

    /**
     * The file and the rules that it names. As in promtool, those are only read where there is a test.
     *
     * @throws ConfigException naming file, line and key of the first problem, be it in a rule file
     */
    RuleTests read() throws ConfigException {
        ConfigText text = ConfigFolder.readFile(file);
        Map<String, YamlNode> keys = YamlNode.parse(text.name(), text.text()).asMap(FILE_KEYS);
        evaluationIntervalMillis = positive(keys.get("evaluation_interval"), MINUTE_MILLIS);
        Map<String, Integer> order = order(list(keys.get("group_eval_order")));
        YamlNode fuzzy = keys.get("fuzzy_compare");
        Set<Path> rulePaths = new LinkedHashSet<>();
        for (YamlNode pattern : list(keys.get("rule_files"))) {
            List<Path> found = FilePattern.files(file.toAbsolutePath().resolveSibling(""), pattern.asString());
            if (found.isEmpty()) {
                warnings.println("  WARNING: no file match pattern " + pattern.asString());
            }
            rulePaths.addAll(found);
        }
        List<RuleTests.Case> cases = new ArrayList<>();
        for (YamlNode node : list(keys.get("tests"))) {
            cases.add(test(node.asMap(TEST_KEYS)));
        }
        List<RuleGroup> groups = new ArrayList<>();
        for (Path path : cases.isEmpty() ? Set.<Path>of() : rulePaths) {
            groups.addAll(RuleFiles.read(path).groups());
        }
        groups.sort(Comparator.comparingInt(group -> order.getOrDefault(group.name(), 0)));
        return new RuleTests(groups, evaluationIntervalMillis, fuzzy != null && fuzzy.asBoolean(), cases);
    }

    private static Map<String, Integer> order(List<YamlNode> names) throws ConfigException {
        Map<String, Integer> order = new HashMap<>();
        for (YamlNode name : names) {
            if (order.putIfAbsent(name.asString(), order.size()) != null) {
                throw name.error("group name repeated in evaluation order: " + name.asString());
            }
        }
        return order;
    }

    private RuleTests.Case test(Map<String, YamlNode> keys) throws ConfigException {
        List<RuleTests.InputSeries> series = new ArrayList<>();
        for (YamlNode node : list(keys.get("input_series"))) {
            Map<String, YamlNode> one = node.asMap(Set.of("series", "values"));
            series.add(
                    new RuleTests.InputSeries(RuleReader.text(one.get("series")), RuleReader.text(one.get("values"))));
        }
        List<RuleTests.AlertTest> alerts = new ArrayList<>();
        for (YamlNode node : list(keys.get("alert_rule_test"))) {
            alerts.add(alertTest(node.asMap(Set.of("eval_time", "alertname", "exp_alerts"))));
        }
        List<RuleTests.ExprTest> exprs = new ArrayList<>();
        for (YamlNode node : list(keys.get("promql_expr_test"))) {
            exprs.add(exprTest(node.asMap(Set.of("expr", "eval_time", "exp_samples"))));
        }
        String url = RuleReader.text(keys.get("external_url"));
        return new RuleTests.Case(
                RuleReader.text(keys.get("name")),
                positive(keys.get("interval"), evaluationIntervalMillis),
                start(keys.get("start_timestamp")),
                series,
                alerts,
                exprs,
                Labels.of(texts(keys.get("external_labels"))),
                url);
    }

    private static RuleTests.AlertTest alertTest(Map<String, YamlNode> keys) throws ConfigException {
        List<RuleTests.ExpectedAlert> expected = new ArrayList<>();
        for (YamlNode node : list(keys.get("exp_alerts"))) {
            Map<String, YamlNode> one = node.asMap(Set.of("exp_labels", "exp_annotations"));
            expected.add(new RuleTests.ExpectedAlert(texts(one.get("exp_labels")), texts(one.get("exp_annotations"))));
        }
        return new RuleTests.AlertTest(
                RuleReader.millis(keys.get("eval_time")), RuleReader.text(keys.get("alertname")), expected);
    }

    private static RuleTests.ExprTest exprTest(Map<String, YamlNode> keys) throws ConfigException {
        List<RuleTests.ExpectedSample> expected = new ArrayList<>();
        for (YamlNode node : list(keys.get("exp_samples"))) {
            Map<String, YamlNode> one = node.asMap(Set.of("labels", "value", "histogram"));
            YamlNode histogram = one.get("histogram");
            if (histogram != null && !histogram.asString().isEmpty()) {
                throw histogram.error("native histograms are not supported");
            }
            expected.add(new RuleTests.ExpectedSample(RuleReader.text(one.get("labels")), number(one.get("value"))));
        }
        return new RuleTests.ExprTest(
                RuleReader.text(keys.get("expr")), RuleReader.millis(keys.get("eval_time")), expected);
    }

    private static List<YamlNode> list(@Nullable YamlNode node) throws ConfigException {
        return node == null ? List.of() : node.asList();
    }

    private static Map<String, String> texts(@Nullable YamlNode node) throws ConfigException {
        Map<String, String> texts = new LinkedHashMap<>();
        if (node != null) {
            for (Map.Entry<String, YamlNode> entry : node.asMap().entrySet()) {
                texts.put(entry.getKey(), entry.getValue().asString());
            }
        }
        return texts;
    }

    /** Milliseconds; the default where there is none or 0, as in promtool. */
    private static long positive(@Nullable YamlNode node, long otherwise) throws ConfigException {
        long millis = RuleReader.millis(node);
        return millis == 0 ? otherwise : millis;
    }

    /** As YAML writes numbers: {@code .inf} and {@code .nan}, too. */
    private static double number(@Nullable YamlNode node) throws ConfigException {
        String text = RuleReader.text(node);
        try {
            return text.isEmpty() ? 0 : PromNumber.parse(text.replaceFirst("^([+-]?)\\.(?=[iInN])", "$1"));
        } catch (NumberFormatException e) {
            throw java.util.Objects.requireNonNull(node).error("expected a number, found \"" + text + "\"");
        }
    }

    /** Milliseconds since the epoch, from seconds or RFC 3339. */
    private static long start(@Nullable YamlNode node) throws ConfigException {
        String text = RuleReader.text(node);
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant().toEpochMilli()
                    : Math.round(PromNumber.parse(text) * 1e3);
        } catch (DateTimeParseException | NumberFormatException e) {
            throw java.util.Objects.requireNonNull(node)
                    .error("expected seconds since the epoch or a time like 2026-01-31T12:00:00Z, found \"" + text
                            + "\"");
        }
    }
}
