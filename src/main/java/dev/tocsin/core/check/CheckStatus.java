package dev.tocsin.core.check;

import dev.tocsin.core.Labels;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a check at one moment. Immutable.
 *
 * @param labels of its series, {@code check}, {@code kind} and {@code severity} among them
 * @param interval at which it is asked
 * @param dependsOn names of checks
 * @param sinceMillis wall time at which it got into this state
 * @param failuresInARow results that were failures, without one between that was not
 * @param results the last 60, oldest first
 * @param recoveries runs of its recovery action, the last 60, oldest first
 */
public record CheckStatus(
        String name,
        String kind,
        Labels labels,
        Duration interval,
        List<String> dependsOn,
        CheckState state,
        long sinceMillis,
        int failuresInARow,
        List<Result> results,
        List<RecoveryRun> recoveries) {
    public CheckStatus {
        dependsOn = List.copyOf(dependsOn);
        results = List.copyOf(results);
        recoveries = List.copyOf(recoveries);
    }

    /** The same with these runs of its recovery action. */
    public CheckStatus with(List<RecoveryRun> runs) {
        return new CheckStatus(
                name, kind, labels, interval, dependsOn, state, sinceMillis, failuresInARow, results, runs);
    }

    /**
     * One run.
     *
     * @param atMillis wall time at which it began
     */
    public record Result(long atMillis, boolean ok, double tookMillis, String message) {}

    /** Null before the first run. */
    public @Nullable Result last() {
        return results.isEmpty() ? null : results.getLast();
    }
}
