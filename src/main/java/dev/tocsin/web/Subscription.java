package dev.tocsin.web;

import dev.tocsin.core.Clock;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.promql.QueryOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One set of live queries, with everybody who has it. Confined to the hub, but for {@link #evaluate}: while that runs,
 * on another thread, the frames are its own, and newcomers wait.
 */
final class Subscription {
    /** Ticks that may wait for a long evaluation: a short pause of the process leaves no hole in any chart. */
    private static final int MAX_DUE = 5;

    /** @param lastEventMillis the last tick seen; 0 for none */
    record Newcomer(StreamLoop loop, StreamLoop.Subscriber subscriber, long lastEventMillis) {}

    final SubscriptionKey key;
    private final int number;
    private final FrameSequence frames;
    private final StreamSettings settings;
    private final Map<StreamLoop.Subscriber, StreamLoop> subscribers = new HashMap<>();
    private final List<Newcomer> waiting = new ArrayList<>();
    private final ArrayDeque<Long> due = new ArrayDeque<>();
    private boolean evaluating;
    private long emptySinceNanos;
    private volatile boolean dropped;

    /** @param number of no other subscription of this process */
    Subscription(int number, SubscriptionKey key, StreamSettings settings) {
        this.number = number;
        this.key = key;
        this.settings = settings;
        this.frames = new FrameSequence(number, key.queries().size(), settings);
    }

    void join(Newcomer newcomer) {
        subscribers.put(newcomer.subscriber(), newcomer.loop());
        if (evaluating) {
            waiting.add(newcomer);
        } else {
            open(newcomer);
        }
    }

    private void open(Newcomer newcomer) {
        FrameSequence.Opening opening = frames.opening(newcomer.lastEventMillis());
        newcomer.loop().run(() -> newcomer.loop().subscribe(newcomer.subscriber(), number, opening));
    }

    /** A subscriber that never came in makes no difference. */
    void leave(StreamLoop.Subscriber subscriber, long nowNanos) {
        subscribers.remove(subscriber);
        waiting.removeIf(each -> each.subscriber().equals(subscriber));
        emptySinceNanos = nowNanos;
    }

    Set<StreamLoop> loops() {
        return new HashSet<>(subscribers.values());
    }

    boolean isAbandoned(long nowNanos) {
        return subscribers.isEmpty()
                && nowNanos - emptySinceNanos >= settings.linger().toNanos();
    }

    boolean isEmpty() {
        return subscribers.isEmpty();
    }

    /** Nobody will have it any more: an evaluation under way may stop. */
    void drop() {
        dropped = true;
    }

    /** Whether to evaluate now; while an evaluation is under way, the tick waits for its end. */
    enum Start {
        NOW,
        LATER,
        /** Too many ticks wait: the oldest will not be evaluated. */
        LATER_WITHOUT_OLDEST
    }

    Start begin(long tickMillis) {
        if (!evaluating) {
            evaluating = true;
            return Start.NOW;
        }
        due.addLast(tickMillis);
        if (due.size() <= MAX_DUE) {
            return Start.LATER;
        }
        due.removeFirst();
        return Start.LATER_WITHOUT_OLDEST;
    }

    /**
     * The evaluation is over, one way or another.
     *
     * @return the tick to go on with at once; null where none waits
     */
    @Nullable
    Long end() {
        waiting.forEach(this::open);
        waiting.clear();
        Long next = dropped ? null : due.pollFirst();
        evaluating = next != null;
        return next;
    }

    /** The frame of one tick. On any thread, between {@link #begin} and {@link #end}. */
    Frame evaluate(Evaluator evaluator, long tickMillis, Clock clock) {
        long deadlineNanos =
                clock.monotonicNanos() + settings.evaluationTimeout().toNanos();
        QueryOptions options = new QueryOptions(
                QueryOptions.DEFAULT.lookbackMillis(), () -> dropped || clock.monotonicNanos() - deadlineNanos >= 0);
        List<QueryOutcome> outcomes = new ArrayList<>(key.queries().size());
        for (SubscriptionKey.LiveQuery query : key.queries()) {
            outcomes.add(outcome(query, evaluator, tickMillis, options));
        }
        return frames.add(tickMillis, outcomes);
    }

    private QueryOutcome outcome(
            SubscriptionKey.LiveQuery query, Evaluator evaluator, long tickMillis, QueryOptions options) {
        return switch (query) {
            case SubscriptionKey.LiveQuery.Unreadable unreadable -> new QueryOutcome.Problem(unreadable.problem());
            case SubscriptionKey.LiveQuery.Parsed parsed -> {
                try {
                    yield QueryOutcome.of(
                            evaluator
                                    .instant(parsed.expr(), tickMillis, options)
                                    .value(),
                            settings.maxSeries());
                } catch (PromqlException e) {
                    yield new QueryOutcome.Problem(
                            e.kind() == PromqlException.Kind.CANCELLED
                                    ? "the queries of this connection take longer than "
                                            + settings.evaluationTimeout().toMillis() + " ms per tick"
                                    : String.valueOf(e.getMessage()));
                }
            }
        };
    }
}
