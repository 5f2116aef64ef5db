package dev.tocsin.notify;

import dev.tocsin.core.Clock;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Notification;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The notifications on their way to one integration. Confined to the event loop of {@link DeliveryVerticle}.
 *
 * <p>At most {@link HttpPoster#CONNECTIONS} attempts run at a time; what fails for a while waits for its next attempt
 * without holding up the others; where the receiver asks to be left alone, or fails again and again
 * ({@link CircuitBreaker}), all wait, each until its deadline; those that have another way to be told after so many failures
 * do not. At the bound a further notification
 * is refused, and the next flush of its group decides anew: since a group has at most one notification here, what is
 * refused is never older news of a group than what is kept.
 */
final class Outbox {
    private static final System.Logger LOG = System.getLogger(Outbox.class.getName());

    private final Vertx vertx;
    private final Clock clock;
    private final RandomGenerator random;
    private final Integration integration;
    private final ChannelSettings settings;
    private final Channel channel;
    private final IntegrationMetrics metrics;
    private final int limit;
    private final CircuitBreaker breaker = new CircuitBreaker();

    /** All that is not settled: in the queue, waiting for a retry, or in the wire. */
    private final Set<Parcel> parcels = new LinkedHashSet<>();

    private final Queue<Parcel> queue = new ArrayDeque<>();
    private int inWire;
    private long pausedUntilMillis = Long.MIN_VALUE;
    private long pauseTimer = -1;
    private boolean superseded;
    private boolean draining;
    private long failuresSinceSuccess;
    private int loggedSeverity;

    Outbox(
            Vertx vertx,
            Clock clock,
            RandomGenerator random,
            Integration integration,
            ChannelSettings settings,
            Channel channel,
            IntegrationMetrics metrics,
            int limit) {
        this.vertx = vertx;
        this.clock = clock;
        this.random = random;
        this.integration = integration;
        this.settings = settings;
        this.channel = channel;
        this.metrics = metrics;
        this.limit = limit;
        metrics.circuit(breaker.state());
    }

    ChannelSettings settings() {
        return settings;
    }

    boolean isEmpty() {
        return parcels.isEmpty();
    }

    void add(Notification notification, Consumer<DeliveryOutcome> settled) {
        long allowed = Duration.between(notification.flushedAt(), notification.deadline())
                .toMillis();
        Parcel parcel = new Parcel(notification, new RetrySchedule(nowMillis() + allowed, random), settled);
        metrics.notification();
        if (parcels.size() >= limit) {
            fail(parcel, FailureReason.QUEUE_FULL, limit + " notifications wait already");
            settle(parcel, Result.QUEUE_FULL);
            return;
        }
        parcels.add(parcel);
        metrics.queued(parcels.size());
        parcel.deadlineTimer = vertx.setTimer(Math.max(1, allowed), id -> expire(parcel));
        queue.add(parcel);
        pump();
    }

    /** Gives up what is not in the wire, since other settings take this outbox's place. */
    void supersede() {
        superseded = true;
        for (Parcel parcel : List.copyOf(parcels)) {
            if (queue.remove(parcel) || parcel.retryTimer >= 0) {
                fail(parcel, FailureReason.SUPERSEDED, "the integration was changed");
                settle(parcel, Result.SUPERSEDED);
            }
        }
        closeWhenDone();
    }

    /** From now on each notification is tried once more, at once, and no longer waits; one in the wire, after its answer. */
    void drain() {
        draining = true;
        for (Parcel parcel : parcels) {
            if (parcel.retryTimer >= 0) {
                vertx.cancelTimer(parcel.retryTimer);
                parcel.retryTimer = -1;
                queue.add(parcel);
            }
        }
        pump();
    }

    /** Ends everything. */
    void stop() {
        draining = true;
        for (Parcel parcel : List.copyOf(parcels)) {
            failUnlessFailed(parcel, FailureReason.STOPPED, "the process stopped");
            settle(parcel, Result.EXPIRED);
        }
        channel.close();
    }

    private void pump() {
        long now = nowMillis();
        if (now < pausedUntilMillis && !draining) {
            pumpAt(pausedUntilMillis, now);
            return;
        }
        while (inWire < HttpPoster.CONNECTIONS && !queue.isEmpty() && (draining || breaker.admits(now))) {
            attempt(queue.remove(), now);
        }
        metrics.circuit(breaker.state());
        if (breaker.state() == CircuitBreaker.State.OPEN && !draining && !queue.isEmpty()) {
            giveUpWhatNeedNotWait();
            pumpAt(breaker.probeAtMillis(), now);
        }
    }

    private void pumpAt(long atMillis, long now) {
        if (pauseTimer < 0) {
            pauseTimer = vertx.setTimer(Math.max(1, atMillis - now), id -> {
                pauseTimer = -1;
                pump();
            });
        }
    }

    /** What may be tried so many times only, since then another way is taken, is not held up by a destination known dead. */
    private void giveUpWhatNeedNotWait() {
        for (Parcel parcel : List.copyOf(queue)) {
            int most = parcel.notification.mostAttempts();
            if (most > 0 && breaker.failures() >= most) {
                queue.remove(parcel);
                fail(parcel, FailureReason.CIRCUIT_OPEN, circuitOpen());
                settle(parcel, Result.EXPIRED);
            }
        }
    }

    private String circuitOpen() {
        return "not tried: " + breaker.failures() + " attempts in a row failed";
    }

    private void attempt(Parcel parcel, long now) {
        inWire++;
        parcel.attempts++;
        parcel.isLastAttempt = draining;
        long startNanos = clock.monotonicNanos();
        Instant start = Instant.ofEpochMilli(clock.wallMillis());
        long remaining = Math.max(1, parcel.schedule.deadlineMillis() - now);
        channel.send(parcel.notification, Duration.ofMillis(remaining))
                .otherwise(e -> new Answer.Transient(FailureReason.INTERNAL, e.toString(), null))
                .onSuccess(answer -> {
                    inWire--;
                    long tookNanos = clock.monotonicNanos() - startNanos;
                    metrics.attempt(answer, tookNanos);
                    judge(answer);
                    if (!parcel.isSettled) {
                        parcel.answered(new DeliveryOutcome.Attempt(start, tookNanos / 1_000_000, answer.detail()));
                        answered(parcel, answer);
                    }
                    pump();
                    closeWhenDone();
                });
    }

    /** What an answer says of the destination: a fault of ours says nothing, but ends the attempt that was to find out. */
    private void judge(Answer answer) {
        boolean isProbe = breaker.state() == CircuitBreaker.State.HALF_OPEN;
        switch (answer) {
            case Answer.Transient failed when failed.reason().isFaultOfDestination() -> breaker.failed(nowMillis());
            case Answer.Transient failed
            when failed.reason().isOurs() -> {
                if (isProbe) {
                    breaker.failed(nowMillis());
                }
            }
            default -> breaker.answered();
        }
    }

    private void answered(Parcel parcel, Answer answer) {
        switch (answer) {
            case Answer.Accepted accepted -> {
                metrics.accepted(parcel.notification, clock.wallMillis());
                if (failuresSinceSuccess > 0) {
                    LOG.log(
                            System.Logger.Level.INFO,
                            integration + ": works again after " + failuresSinceSuccess + " failures");
                    failuresSinceSuccess = 0;
                }
                settle(parcel, parcel.outcome(Result.ACCEPTED, accepted.detail()));
            }
            case Answer.Permanent permanent -> {
                fail(parcel, permanent.reason(), permanent.detail());
                settle(parcel, Result.REFUSED);
            }
            case Answer.Transient failed -> retry(parcel, failed);
        }
    }

    private void retry(Parcel parcel, Answer.Transient failed) {
        fail(parcel, failed.reason(), failed.detail());
        long now = nowMillis();
        Duration retryAfter = failed.retryAfter();
        if (retryAfter != null) {
            pausedUntilMillis = Math.max(pausedUntilMillis, now + retryAfter.toMillis());
        }
        if (draining && !superseded && !parcel.isLastAttempt) {
            queue.add(parcel); // It was in the wire when draining began; the caller pumps.
            return;
        }
        int most = parcel.notification.mostAttempts();
        boolean givenUp = superseded || draining || (most > 0 && parcel.attempts >= most);
        OptionalLong next = givenUp ? OptionalLong.empty() : parcel.schedule.next(now, retryAfter);
        if (next.isEmpty()) {
            settle(parcel, superseded ? Result.SUPERSEDED : Result.EXPIRED);
            return;
        }
        logFailure(System.Logger.Level.WARNING, "an attempt failed, trying again: " + failed.detail());
        parcel.retryTimer = vertx.setTimer(Math.max(1, next.getAsLong() - now), id -> {
            parcel.retryTimer = -1;
            queue.add(parcel);
            pump();
        });
    }

    private void expire(Parcel parcel) {
        parcel.deadlineTimer = -1;
        boolean inQueue = queue.remove(parcel);
        if (!parcel.isSettled && (inQueue || parcel.retryTimer >= 0)) {
            if (breaker.state() == CircuitBreaker.State.CLOSED) {
                failUnlessFailed(parcel, FailureReason.TIMEOUT, "others before it took all the time");
            } else {
                failUnlessFailed(parcel, FailureReason.CIRCUIT_OPEN, circuitOpen());
            }
            settle(parcel, Result.EXPIRED);
        }
        // One in the wire ends by its own time-out, which is this moment or earlier.
    }

    /** The first of each level after a success; the others are counted, and told by the metrics. */
    private void logFailure(System.Logger.Level level, String text) {
        boolean first = failuresSinceSuccess == 0 || level.getSeverity() > loggedSeverity;
        loggedSeverity =
                failuresSinceSuccess == 0 ? level.getSeverity() : Math.max(loggedSeverity, level.getSeverity());
        failuresSinceSuccess++;
        LOG.log(first ? level : System.Logger.Level.DEBUG, integration + ": " + text);
    }

    private void failUnlessFailed(Parcel parcel, FailureReason reason, String detail) {
        if (parcel.failure == null) {
            fail(parcel, reason, detail);
        }
    }

    private void fail(Parcel parcel, FailureReason reason, String detail) {
        parcel.failure = reason;
        parcel.failureDetail = detail;
    }

    private void settle(Parcel parcel, Result result) {
        if (result != Result.SUPERSEDED) {
            metrics.failed(parcel.failure == null ? FailureReason.INTERNAL : parcel.failure);
            logFailure(
                    System.Logger.Level.ERROR,
                    "not told of " + parcel.notification.groupKey() + ", " + parcel.attempts + " attempts: "
                            + parcel.failureDetail);
        }
        settle(parcel, parcel.outcome(result, parcel.failureDetail));
    }

    private void settle(Parcel parcel, DeliveryOutcome outcome) {
        parcels.remove(parcel);
        vertx.cancelTimer(parcel.deadlineTimer);
        if (parcel.retryTimer >= 0) {
            vertx.cancelTimer(parcel.retryTimer);
            parcel.retryTimer = -1;
        }
        metrics.queued(parcels.size());
        parcel.settle(outcome);
    }

    private void closeWhenDone() {
        if (superseded && parcels.isEmpty() && inWire == 0) {
            channel.close();
        }
    }

    private long nowMillis() {
        return clock.monotonicNanos() / 1_000_000;
    }
}
