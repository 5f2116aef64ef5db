package dev.tocsin;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Event;
import dev.tocsin.series.ClosedInterval;
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
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The heartbeat: at the end of each interval every shard is flipped on its own thread, the closed intervals are merged
 * into the timeline on this verticle's (virtual) thread, and the tick is told on the event bus. A shard whose thread is
 * held up does not hold the tick: its interval is merged with the next one.
 */
final class TickVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(TickVerticle.class.getName());

    private final SeriesTable table;
    private final OwnMetrics ownMetrics;
    private final Clock clock;
    private final long tickMillis;
    private final TickSchedule schedule;
    private final Timer duration;
    private final Counter failures;
    private final List<Source> sources = new CopyOnWriteArrayList<>();
    /** Intervals that came after their tick had been closed; guarded by this verticle's context. */
    private final List<ClosedInterval> arrived = new ArrayList<>();

    private boolean stopped;
    private Future<Void> closing = Future.succeededFuture();
    private long timerId = -1;

    /** A shard and the thread that owns it. */
    private record Source(Context context, Shard shard) {}

    /** What one tick waits for: every shard's interval, or a quarter of the tick's length. */
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

    TickVerticle(SeriesTable table, OwnMetrics ownMetrics, Clock clock, long tickMillis, MeterRegistry meters) {
        this.table = table;
        this.ownMetrics = ownMetrics;
        this.clock = clock;
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

    @Override
    public Future<?> start() {
        await();
        return Future.succeededFuture();
    }

    /** Closes the interval in progress, so that nothing taken is left behind. */
    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timerId);
        return closing.transform(before -> closeInterval());
    }

    private void await() {
        if (!stopped) {
            timerId = vertx.setTimer(schedule.delayMillis(clock.wallMillis()), id -> {
                closing = closeInterval();
                closing.onComplete(done -> await());
            });
        }
    }

    private Future<Void> closeInterval() {
        long tick = schedule.close(clock.wallMillis());
        long startedNanos = clock.monotonicNanos();
        Gathering gathering = new Gathering();
        gathering.missing = sources.size();
        for (Source source : sources) {
            source.context.runOnContext(go -> {
                ClosedInterval interval = source.shard.flip(tick);
                context.runOnContext(back -> gathering.arrive(interval));
            });
        }
        if (sources.isEmpty()) {
            gathering.complete.complete();
        }
        long deadline = vertx.setTimer(Math.max(1, tickMillis / 4), id -> gathering.complete.tryComplete());
        return gathering.complete.future().map(all -> {
            vertx.cancelTimer(deadline);
            merge(tick, startedNanos);
            return null;
        });
    }

    private void merge(long tick, long startedNanos) {
        List<ClosedInterval> intervals = List.copyOf(arrived);
        arrived.clear();
        try {
            table.close(tick, intervals);
            ownMetrics.record(tick);
        } catch (RuntimeException e) {
            // A mistake of ours, not of a sender: what this interval held may be lost, but the next tick comes.
            failures.increment();
            LOG.log(Level.ERROR, "tick " + tick + " was not closed", e);
            return;
        }
        duration.record(clock.monotonicNanos() - startedNanos, TimeUnit.NANOSECONDS);
        Event.TickClosed closed = new Event.TickClosed(tick, clock.wallMillis());
        vertx.eventBus().publish(closed.address(), closed);
    }
}
