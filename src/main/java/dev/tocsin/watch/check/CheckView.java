package dev.tocsin.watch.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a check at one moment. Immutable.
 *
 * @param sinceMillis wall time at which it got into this state
 * @param failuresInARow results that were failures, without one between that was not
 * @param results the last 60, oldest first
 */
public record CheckView(
        CheckDefinition definition, CheckState state, long sinceMillis, int failuresInARow, List<Result> results) {
    public CheckView {
        results = List.copyOf(results);
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
