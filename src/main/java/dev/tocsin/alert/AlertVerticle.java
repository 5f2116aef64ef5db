package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertTrail;
import dev.tocsin.core.Clock;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Event;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Notifier;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Owns the alert engine: takes alerts from the bus and from those who post them, wakes when a group is due, and hands
 * notifications over for delivery. To be deployed on a worker thread of its own, since ten thousand alerts at once take
 * longer than an event loop may be held up. The public methods may be called from any thread; each enters by a message.
 */
public final class AlertVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(AlertVerticle.class.getName());
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(10);

    private final Notifier notifier;
    private final AlertTrail trail;
    private final AlertEngine engine;
    private final SteadyTime time;
    private final Queue<Settled> settled = new ConcurrentLinkedQueue<>();
    /** Whether {@link #settled} will be looked at. */
    private final AtomicBoolean settling = new AtomicBoolean();

    private volatile Answers answers = Answers.NONE;
    private Context owner;
    private long timer = -1;
    private Instant timerAt = Instant.MAX;

    @SuppressWarnings("NullAway.Init") // owner is set before anything can be called
    public AlertVerticle(
            Routing routing,
            Notifier notifier,
            AlertTrail trail,
            Links links,
            Clock clock,
            AlertLimits limits,
            MeterRegistry meters) {
        this.notifier = notifier;
        this.trail = trail;
        this.time = new SteadyTime(clock);
        this.engine = new AlertEngine(
                routing,
                time.now(),
                limits,
                () -> UUID.randomUUID().toString(),
                links,
                Long.toString(time.now().toEpochMilli(), 36),
                new AlertMetrics(meters, limits));
    }

    /** Takes over what an earlier process told and people said, and keeps both from now on. Before {@link #start}. */
    public void keepIn(DurableState state) {
        engine.keepIn(state, time.now());
        answers = engine.answers();
    }

    @Override
    public Future<?> start() {
        owner = context;
        vertx.eventBus().<Event.AlertsJudged>localConsumer(Event.AlertsJudged.ADDRESS, message -> {
            if (!message.body().alerts().isEmpty()) {
                take(message.body().alerts());
            }
        });
        vertx.setPeriodic(SWEEP_INTERVAL.toMillis(), id -> sweep());
        return Future.succeededFuture();
    }

    /** Hands over what is due; what still waits for its group's time is not. */
    @Override
    public Future<?> stop() {
        flushDue();
        return Future.succeededFuture();
    }

    /** Everything as it stands now. */
    public Future<AlertSnapshot> snapshot() {
        return onOwner(now -> engine.snapshot(now));
    }

    /** What is known of an alert, its history above all; empty where nothing is. */
    public Future<Optional<AlertRecord>> record(long fingerprint) {
        return onOwner(now -> engine.record(fingerprint, now));
    }

    /** Every alert that is known, those that are over and not yet forgotten too. */
    public Future<List<HeldAlert>> held() {
        return onOwner(now -> List.copyOf(engine.book.all()));
    }

    /** The alert that began last, drills and the dead man's switch left out; empty where none ever did. */
    public Future<Optional<LatestAlert>> latest() {
        return onOwner(now -> engine.latest());
    }

    /** What people said to alerts, as it stood when something last happened. */
    public Answers answers() {
        return answers;
    }

    /** What decides who hears of an alert. */
    public Future<Routing> routing() {
        return onOwner(now -> engine.routing());
    }

    /** Those that are known, expired ones too, in the order in which they were made. */
    public Future<List<Silence>> silences() {
        return onOwner(now -> engine.silences());
    }

    /**
     * Routes by a new configuration from now on. Nothing that was told is told again because of it.
     *
     * @param atSwap run between the last notification of the old configuration and the first of the new; not run where
     *     the new one fails
     * @return done when the old one no longer decides anything; failed where it still does
     */
    public Future<Void> reroute(Routing routing, Runnable atSwap) {
        return onOwner(now -> {
            engine.reroute(routing, atSwap, now);
            flushDue();
            return null;
        });
    }

    /**
     * Takes alerts that somebody posted, as a Prometheus does to Alertmanager.
     *
     * @param alerts valid ones; one without an end fires until {@code resolve_timeout} after its last posting
     * @return how many were refused because there was no room
     */
    public Future<Integer> post(List<PostedAlert> alerts) {
        return onOwner(now -> {
            int refused = engine.post(alerts, now);
            flushDue();
            return refused;
        });
    }

    /**
     * Somebody takes an alert on. In the place of an acknowledgement that it has.
     *
     * @return the alert; fails with {@link AnswerRefusedException}
     */
    public Future<HeldAlert> acknowledge(long fingerprint, Answer answer) {
        return answered(now -> engine.acknowledge(fingerprint, answer, now));
    }

    /** The same for one firing of the alert only. */
    public Future<HeldAlert> acknowledge(long fingerprint, Instant episode, Answer answer) {
        return answered(now -> engine.acknowledge(fingerprint, episode, answer, now));
    }

    /** Takes an acknowledgement back. Fails with {@link AnswerRefusedException}. */
    public Future<HeldAlert> unacknowledge(long fingerprint, Answer answer) {
        return answered(now -> engine.unacknowledge(fingerprint, answer, now));
    }

    /** Ends what an alert's source says is going on. Fails with {@link AnswerRefusedException}. */
    public Future<HeldAlert> resolve(long fingerprint, Answer answer) {
        return answered(now -> engine.resolve(fingerprint, answer, now));
    }

    private Future<HeldAlert> answered(Step<HeldAlert> step) {
        return onOwner(now -> {
            HeldAlert alert = step.at(now);
            flushDue();
            return alert;
        });
    }

    /**
     * Makes a silence, or changes the one of its id.
     *
     * @return its id; fails with {@link SilenceRefusedException}
     */
    public Future<String> silence(Silence silence) {
        return onOwner(now -> engine.silence(silence, now));
    }

    /** Ends a silence. Fails with {@link SilenceRefusedException}. */
    public Future<Void> expireSilence(String id) {
        return onOwner(now -> {
            engine.expireSilence(id, now);
            return null;
        });
    }

    private void take(List<Alert> alerts) {
        Instant now = time.now();
        for (Alert alert : alerts) {
            engine.take(alert, false, now);
        }
        flushDue();
    }

    private void flushDue() {
        Instant now = time.now();
        List<Notification> due = engine.due(now);
        for (Notification notification : due) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "telling " + notification.integration() + " of " + notification.groupKey() + ": "
                            + notification.reason().label());
            notifier.deliver(engine.linked(notification, now), outcome -> settled(notification, outcome));
        }
        // After what is urgent: both are safe with the next tick only.
        AlertTrail.Step step = engine.step(due, now);
        if (!step.isEmpty()) {
            trail.append(step);
        }
        engine.count(now);
        answers = engine.answers();
        arm(now);
    }

    /** From any thread. Those that settle meanwhile are taken in together, and make one step. */
    private void settled(Notification notification, DeliveryOutcome outcome) {
        settled.add(new Settled(notification, outcome));
        if (settling.compareAndSet(false, true)) {
            owner.runOnContext(v -> settle());
        }
    }

    private void settle() {
        settling.set(false);
        Instant now = time.now();
        for (Settled each = settled.poll(); each != null; each = settled.poll()) {
            engine.settled(each.notification, each.outcome, now);
        }
        flushDue();
    }

    private record Settled(Notification notification, DeliveryOutcome outcome) {}

    private void sweep() {
        engine.sweep(time.now());
        // Also sees that the clock was set forward.
        flushDue();
    }

    private void arm(Instant now) {
        Instant next = engine.nextDue();
        if (next.equals(timerAt) && timer >= 0) {
            return;
        }
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
        timerAt = next;
        if (!next.equals(Instant.MAX)) {
            timer = vertx.setTimer(Math.max(1, Duration.between(now, next).toMillis()), id -> {
                timer = -1;
                flushDue();
            });
        }
    }

    /** Something to be done on the owner's thread, at one moment. */
    private interface Step<T> {
        @Nullable
        T at(Instant now) throws Exception;
    }

    private <T> Future<T> onOwner(Step<T> step) {
        Promise<T> promise = Promise.promise();
        owner.runOnContext(v -> {
            try {
                promise.complete(step.at(time.now()));
            } catch (Exception e) {
                promise.fail(e);
            }
        });
        return promise.future();
    }
}
