package dev.tocsin.alert;

import dev.tocsin.core.Alert;
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
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * Owns the alert book and the dispatcher, on one event loop: takes alerts from the bus and from those who post them,
 * wakes when a group is due, and hands notifications over for delivery. The public methods may be called from any thread;
 * each enters by a message.
 */
public final class AlertVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(AlertVerticle.class.getName());
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(10);

    /** Counting looks at every alert, so not after each delivery. */
    private static final Duration COUNT_INTERVAL = Duration.ofSeconds(1);

    private final Notifier notifier;
    private final AlertBook book;
    private final NotificationLog log;
    private final Silences silences;
    private final SteadyTime time;
    private final AlertMetrics metrics;
    private Dispatcher dispatcher;
    private Context owner;
    private long timer = -1;
    private Instant timerAt = Instant.MAX;
    private Instant countedAt = Instant.EPOCH;

    @SuppressWarnings("NullAway.Init") // owner is set before anything can be called
    public AlertVerticle(Routing routing, Notifier notifier, Clock clock, AlertLimits limits, MeterRegistry meters) {
        this.notifier = notifier;
        this.book = new AlertBook(limits.alerts());
        this.log = new NotificationLog(limits.groups());
        this.time = new SteadyTime(clock);
        this.metrics = new AlertMetrics(meters, limits);
        this.silences = new Silences(limits.silences(), () -> UUID.randomUUID().toString());
        this.dispatcher = new Dispatcher(routing, log, silences, limits.groups());
    }

    /** Takes over what an earlier process told and silenced, and keeps both from now on. Before {@link #start}. */
    public void keepIn(DurableState state) {
        log.keepIn(state, time.now());
        silences.keepIn(state);
    }

    @Override
    public Future<?> start() {
        owner = context;
        vertx.eventBus().<Event.AlertsJudged>localConsumer(Event.AlertsJudged.ADDRESS, message -> {
            if (!message.body().alerts().isEmpty()) {
                take(message.body().alerts(), false);
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
        return onOwner(() -> AlertSnapshot.of(book, dispatcher, log, silences, time.now()));
    }

    /** What decides who hears of an alert. */
    public Future<Routing> routing() {
        return onOwner(() -> dispatcher.routing());
    }

    /** Those that are known, expired ones too, in the order in which they were made. */
    public Future<List<Silence>> silences() {
        return onOwner(silences::all);
    }

    /**
     * Routes by a new configuration from now on. Nothing that was told is told again because of it.
     *
     * @param atSwap run between the last notification of the old configuration and the first of the new; not run where
     *     the new one fails
     * @return done when the old one no longer decides anything; failed where it still does
     */
    public Future<Void> reroute(Routing routing, Runnable atSwap) {
        return onOwner(() -> {
            Dispatcher next = dispatcher.reroute(routing, book.all(), time.now());
            atSwap.run();
            dispatcher = next;
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
        return onOwner(() -> {
            Instant now = time.now();
            Duration resolveTimeout = dispatcher.routing().resolveTimeout();
            int refused = 0;
            for (PostedAlert posted : alerts) {
                refused += take(posted.toAlert(now, resolveTimeout), posted.endsAt() == null, now) ? 0 : 1;
            }
            flushDue();
            return refused;
        });
    }

    /**
     * Makes a silence, or changes the one of its id.
     *
     * @return its id; fails with {@link SilenceRefusedException}
     */
    public Future<String> silence(Silence silence) {
        return onOwner(() -> silences.set(silence, time.now()));
    }

    /** Ends a silence. Fails with {@link SilenceRefusedException}. */
    public Future<Void> expireSilence(String id) {
        return onOwner(() -> {
            silences.expire(id, time.now());
            return null;
        });
    }

    private void take(List<Alert> alerts, boolean timesOut) {
        Instant now = time.now();
        for (Alert alert : alerts) {
            take(alert, timesOut, now);
        }
        flushDue();
    }

    private boolean take(Alert alert, boolean timesOut, Instant now) {
        Optional<HeldAlert> held = book.put(alert, timesOut, now);
        if (held.isEmpty()) {
            metrics.refusedAlert(alert);
            return false;
        }
        metrics.received(held.get().isResolvedAt(now));
        metrics.refusedGroups(dispatcher.insert(held.get(), now), alert);
        return true;
    }

    private void flushDue() {
        Instant now = time.now();
        for (Notification notification : dispatcher.due(now)) {
            metrics.decided(notification.reason());
            LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "telling " + notification.integration() + " of " + notification.groupKey() + ": "
                            + notification.reason().label());
            notifier.deliver(notification, outcome -> owner.runOnContext(v -> settled(notification, outcome)));
        }
        if (!now.isBefore(countedAt.plus(COUNT_INTERVAL.multipliedBy(1 + book.size() / 10_000)))) {
            countedAt = now;
            metrics.state(book, dispatcher, silences, now);
        }
        arm(now);
    }

    private void settled(Notification notification, DeliveryOutcome outcome) {
        dispatcher.settled(notification, outcome, time.now());
        flushDue();
    }

    private void sweep() {
        Instant now = time.now();
        book.sweep(now);
        log.sweep(now);
        silences.sweep(now);
        dispatcher.sweep(now);
        // Also sees that the clock was set forward.
        flushDue();
    }

    private void arm(Instant now) {
        Instant next = dispatcher.nextDue().orElse(Instant.MAX);
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

    private <T> Future<T> onOwner(Callable<T> action) {
        Promise<T> promise = Promise.promise();
        owner.runOnContext(v -> {
            try {
                promise.complete(action.call());
            } catch (Exception e) {
                promise.fail(e);
            }
        });
        return promise.future();
    }
}
