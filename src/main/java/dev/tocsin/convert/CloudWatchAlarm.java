package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.YamlNode;
import dev.tocsin.core.PromDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One {@code AWS::CloudWatch::Alarm}, turned into an alert rule. Confined to one thread.
 *
 * <p>CloudWatch judges whole periods; here the same window slides and is judged every second, so that N periods of
 * length P in a row become {@code for: (N − 1) × P} over a window of P. M of N periods are judged once a period, as there.
 */
final class CloudWatchAlarm {
    private static final int MOST_SECONDS = 7 * 86_400;
    private static final Map<String, String> OPERATORS = Map.of(
            "GreaterThanThreshold", ">",
            "GreaterThanOrEqualToThreshold", ">=",
            "LessThanThreshold", "<",
            "LessThanOrEqualToThreshold", "<=");

    private static final Set<String> KNOWN = Set.of(
            "ActionsEnabled",
            "AlarmActions",
            "AlarmDescription",
            "AlarmName",
            "ComparisonOperator",
            "DatapointsToAlarm",
            "Dimensions",
            "EvaluationPeriods",
            "ExtendedStatistic",
            "MetricName",
            "Metrics",
            "Namespace",
            "Period",
            "Statistic",
            "Threshold",
            "TreatMissingData");

    private final Fields alarm;
    private final CloudFormationTemplate template;
    private final String name;
    private final List<String> notes = new ArrayList<>();

    /** @param logicalName the resource's name in the template, which an alarm without a name of its own goes by */
    CloudWatchAlarm(CloudFormationTemplate template, String logicalName, YamlNode properties) throws ConfigException {
        this.template = template;
        this.alarm = Fields.of(properties, template::text);
        this.name = alarm.text("AlarmName", logicalName);
    }

    /**
     * @param rule to be put into a group
     * @param interval how often the group is judged; empty for every second
     * @param channels who is told
     */
    record Converted(CommentedYaml rule, Optional<Duration> interval, Set<String> channels) {}

    String name() {
        return name;
    }

    /** What has no equivalent, or means something else. */
    List<String> notes() {
        return notes;
    }

    /** @return empty where it has no equivalent; {@link #notes} says why */
    Optional<Converted> convert() throws ConfigException {
        Duration period = Duration.ofSeconds(alarm.whole("Period", 1, MOST_SECONDS, 300));
        Optional<String> left = left(period);
        String comparison = alarm.text("ComparisonOperator", "");
        Optional<String> operator = Optional.ofNullable(OPERATORS.get(comparison));
        Optional<String> threshold = alarm.text("Threshold");
        if (operator.isEmpty() || threshold.isEmpty()) {
            notes.add("the comparison \"" + comparison + "\" has no equivalent without a threshold of its own");
        }
        if (left.isEmpty() || operator.isEmpty() || threshold.isEmpty()) {
            return Optional.empty();
        }
        CommentedYaml rule = new CommentedYaml()
                .put("alert", name)
                .put("expr", "(" + left.get() + ") " + operator.get() + " " + threshold.get());
        Optional<Duration> interval = duration(rule, period);
        missing(rule);
        Set<String> channels = actions();
        if (!channels.isEmpty()) {
            rule.put("labels", new CommentedYaml().put(Channels.LABEL, String.join(",", channels)));
        }
        Optional<String> description = alarm.text("AlarmDescription");
        if (description.isPresent()) {
            rule.put("annotations", new CommentedYaml().put("description", TemplateText.plain(description.get())));
        }
        alarm.names().stream()
                .filter(key -> !KNOWN.contains(key))
                .forEach(key -> notes.add(key + " has no equivalent"));
        notes.stream().distinct().forEach(rule::comment);
        return Optional.of(new Converted(rule, interval, channels));
    }

    /** The judged expression. */
    private Optional<String> left(Duration period) throws ConfigException {
        if (alarm.has("Metrics")) {
            return math(period);
        }
        String statistic = alarm.text("Statistic", "Average");
        return expression(alarm, alarm.text("ExtendedStatistic", statistic), period, true);
    }

    private Optional<String> expression(Fields metric, String statistic, Duration period, boolean keepsDimensions)
            throws ConfigException {
        CloudWatchMetric converted =
                new CloudWatchMetric(metric.text("Namespace", ""), metric.text("MetricName", name), dimensions(metric));
        if (converted.isOfAws()) {
            notes.add(converted.origin());
        }
        Optional<String> expression = converted.expression(statistic, period, keepsDimensions);
        if (expression.isEmpty()) {
            notes.add("the statistic " + statistic + " has no equivalent");
        }
        return expression;
    }

    private Map<String, String> dimensions(Fields metric) throws ConfigException {
        Map<String, String> dimensions = new LinkedHashMap<>();
        for (YamlNode each : metric.items("Dimensions")) {
            Fields dimension = Fields.of(each, template::text);
            dimensions.put(
                    dimension.text("Name").orElseThrow(() -> each.error("a dimension needs Name")),
                    dimension.text("Value", ""));
        }
        return dimensions;
    }

    private Optional<String> math(Duration period) throws ConfigException {
        Map<String, String> operands = new HashMap<>();
        Optional<String> returned = Optional.empty();
        for (YamlNode node : alarm.items("Metrics")) {
            Fields query = Fields.of(node, template::text);
            Optional<String> math = query.text("Expression");
            Optional<String> operand;
            if (math.isPresent()) {
                operand = MetricMath.expression(math.get(), operands);
                if (operand.isEmpty()) {
                    notes.add("the metric math " + math.get() + " has no equivalent, or uses what stands below it");
                }
            } else {
                Fields stat = query.fields("MetricStat");
                Duration own =
                        Duration.ofSeconds(stat.whole("Period", 1, MOST_SECONDS, Math.toIntExact(period.toSeconds())));
                operand = expression(stat.fields("Metric"), stat.text("Stat", "Average"), own, false);
            }
            if (operand.isEmpty()) {
                return Optional.empty();
            }
            operands.put(query.text("Id").orElseThrow(() -> node.error("a metric query needs Id")), operand.get());
            if (query.isTrue("ReturnData", true)) {
                returned = operand;
            }
        }
        return returned;
    }

    private Optional<Duration> duration(CommentedYaml rule, Duration period) throws ConfigException {
        int periods = alarm.whole("EvaluationPeriods", 1, 10_000, 1);
        int datapoints = alarm.whole("DatapointsToAlarm", 1, 10_000, periods);
        if (datapoints < periods) {
            rule.put("datapoints", datapoints + " of " + periods);
            return Optional.of(period);
        }
        if (periods > 1) {
            rule.put(
                    "for", PromDuration.format(period.multipliedBy(periods - 1L).toMillis()));
        }
        return Optional.empty();
    }

    private void missing(CommentedYaml rule) throws ConfigException {
        switch (alarm.text("TreatMissingData", "missing")) {
            case "notBreaching" -> rule.put("missing", "ok");
            case "breaching" -> rule.put("missing", "alert");
            default -> {
                // "missing" and "ignore": the state is held, which is the default here.
            }
        }
    }

    private Set<String> actions() throws ConfigException {
        Set<String> channels = new LinkedHashSet<>();
        if (!alarm.isTrue("ActionsEnabled", true)) {
            notes.add("its actions were disabled: it is on the page only");
            return channels;
        }
        for (String action : alarm.texts("AlarmActions")) {
            channels.add(Channels.name(action));
        }
        return channels;
    }
}
