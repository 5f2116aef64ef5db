package dev.tocsin.rule;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Event;
import dev.tocsin.core.Niceness;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The rule thread: owns the engine, judges each tick that it hears of on the event bus, and publishes what came of it,
 * an empty list of alerts included. To be deployed on a virtual thread. {@link #reload} may be called from any thread.
 *
 * <p>Ticks that close while one is judged are not queued: the newest is judged, the others are counted as skipped.
 */
public final class RuleVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(RuleVerticle.class.getName());

    private final RuleEngine engine;
    private final Counter skipped;
    private final Timer lag;
    private Context owner;
    private Event.@Nullable TickClosed newest;

    @SuppressWarnings("NullAway.Init") // owner is set before anything can be called
    public RuleVerticle(RuleEngine engine, MeterRegistry registry) {
        this.engine = engine;
        this.skipped = Counter.builder("tocsin.rule.ticks.skipped")
                .description("Ticks not judged because the one before took too long")
                .register(registry);
        this.lag = Timer.builder("tocsin.rule.lag")
                .description("From the end of an interval until all its rules were judged")
                .register(registry);
    }

    @Override
    public Future<?> start() {
        owner = context;
        vertx.eventBus().<Event.TickClosed>localConsumer(Event.TickClosed.ADDRESS, message -> hear(message.body()));
        return Future.succeededFuture();
    }

    /**
     * Puts other rules in force.
     *
     * @param afterSwap run between the last judging by the old rules and the first by the new; not run where the new ones
     *     fail
     * @return done when the old ones no longer decide anything; failed where they still do
     */
    public Future<Void> reload(List<RuleGroup> groups, Runnable afterSwap) {
        Promise<Void> done = Promise.promise();
        owner.runOnContext(go -> {
            try {
                engine.reload(groups);
                afterSwap.run();
                done.complete();
            } catch (RuntimeException e) {
                done.fail(e);
            }
        });
        return done.future();
    }

    /** Done when every tick that was published before this call is judged, and its alerts are on the bus. */
    public Future<Void> settled() {
        Promise<Void> done = Promise.promise();
        // The first turn comes after the ticks were heard, the second after the judging that hearing one asked for.
        owner.runOnContext(heard -> owner.runOnContext(judged -> done.complete()));
        return done.future();
    }

    /**
     * Remembers the tick and judges after whatever else has arrived meanwhile: while one judging runs, later ticks wait
     * before this method in the context's queue, and all of them run before the next judging.
     */
    private void hear(Event.TickClosed tick) {
        boolean waiting = newest != null;
        newest = tick;
        if (waiting) {
            skipped.increment();
        } else {
            owner.runOnContext(go -> judge());
        }
    }

    private void judge() {
        Niceness.lower();
        Event.TickClosed tick = newest;
        newest = null;
        if (tick == null) {
            return;
        }
        try {
            List<Alert> alerts = engine.judge(tick);
            Event.AlertsJudged judged = new Event.AlertsJudged(tick.tickMillis(), alerts);
            vertx.eventBus().publish(judged.address(), judged);
            lag.record(Math.max(0, engine.judgedMillis() - tick.tickMillis()), TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) {
            // Single rules that fail end in the engine; this is a mistake of ours, and the next tick is another chance.
            LOG.log(Level.ERROR, "tick " + tick.tickMillis() + " was not judged", e);
        }
    }
}
