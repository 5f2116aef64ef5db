package dev.tocsin.rule;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.PromDuration;
import dev.tocsin.promql.PromNumber;
import dev.tocsin.template.GoDuration;
import dev.tocsin.template.GoFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares what unit tests expect with what came, and says the difference as promtool does.
 *
 * @param caseName empty where the case has none
 * @param fuzzy whether neighbouring floating point numbers are equal
 * @param diff whether what was missed and what was not expected is told line by line, in red and green, instead of both
 *     lists
 */
record RuleTestReport(String caseName, boolean fuzzy, boolean diff) {
    private static final String RED = "\u001b[0;31m";
    private static final String GREEN = "\u001b[0;32m";
    private static final String PLAIN = "\u001b[0m";

    /** One element of a result; the value is NaN where it is a distribution, which no test can expect. */
    record Sample(Labels labels, double value, @Nullable Distribution distribution) {
        @Override
        public String toString() {
            return quoted(labels.toMap()) + " " + (distribution == null ? number(value) : distribution);
        }
    }

    String alertWithoutName(long evalMillis) {
        return "an item under alert_rule_test misses required attribute alertname at eval_time "
                + PromDuration.format(evalMillis)
                + (caseName.isEmpty() ? "" : " (in TestGroup " + caseName + ")");
    }

    String ruleFailed(String rule, long sinceStartMillis, String error) {
        return "    rule: " + rule + ", time: " + new GoDuration(sinceStartMillis * 1_000_000) + ", err: " + error;
    }

    String exprFailed(RuleTests.ExprTest test, String error) {
        return "    expr: " + GoFormat.quote(test.expr()) + ", time: " + PromDuration.format(test.evalMillis())
                + ", err: " + error;
    }

    /** The difference, where there is one. */
    Optional<String> compareAlerts(RuleTests.AlertTest test, List<RuleTests.ExpectedAlert> got) {
        List<RuleTests.ExpectedAlert> expected = new ArrayList<>();
        for (RuleTests.ExpectedAlert alert : test.alerts()) {
            Map<String, String> labels = new TreeMap<>(alert.labels());
            labels.put("alertname", test.alertName());
            expected.add(new RuleTests.ExpectedAlert(labels, alert.annotations()));
        }
        List<String> exp = texts(expected);
        List<String> is = texts(got);
        if (exp.equals(is)) {
            return Optional.empty();
        }
        return Optional.of((caseName.isEmpty() ? "" : "    name: " + caseName + ",\n")
                + "    alertname: " + test.alertName() + ", time: " + PromDuration.format(test.evalMillis()) + ", \n"
                + (diff ? difference(exp, is) : "        exp:" + list(exp) + ", \n" + "        got:" + list(is)));
    }

    /** Labels and annotations of each, in order of both. */
    private static List<String> texts(List<RuleTests.ExpectedAlert> alerts) {
        return alerts.stream()
                .sorted(Comparator.<RuleTests.ExpectedAlert, Labels>comparing(alert -> Labels.of(alert.labels()))
                        .thenComparing(alert -> Labels.of(alert.annotations())))
                .map(alert -> "Labels:" + quoted(alert.labels()) + "\nAnnotations:" + quoted(alert.annotations()))
                .toList();
    }

    private static String list(List<String> alerts) {
        if (alerts.isEmpty()) {
            return "[]";
        }
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < alerts.size(); i++) {
            out.append(i == 0 ? "" : ",")
                    .append("\n")
                    .append(i)
                    .append(":\n")
                    .append(alerts.get(i).indent(2));
            out.setLength(out.length() - 1);
        }
        return out.append("\n]").toString().replace("\n", "\n            ");
    }

    /** The difference, where there is one. */
    Optional<String> compareSamples(RuleTests.ExprTest test, List<Sample> expected, List<Sample> got) {
        List<Sample> exp = sorted(expected);
        List<Sample> is = sorted(got);
        boolean same = exp.size() == is.size();
        for (int i = 0; same && i < exp.size(); i++) {
            same = exp.get(i).labels().equals(is.get(i).labels())
                    && is.get(i).distribution() == null
                    && sameNumber(exp.get(i).value(), is.get(i).value());
        }
        if (same) {
            return Optional.empty();
        }
        return Optional.of("    expr: " + GoFormat.quote(test.expr()) + ", time: "
                + PromDuration.format(test.evalMillis()) + ",\n"
                + (diff
                        ? difference(texts(exp, Sample::toString), texts(is, Sample::toString))
                        : "        exp: " + samples(exp) + "\n" + "        got: " + samples(is)));
    }

    private static <T> List<String> texts(List<T> things, java.util.function.Function<T, String> text) {
        return things.stream().map(text).toList();
    }

    private static String difference(List<String> expected, List<String> got) {
        List<String> missed = new ArrayList<>(expected);
        List<String> unexpected = new ArrayList<>(got);
        got.forEach(missed::remove);
        expected.forEach(unexpected::remove);
        StringBuilder out = new StringBuilder("        diff:");
        missed.forEach(one -> marked(RED, "-", one, out));
        unexpected.forEach(one -> marked(GREEN, "+", one, out));
        return out.toString();
    }

    private static void marked(String colour, String sign, String text, StringBuilder out) {
        text.lines()
                .forEach(line -> out.append("\n            ")
                        .append(colour)
                        .append(sign)
                        .append(' ')
                        .append(line)
                        .append(PLAIN));
    }

    private static List<Sample> sorted(List<Sample> samples) {
        return samples.stream().sorted(Comparator.comparing(Sample::labels)).toList();
    }

    private static String samples(List<Sample> samples) {
        return samples.isEmpty()
                ? "nil"
                : String.join(", ", samples.stream().map(Sample::toString).toList());
    }

    private boolean sameNumber(double x, double y) {
        return x == y
                || (Double.isNaN(x) && Double.isNaN(y))
                || (fuzzy && (Math.nextDown(x) == y || Math.nextUp(x) == y));
    }

    /** As Go formats with {@code E} and the shortest exact precision. */
    private static String number(double value) {
        return Double.isFinite(value) ? GoFormat.exponential(value).toUpperCase(Locale.ROOT) : PromNumber.format(value);
    }

    /** As Prometheus prints labels, the metric name among them. */
    private static String quoted(Map<String, String> labels) {
        StringBuilder out = new StringBuilder("{");
        new TreeMap<>(labels)
                .forEach((name, value) -> out.append(out.length() == 1 ? "" : ", ")
                        .append(name)
                        .append('=')
                        .append(GoFormat.quote(value)));
        return out.append('}').toString();
    }
}
