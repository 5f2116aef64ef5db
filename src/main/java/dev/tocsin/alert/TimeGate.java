package dev.tocsin.alert;

import dev.tocsin.core.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a route tells nobody. Not inherited. Immutable.
 *
 * @param mute while one of these holds, the route is mute
 * @param active where there are any, the route is mute unless one of these holds
 */
public record TimeGate(List<Named> mute, List<Named> active) {
    public static final TimeGate ALWAYS_OPEN = new TimeGate(List.of(), List.of());

    public TimeGate {
        mute = List.copyOf(mute);
        active = List.copyOf(active);
    }

    /** An entry of {@code time_intervals}. */
    public record Named(String name, List<TimeInterval> intervals) {
        public Named {
            intervals = List.copyOf(intervals);
        }

        boolean contains(Instant time) {
            return intervals.stream().anyMatch(interval -> interval.contains(time));
        }
    }

    /** Why the route is mute at that moment; empty where it is not. */
    Optional<Verdict> closedAt(Instant time) {
        if (!active.isEmpty() && active.stream().noneMatch(interval -> interval.contains(time))) {
            return Optional.of(Verdict.OUTSIDE_ACTIVE_TIME);
        }
        return mute.stream().anyMatch(interval -> interval.contains(time))
                ? Optional.of(Verdict.IN_MUTE_TIME)
                : Optional.empty();
    }
}
