package dev.tocsin.series;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Clock;
import dev.tocsin.core.DistributionBuilder;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The time that all pushed series share: the length of a tick, how far history reaches, and the last closed tick. The
 * series thread moves it on; any thread reads the {@link Horizon} that it published last.
 */
final class Timeline {
    /** Reaches are not halved below these, whatever the memory: so many ticks, and a minute of what is coarser. */
    private static final long LEAST_FINE_TICKS = 60;

    private static final long LEAST_FINE_MILLIS = 10_000;
    private static final long LEAST_REACH_MILLIS = 60_000;

    private final TimelineSettings settings;
    private final TickScale scale;
    private final int forgetTicks;
    private final int gaugeHoldTicks;
    private final int percentileTicks;
    /** Of the reader that was done last, for the next: its buckets are the most of what adding up takes. */
    private final AtomicReference<@Nullable DistributionBuilder> spareBuilder = new AtomicReference<>();

    private volatile long beginMillis;
    private volatile int foreseen = Horizon.NONE;
    private volatile Horizon horizon;
    private volatile int halvings;

    Timeline(TimelineSettings settings, Clock clock) {
        this.settings = settings;
        long now = clock.wallMillis();
        beginMillis = now;
        scale = TickScale.around(now, settings.tickMillis());
        forgetTicks = scale.ticks(settings.forgetMillis());
        gaugeHoldTicks = scale.ticks(settings.gaugeStaleMillis());
        percentileTicks = scale.ticks(settings.percentileWindowMillis());
        horizon = horizonAt(scale.floor(now) - 1);
    }

    /** From when on everything was taken, by this process or by one before whose ticks were read back. */
    long beginMillis() {
        return beginMillis;
    }

    void readBackFrom(int tick) {
        beginMillis = Math.min(beginMillis, scale.millis(tick));
    }

    /** That ticks up to this one are about to be read back. */
    void foresee(int tick) {
        foreseen = tick;
    }

    TimelineSettings settings() {
        return settings;
    }

    TickScale scale() {
        return scale;
    }

    Horizon horizon() {
        return horizon;
    }

    /** Whether the newest tick of the grid at both times is the same. */
    boolean hasSameTick(long earlierMillis, long laterMillis) {
        Horizon h = horizon;
        return h.floor(scale.floor(earlierMillis)) == h.floor(scale.floor(laterMillis));
    }

    int forgetTicks() {
        return forgetTicks;
    }

    int gaugeHoldTicks() {
        return gaugeHoldTicks;
    }

    int percentileTicks() {
        return percentileTicks;
    }

    /** What the horizon is once {@code tick} is closed. */
    Horizon horizonAt(int tick) {
        return Horizon.at(
                tick,
                scale.ticks(fineMillis()),
                scale.ticks(mediumMillis()),
                scale.ticks(coarseMillis()),
                scale.ticks(TimelineSettings.MEDIUM_STEP_MILLIS),
                scale.ticks(TimelineSettings.COARSE_STEP_MILLIS),
                foreseen);
    }

    /** How far back every tick can be read, as things are. */
    long fineMillis() {
        long least = Math.clamp(LEAST_FINE_TICKS * settings.tickMillis(), LEAST_FINE_MILLIS, LEAST_REACH_MILLIS);
        return Math.max(least, settings.fineMillis() >> halvings);
    }

    long mediumMillis() {
        return Math.max(LEAST_REACH_MILLIS, settings.mediumMillis() >> halvings);
    }

    long coarseMillis() {
        return Math.max(LEAST_REACH_MILLIS, settings.coarseMillis() >> halvings);
    }

    /** An empty builder, to be given back. */
    DistributionBuilder takeBuilder(BucketLayout layout) {
        DistributionBuilder spare = spareBuilder.getAndSet(null);
        if (spare == null) {
            return new DistributionBuilder(layout);
        }
        spare.reset(layout);
        return spare;
    }

    void giveBack(DistributionBuilder builder) {
        spareBuilder.set(builder);
    }

    void publish(Horizon next) {
        horizon = next;
    }

    int halvings() {
        return halvings;
    }

    /** Halves, or doubles again, how far back history reaches, from the next tick on. */
    void setHalvings(int times) {
        halvings = times;
    }
}
