package dev.tocsin.series;

import dev.tocsin.core.Arrivals;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Kind;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.StoredTicks;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All series of this process: where samples go in, where a tick closes, and where queries read.
 *
 * <pre>
 *   producer's thread       Shard.accept …  Shard.flip ──► ClosedInterval
 *   series thread           close(tick, intervals): merge into the series, write histories, publish the tick
 *                           record(): the same in bytes, for those who keep ticks elsewhere
 *   any thread              source(), status(), statistics()
 *   the rule thread         recorded()
 * </pre>
 *
 * The series thread is whichever one calls {@link #absorb} and {@link #close}: one at a time.
 */
public final class SeriesTable {
    private final SeriesLimits limits;
    private final Timeline timeline;
    private final Tallies tallies = new Tallies();
    private final Registry registry;
    private final List<Shard> shards = new CopyOnWriteArrayList<>();
    private final AtomicInteger shardNumbers = new AtomicInteger();
    private final IntervalMerge merge;
    private final Aging aging;
    private final RecordedSeries recorded;
    private final SeriesIndex index;
    private final Workbench bench = new Workbench();
    private @Nullable TickRecorder recorder;
    private @Nullable Restoration restoration;

    public SeriesTable(SeriesLimits limits, TimelineSettings settings, Clock clock) {
        this.limits = limits;
        timeline = new Timeline(settings, clock);
        registry = new Registry(limits, timeline);
        merge = new IntervalMerge(tallies, bench);
        recorded = new RecordedSeries(limits, timeline, tallies);
        SelectionCache cache = new SelectionCache();
        aging = new Aging(registry, timeline, shards, tallies, bench, recorded, cache);
        index = new SeriesIndex(registry, timeline, recorded, cache);
    }

    /** A way in for one producer's thread. Callable from any thread. */
    public Shard openShard(String name) {
        Shard shard = new Shard(name, shardNumbers.getAndIncrement(), limits, registry, timeline, tallies);
        shards.add(shard);
        return shard;
    }

    /**
     * Merges what a shard handed over before its tick closes; for a producer that flips more often than once a tick, so
     * that the work is spread out. Not readable until {@link #close}. On the series thread.
     */
    public void absorb(ClosedInterval interval) {
        merge.reset();
        Horizon horizon = timeline.horizon();
        merge.absorb(interval, horizon, horizon.closed() + 1);
    }

    /**
     * Merges these intervals and makes everything absorbed since the last tick readable at {@code tickMillis}. A tick
     * that is not later than the last one only merges: it is readable with the next that is. On the series thread.
     *
     * @param tickMillis a multiple of the tick length
     */
    public void close(long tickMillis, List<ClosedInterval> intervals) {
        merge.reset();
        int tick = timeline.scale().floor(tickMillis);
        Horizon before = timeline.horizon();
        merge.skip(before.closed() + 1, Math.min(tick - 1, before.closed() + timeline.percentileTicks()), before);
        intervals.stream()
                .sorted(Comparator.comparingInt(interval -> interval.shard().number()))
                .forEach(interval -> merge.absorb(interval, before, Math.max(tick, before.closed() + 1)));
        if (tick <= before.closed()) {
            return;
        }
        Horizon next = timeline.horizonAt(tick);
        merge.commit(tick, next);
        timeline.publish(next);
        aging.step(next);
    }

    /** When the samples of the last tick came in. On the series thread, after {@link #close} and before {@link #record}. */
    public Arrivals arrivals() {
        return merge.arrivals().notAfter(closedTickMillis());
    }

    /** From the next {@link #close} on, {@link #record} can be called after each. On the series thread, or before it runs. */
    public void startRecording(RecordingSettings settings) {
        recorder = new TickRecorder(timeline, recorded.log(), settings, bench);
        aging.show(recorder);
    }

    /**
     * What the last {@link #close} closed, for those who keep ticks elsewhere; it can wait until those who wait for the
     * tick have heard of it. Once per close; null where that closed no tick. On the series thread.
     *
     * @param anew whether every series is to be told again from here on
     */
    public @Nullable EncodedTick record(boolean anew) {
        if (recorder == null || !merge.isCommitted()) {
            return null;
        }
        EncodedTick encoded = recorder.record(merge, anew);
        merge.reset();
        return encoded;
    }

    /**
     * Begins to read what earlier processes stored, on the series thread: until {@link Restoration#next} says that it is
     * done, ticks are put aside by {@link #defer} instead of closed. After {@link #startRecording}, before the first tick.
     *
     * @param recorder where samples of rules go, as {@link #recorded} or in front of it
     */
    public Restoration restore(StoredTicks stored, SampleRecorder recorder) {
        Restoration begun = new Restoration(registry, timeline, merge, bench, recorder, stored);
        restoration = begun;
        return begun;
    }

    /**
     * Puts a tick aside while history is restored; it is closed after that.
     *
     * @return what it holds, totals left open
     */
    public EncodedTick defer(long tickMillis, List<ClosedInterval> intervals) {
        Restoration under = Objects.requireNonNull(restoration);
        Horizon horizon = timeline.horizon();
        intervals.forEach(
                interval -> merge.absorb(interval, horizon, timeline.scale().floor(tickMillis)));
        EncodedTick encoded = Objects.requireNonNull(recorder).recordDeferred(merge, tickMillis);
        merge.forget();
        under.defer(encoded);
        return encoded;
    }

    /** The tick that queries see last, wall time. */
    public long closedTickMillis() {
        return timeline.scale().millis(timeline.horizon().closed());
    }

    /** From when on everything is in memory, at one resolution or another: what was before is not, or not all of it. */
    public long readableSinceMillis() {
        return Math.max(
                timeline.beginMillis(),
                timeline.scale().millis(timeline.horizon().coarseFrom()));
    }

    /** Everything that can be read: pushed, derived and recorded series. */
    public SeriesSource source() {
        return index;
    }

    /** Where recording rules and alerts write. Confined to the rule thread. */
    public RecordedSeries recorded() {
        return recorded;
    }

    /** What Prometheus tells at {@code /api/v1/status/tsdb}. Walks all series: not for an event loop. */
    public TsdbStatus status(int topN) {
        return TsdbStatus.of(index, topN);
    }

    /** Counts as of now, cheap, from any thread. */
    public SeriesStatistics statistics() {
        Map<Kind, Integer> live = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            live.put(kind, registry.live(kind));
        }
        Map<SeriesLimit, Long> limited = new EnumMap<>(SeriesLimit.class);
        for (SeriesLimit limit : SeriesLimit.values()) {
            limited.put(limit, tallies.limited.get(limit.ordinal()));
        }
        return new SeriesStatistics(
                live,
                limits.maxSeries(),
                registry.forgotten(),
                recorded.size(),
                limited,
                tallies.overloaded.get(),
                tallies.skippedFlips.get(),
                tallies.lateSamples.get(),
                tallies.estimatedSets.get(),
                tallies.recordedDropped.get(),
                tallies.touchedLastTick,
                tallies.historyBytes,
                tallies.halvings,
                shards.stream().mapToLong(Shard::keyBytes).sum());
    }
}
