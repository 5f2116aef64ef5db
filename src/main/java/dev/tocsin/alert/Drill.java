package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import java.time.Duration;
import java.util.List;

/**
 * A rehearsal of the whole way from a packet to a receiver: a rule for a metric that nobody else sends, and routes for
 * what comes of it. Immutable.
 *
 * @param receiver who is told of the drill, by name
 * @param alarmReceiver who is told that one did not arrive
 * @param every how long from one to the next; zero for only when asked
 * @param within how long it may take
 */
public record Drill(String receiver, String alarmReceiver, Duration every, Duration within) {
    public static final Duration DEFAULT_WITHIN = Duration.ofSeconds(10);

    /** The name of the metric as StatsD has it. */
    public static final String METRIC = "tocsin.drill";

    /** The label of alerts that are part of a drill, with the value {@code true}. */
    public static final String LABEL = "drill";

    /** The label with the drill's number: each is an alert of its own, and news whatever became of the one before. */
    public static final String NUMBER = "drill_number";

    /** The alert that a drill is. */
    public static final String ALERT = "Drill";

    /** The alert that one did not arrive. */
    public static final String FAILED = "DrillFailed";

    /** The rule, as a rule file. */
    public static final String RULES = """
            groups:
              - name: drill
                rules:
                  - alert: Drill
                    expr: tocsin_drill > 0
                    missing: ok
                    labels: {drill: "true", drill_number: '{{ printf "%.0f" $value }}', severity: none}
                    annotations: {summary: This is a drill. Nothing is wrong.}
            """;

    /** The tree with two branches before all others. */
    public Route into(Route root) {
        Duration repeat = root.options().repeatInterval();
        return root.withFirst(branch(root, FAILED, options(alarmReceiver, repeat)))
                .withFirst(branch(root, ALERT, options(receiver, repeat)));
    }

    /** Waits for nothing: how long something takes is what a drill is for. */
    private static RouteOptions options(String receiver, Duration repeat) {
        return new RouteOptions(receiver, GroupBy.NOTHING, Duration.ZERO, Duration.ofSeconds(1), repeat);
    }

    private static Route branch(Route root, String alertName, RouteOptions options) {
        List<Matcher> matchers = List.of(
                new Matcher("alertname", Matcher.Op.EQUAL, alertName), new Matcher(LABEL, Matcher.Op.EQUAL, "true"));
        return new Route(root.key(), matchers, false, options, TimeGate.ALWAYS_OPEN, List.of());
    }

    /** Whether an alert is part of a drill. */
    static boolean isOf(Labels alert) {
        return alert.get(LABEL).equals("true");
    }

    /** The labels of the alert that a drill did not arrive. */
    public static Labels failedLabels() {
        return Labels.of("alertname", FAILED, LABEL, "true", "severity", "critical");
    }
}
