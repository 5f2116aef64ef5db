package dev.tocsin.notify;

import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.Notification;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A notification on its way, and how far it has come. Confined to the event loop of {@link DeliveryVerticle}. */
final class Parcel {
    final Notification notification;
    final RetrySchedule schedule;
    private final Consumer<DeliveryOutcome> settled;

    int attempts;

    private final Deque<DeliveryOutcome.Attempt> log = new ArrayDeque<>(1);

    /** The last failure; null before the first. */
    @Nullable
    FailureReason failure;

    String failureDetail = "";

    /** The timer of the next attempt, while one is set. */
    long retryTimer = -1;

    /** The timer of the deadline. */
    long deadlineTimer = -1;

    /** That the latest attempt was begun while draining, and no other follows it. */
    boolean isLastAttempt;

    boolean isSettled;

    Parcel(Notification notification, RetrySchedule schedule, Consumer<DeliveryOutcome> settled) {
        this.notification = notification;
        this.schedule = schedule;
        this.settled = settled;
    }

    void answered(DeliveryOutcome.Attempt attempt) {
        if (log.size() >= DeliveryOutcome.LOGGED_ATTEMPTS) {
            log.removeFirst();
        }
        log.addLast(attempt);
    }

    /** @param detail the last answer or error, for people */
    DeliveryOutcome outcome(DeliveryOutcome.Result result, String detail) {
        return new DeliveryOutcome(result, attempts, detail, List.copyOf(log));
    }

    void settle(DeliveryOutcome outcome) {
        isSettled = true;
        settled.accept(outcome);
    }
}
