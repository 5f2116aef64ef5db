package dev.tocsin;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Event;
import dev.tocsin.core.Niceness;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.TickSink;
import dev.tocsin.series.ClosedInterval;
import dev.tocsin.series.Restoration;
import dev.tocsin.series.SeriesTable;
import dev.tocsin.series.Shard;
import dev.tocsin.watch.OwnMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeat: at the end of each interval every shard is flipped on its own thread, the closed intervals are merged
 * into the timeline on this verticle's (virtual) thread, and the tick is told on the event bus. A shard whose thread is
 * held up does not hold the tick: its interval is merged with the next one.
 *
 * <p>Two things keep a cadence of their own, whatever the tick. Our own metrics are recorded once a second, or once a
 * tick where ticks are longer: shortly before the tick whose time they bear, so that rules see them at that tick and it
 * does not wait for them. And where ticks are longer than a second, what came in is merged every second, so that neither
 * the logs of the shards nor the work at the tick grow with its length.
 */
final class TickVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(TickVerticle.class.getName());

    /** Between two recordings of our own metrics, and two mergings within a long tick. */
    private static final long CADENCE_MILLIS = 1_000;

    /** Long enough for a recording on a busy machine, so that the tick does not wait for it. */
    private static final long LONGEST_LEAD_MILLIS = 100;

    private static final long RESTORE_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long LONGEST_GATHERING_MILLIS = 250;

    private final SeriesTable table;
    private final OwnMetrics ownMetrics;
    private final TickSink journal;
    private final Clock clock;
    private final Timers timers;
    private final long tickMillis;
    private final TickSchedule schedule;
    private final Timer duration;
    private final Counter failures;
    private final List<Source> sources = new CopyOnWriteArrayList<>();
    /** Intervals that came after their tick had been closed; guarded by this verticle's context. */
    private final List<ClosedInterval> arrived = new ArrayList<>();

    private boolean stopped;
    private @Nullable Restoration restoration;
    private volatile boolean restoring;
    /** Read by any thread. */
    private volatile long delayMillis;
    /** History has just been read back: from now on totals are known, and are told. */
    private boolean restored;

    private Future<Void> closing = Future.succeededFuture();
    private long timerId = -1;
    private long ownTickMillis = Long.MIN_VALUE;

    /** A shard and the thread that owns it. */
    private record Source(Context context, Shard shard) {}

    /** What one tick waits for: every shard's interval, or a quarter of the tick's length and a quarter second at most. */
    private final class Gathering {
        private final Promise<Void> complete = Promise.promise();
        private int missing;

        void arrive(ClosedInterval interval) {
            arrived.add(interval);
            if (--missing == 0) {
                complete.tryComplete();
            }
        }
    }

    TickVerticle(
            SeriesTable table,
            OwnMetrics ownMetrics,
            TickSink journal,
            Clock clock,
            Timers timers,
            long tickMillis,
            MeterRegistry meters) {
        this.table = table;
        this.ownMetrics = ownMetrics;
        this.journal = journal;
        this.clock = clock;
        this.timers = timers;
        this.tickMillis = tickMillis;
        this.schedule = new TickSchedule(tickMillis);
        this.duration = Timer.builder("tocsin.tick.duration")
                .description("From the end of an interval until it is readable")
                .register(meters);
        failures = Counter.builder("tocsin.tick.failures")
                .description("Ticks that could not be closed")
                .register(meters);
    }

    /** Adds a shard that is flipped on {@code context} from the next tick on. Callable from any thread. */
    void add(Context context, Shard shard) {
        sources.add(new Source(context, shard));
    }

    /** History is read back first: until it is there, ticks are put aside and nobody is told. Before {@link #start}. */
    void restoreFirst(Restoration stored) {
        restoration = stored;
        restoring = true;
    }

    /** Whether history is still being read back. Any thread. */
    boolean isRestoring() {
        return restoring;
    }

    /** From the end of the last interval until it was readable, in ms. Any thread. */
    long delayMillis() {
        return delayMillis;
    }

    @Override
    public Future<?> start() {
        if (restoring) {
            long startedNanos = clock.monotonicNanos();
            context.runOnContext(go -> restoreSome(Objects.requireNonNull(restoration), startedNanos));
        }
        await();
        return Future.succeededFuture();
    }

    /** Closes the interval in progress, so that nothing taken is left behind. */
    @Override
    public Future<?> stop() {
        stopped = true;
        timers.cancel(timerId);
        return closing.transform(before -> closeInterval());
    }

    /** Waits for whichever comes next: a merging within a long tick, our own metrics, the end of the interval. */
    private void await() {
        if (stopped) {
            return;
        }
        long now = clock.wallMillis();
        long delay = schedule.delayMillis(now);
        long tick = schedule.next(now);
        if (delay > CADENCE_MILLIS + LONGEST_GATHERING_MILLIS + LONGEST_LEAD_MILLIS) {
            after(CADENCE_MILLIS, this::mergeEarly);
        } else if (isOwnDue(tick)) {
            after(delay - Math.min(LONGEST_LEAD_MILLIS, tickMillis * 3 / 4), () -> {
                recordOwn(tick);
                // Not asked of the schedule again: a recording that took too long would cost this tick.
                long left = tick - clock.wallMillis();
                after(Math.min(left, tickMillis), this::closeInterval);
                return null;
            });
        } else {
            after(delay, this::closeInterval);
        }
    }

    /** @param step its end is waited for before the next; null where it has set the next timer itself */
    private void after(long millis, Supplier<@Nullable Future<Void>> step) {
        if (!stopped) {
            timerId = timers.after(Math.max(1, millis), () -> {
                Future<Void> begun = step.get();
                if (begun != null) {
                    closing = begun;
                    closing.onComplete(done -> await());
                }
            });
        }
    }

    /** Some ticks of what is stored; then whatever else waits on this thread has its turn. */
    private void restoreSome(Restoration stored, long startedNanos) {
        Niceness.lower();
        boolean more = true;
        long until = clock.monotonicNanos() + RESTORE_SLICE_NANOS;
        while (more && clock.monotonicNanos() < until) {
            try {
                more = stored.next();
            } catch (IOException | RuntimeException e) {
                failures.increment();
                more = !(e instanceof IOException);
                LOG.log(Level.ERROR, "a part of the journal was not read back", e);
            }
        }
        if (stopped) {
            return;
        }
        if (more) {
            context.runOnContext(go -> restoreSome(stored, startedNanos));
        } else {
            finishRestoring(stored, startedNanos);
        }
    }

    private void finishRestoring(Restoration stored, long startedNanos) {
        try {
            stored.finish();
        } catch (RuntimeException e) {
            failures.increment();
            LOG.log(Level.ERROR, "ticks that came while the journal was read back were not closed", e);
        }
        schedule.goOnAfter(table.closedTickMillis());
        restoring = false;
        restored = true;
        if (stored.restored() > 0) {
            long millis = TimeUnit.NANOSECONDS.toMillis(clock.monotonicNanos() - startedNanos);
            LOG.log(Level.INFO, "{0} ticks read back from the journal in {1} ms", stored.restored(), millis);
        }
    }

    private boolean isOwnDue(long tick) {
        return Math.floorDiv(tick, CADENCE_MILLIS) > Math.floorDiv(ownTickMillis, CADENCE_MILLIS);
    }

    private void recordOwn(long tick) {
        ownTickMillis = tick;
        if (restoring) {
            return;
        }
        try {
            ownMetrics.record(tick);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "our own metrics were not recorded at " + tick, e);
        }
    }

    private Future<Void> closeInterval() {
        long tick = schedule.close(clock.wallMillis());
        long startedNanos = clock.monotonicNanos();
        if (restoring && !Objects.requireNonNull(restoration).hasRoom()) {
            return Future.succeededFuture();
        }
        return gather(tick, intervals -> merge(tick, intervals, startedNanos));
    }

    private Future<Void> mergeEarly() {
        return gather(schedule.next(clock.wallMillis()), intervals -> {
            try {
                intervals.forEach(table::absorb);
            } catch (RuntimeException e) {
                failures.increment();
                LOG.log(Level.ERROR, "samples were not merged", e);
            }
        });
    }

    /** Flips every shard; done when what they handed over in time was taken. */
    private Future<Void> gather(long tick, Consumer<List<ClosedInterval>> taker) {
        Gathering gathering = new Gathering();
        gathering.missing = sources.size();
        for (Source source : sources) {
            source.context.runOnContext(go -> {
                ClosedInterval interval = source.shard.flip(tick);
                context.runOnContext(back -> gathering.arrive(interval));
            });
        }
        long deadline = -1;
        if (gathering.missing == 0) {
            gathering.complete.complete();
        } else {
            deadline =
                    timers.after(Math.min(LONGEST_GATHERING_MILLIS, tickMillis / 4), gathering.complete::tryComplete);
        }
        long timeout = deadline;
        return gathering.complete.future().map(all -> {
            timers.cancel(timeout);
            List<ClosedInterval> intervals = List.copyOf(arrived);
            arrived.clear();
            Niceness.lower();
            taker.accept(intervals);
            return null;
        });
    }

    private void merge(long tick, List<ClosedInterval> intervals, long startedNanos) {
        if (stopped) {
            recordOwn(tick);
        }
        if (restoring) {
            defer(tick, intervals);
            return;
        }
        try {
            table.close(tick, intervals);
        } catch (RuntimeException e) {
            // A mistake of ours, not of a sender: what this interval held may be lost, but the next tick comes.
            failures.increment();
            LOG.log(Level.ERROR, "tick " + tick + " was not closed", e);
            return;
        }
        duration.record(clock.monotonicNanos() - startedNanos, TimeUnit.NANOSECONDS);
        Event.TickClosed closed = new Event.TickClosed(tick, clock.wallMillis(), table.arrivals());
        delayMillis = Math.max(0, closed.closedMillis() - tick);
        vertx.eventBus().publish(closed.address(), closed);
        record(tick);
    }

    private void defer(long tick, List<ClosedInterval> intervals) {
        try {
            journal.take(table.defer(tick, intervals));
        } catch (RuntimeException e) {
            failures.increment();
            LOG.log(Level.ERROR, "tick " + tick + " was not put aside", e);
        }
    }

    /** After the tick was told: whoever is to be woken does not wait for it. */
    private void record(long tick) {
        try {
            EncodedTick recorded = table.record(restored || journal.wantsNames());
            restored = false;
            if (recorded != null) {
                journal.take(recorded);
            }
        } catch (RuntimeException e) {
            failures.increment();
            LOG.log(Level.ERROR, "tick " + tick + " was not recorded", e);
        }
    }
}
