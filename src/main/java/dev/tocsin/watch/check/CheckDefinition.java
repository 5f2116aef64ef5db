package dev.tocsin.watch.check;

import dev.tocsin.core.Labels;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One check, as configured.
 *
 * @param name letters, digits, {@code . _ -}; one check has it
 * @param probe what is asked
 * @param interval from one run to the next: 1 s to a day
 * @param timeout after which a run has failed: 10 ms to the interval
 * @param failures in a row until it is down: 1 to 100
 * @param successes in a row until it is up again: 1 to 100
 * @param severity the label of that name
 * @param labels of its own, on all of its series
 * @param dependsOn names of checks without which this one says nothing
 * @param recovery what is run where it is down; null: nothing
 */
public record CheckDefinition(
        String name,
        ProbeSpec probe,
        Duration interval,
        Duration timeout,
        int failures,
        int successes,
        String severity,
        Labels labels,
        List<String> dependsOn,
        Maintenance maintenance,
        @Nullable RecoverySpec recovery) {
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    public static final int DEFAULT_FAILURES = 3;
    public static final int DEFAULT_SUCCESSES = 1;
    public static final String DEFAULT_SEVERITY = "critical";

    /** Labels that every series of a check has; none of its own may be called so. */
    public static final List<String> OWN_LABELS =
            List.of("check", "kind", "severity", "state", "phase", "value", "part", "told");

    public static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);
    public static final Duration MOST_INTERVAL = Duration.ofDays(1);
    public static final Duration LEAST_TIMEOUT = Duration.ofMillis(10);
    public static final int MOST_IN_A_ROW = 100;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,100}");

    /** @throws IllegalArgumentException saying which is out of its range */
    public CheckDefinition {
        require(
                NAME.matcher(name).matches(),
                "a check's name has 1 to 100 letters, digits, dots, dashes and underscores; this is \"" + name + "\"");
        require(timeout.compareTo(interval) <= 0, "the time-out of " + name + " is longer than its interval");
        dependsOn = List.copyOf(dependsOn);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** The labels of its series, without a metric name. */
    Labels seriesLabels() {
        return labels.with(Labels.of("check", name, "kind", probe.kind(), "severity", severity));
    }
}
