package dev.tocsin.series;

import dev.tocsin.core.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks all pushed series about once a minute, a share of them at each tick: trims their history, ends the idle ones,
 * drops forgotten ones that can no longer be read, and keeps history within its bytes by halving or doubling its
 * reach. Nothing that a query answers depends on when it comes by. Confined to the series thread.
 */
final class Aging {
    private static final System.Logger LOG = System.getLogger(Aging.class.getName());
    private static final long ROUND_MILLIS = 60_000;
    private static final int LEAST_VISITS = 500;
    private static final Kind[] KINDS = Kind.values();
    /** Rounds, of few series, begin no sooner after one another, however short the tick. */
    private static final long LEAST_ROUND_MILLIS = 1_000;

    private static final int ASKED_AT_ONCE = 500;
    private static final int MAX_HALVINGS = 8;
    /** Rounds after which the cache of selections is emptied, and labels are packed again that had been asked for. */
    private static final int CACHE_ROUNDS = 10;

    private final Registry registry;
    private final Timeline timeline;
    private final List<Shard> shards;
    private final Tallies tallies;
    private final Workbench bench;
    private final RecordedSeries recorded;
    private final SelectionCache cache;
    private final List<PushedSeries> leaving = new ArrayList<>();

    private @Nullable TickRecorder recorder;
    private Iterator<Metric> metrics = Collections.emptyIterator();
    private Iterator<PushedSeries> series = Collections.emptyIterator();
    private long roundBytes;
    private int visited;
    private int halvings;
    /** Rounds until a change of the reach shows in the bytes. */
    private int settling;

    private boolean warned;

    private int rounds;
    private final int leastRoundTicks;
    private int roundFrom = Horizon.NONE / 2;

    /** @param shards may be added to by other threads */
    Aging(
            Registry registry,
            Timeline timeline,
            List<Shard> shards,
            Tallies tallies,
            Workbench bench,
            RecordedSeries recorded,
            SelectionCache cache) {
        this.registry = registry;
        this.timeline = timeline;
        this.shards = shards;
        this.tallies = tallies;
        this.bench = bench;
        this.recorded = recorded;
        this.cache = cache;
        leastRoundTicks = timeline.scale().ticks(LEAST_ROUND_MILLIS);
    }

    /** From now on every living series is shown to the recorder about once a minute. */
    void show(TickRecorder toRecorder) {
        recorder = toRecorder;
    }

    void step(Horizon horizon) {
        if (visited == 0 && horizon.closed() - roundFrom < leastRoundTicks) {
            return;
        }
        roundFrom = visited == 0 ? horizon.closed() : roundFrom;
        for (int visits = visitsPerTick(); visits > 0; visits--) {
            PushedSeries next = next();
            if (next == null) {
                endRound();
                break;
            }
            visit(next, horizon);
        }
        for (int from = 0; from < leaving.size(); from += ASKED_AT_ONCE) {
            List<PushedSeries> asked =
                    List.copyOf(leaving.subList(from, Math.min(leaving.size(), from + ASKED_AT_ONCE)));
            shards.forEach(shard -> shard.departures().ask(asked));
        }
        leaving.clear();
    }

    /** By how many there are now, not when the round began: they may come by the hundred thousand within seconds. */
    private int visitsPerTick() {
        long there = registry.forgotten();
        for (Kind kind : KINDS) {
            there += registry.live(kind);
        }
        return (int) Math.max(LEAST_VISITS, there * timeline.settings().tickMillis() / ROUND_MILLIS + 1);
    }

    private @Nullable PushedSeries next() {
        while (!series.hasNext()) {
            if (!metrics.hasNext()) {
                return null;
            }
            series = metrics.next().series().iterator();
        }
        return series.next();
    }

    private void visit(PushedSeries s, Horizon h) {
        visited++;
        s.trim(h, settling > 0, bench);
        if (rounds % CACHE_ROUNDS == 0) {
            s.packLabels();
        }
        roundBytes += s.historyBytes();
        switch (s.standing()) {
            case LIVE -> {
                if (recorder != null) {
                    recorder.visit(s);
                }
                long idleSince = Math.max(s.lastSample(), s.admittedTick);
                if (h.closed() - idleSince >= timeline.forgetTicks() && registry.leave(s)) {
                    leaving.add(s);
                }
            }
            case FORGOTTEN -> {
                if ((long) s.lastSample() + timeline.forgetTicks() <= h.coarseFrom()) {
                    registry.dropForgotten(s);
                }
            }
            case LEAVING, DROPPED -> {}
        }
    }

    private void endRound() {
        roundBytes += recorded.bytes();
        tallies.historyBytes = roundBytes;
        if (++rounds % CACHE_ROUNDS == 0) {
            cache.clear();
        }
        if (settling > 0) {
            settling--;
        } else if (roundBytes > timeline.settings().historyBytes() && halvings < MAX_HALVINGS) {
            reach(halvings + 1);
        } else if (roundBytes < timeline.settings().historyBytes() / 4 && halvings > 0) {
            reach(halvings - 1);
        }
        visited = 0;
        roundBytes = 0;
        metrics = registry.metrics().iterator();
    }

    private void reach(int times) {
        if (times > halvings && !warned) {
            warned = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "History takes {0} bytes, more than the {1} allowed: its reach is halved",
                    roundBytes,
                    timeline.settings().historyBytes());
        }
        halvings = times;
        settling = 2;
        timeline.setHalvings(times);
        tallies.halvings = times;
    }
}
