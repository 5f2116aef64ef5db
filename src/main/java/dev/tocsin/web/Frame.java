package dev.tocsin.web;

import dev.tocsin.core.Distribution;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one tick adds to a subscription's stream, encoded once for all its subscribers. Safe from any thread.
 */
final class Frame {
    /** What a series takes in the state that a frame keeps: its number and its value. */
    private static final int BYTES_A_SERIES = 12;

    private final long tickMillis;
    private final EventBytes announcements;
    private final EventBytes changes;
    private final State state;
    private @Nullable EventBytes whole;

    /**
     * What one query has at the tick.
     *
     * @param ids of the series
     * @param numbers theirs, in the same order
     * @param distributions by their place in that order: of series whose value is none of the numbers
     */
    record Values(int[] ids, double[] numbers, Map<Integer, Distribution> distributions) {}

    /**
     * All values at the tick.
     *
     * @param subscription its number
     * @param queries in order
     */
    record State(int subscription, List<Values> queries) {
        int size() {
            return queries.stream().mapToInt(each -> each.ids.length).sum();
        }
    }

    /**
     * @param announcements the series that are new, and the problems that changed: never skipped, as later frames build
     *     on them; mostly empty
     * @param changes the {@code tick} event for those who had the frame before
     */
    Frame(long tickMillis, EventBytes announcements, EventBytes changes, State state) {
        this.tickMillis = tickMillis;
        this.announcements = announcements;
        this.changes = changes;
        this.state = state;
    }

    long tickMillis() {
        return tickMillis;
    }

    EventBytes announcements() {
        return announcements;
    }

    EventBytes changes() {
        return changes;
    }

    /** The {@code tick} event for those who had not the frame before: all values. Made when first asked for. */
    synchronized EventBytes whole() {
        if (whole == null) {
            whole = TickEvent.whole(tickMillis, state);
        }
        return whole;
    }

    int length() {
        return announcements.length() + changes.length();
    }

    /** What it takes to keep it, about. */
    int keptBytes() {
        return changes.length() + BYTES_A_SERIES * state.size();
    }
}
