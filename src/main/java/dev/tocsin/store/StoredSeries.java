package dev.tocsin.store;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One series as read from PostgreSQL for one query: its intervals, ascending. As in memory, a pushed series has a value
 * at every moment while it lives, that of its newest interval; so a window that begins inside an interval begins with the
 * interval before it, and what follows each other is neither counted twice nor left out. Confined to one thread.
 *
 * <p>Surprising: a cumulative distribution begins at the first interval read; only differences mean anything.
 */
final class StoredSeries implements Series {
    private final SeriesKey key;
    private final long stepMillis;
    private final PushedLife life;
    private int size;
    private long[] end = new long[64];
    /** Of each interval, in milliseconds: at the ends of a range they are shorter. */
    private int[] length = new int[64];

    private final StoredValues values = new StoredValues();
    /** Of distributions; decoded when first looked at. */
    private byte[] @Nullable [] encoded = {};

    private @Nullable Distribution[] observed = {};
    private final BitSet lookedAt = new BitSet();
    /** Of all sums, as its buckets are most of what a sum takes. */
    private @Nullable DistributionBuilder adding;

    /** Of the intervals before each, and of all; made when first asked for. */
    private double[] runningCounts = {};

    private double[] runningSums = {};

    StoredSeries(SeriesKey key, Resolution resolution, PushedLife life) {
        this.key = key;
        this.stepMillis = resolution.millis();
        this.life = life;
    }

    /** Earliest that may matter for a window that begins then. */
    static long reach(Resolution resolution, PushedLife life) {
        return life.counterMillis() + resolution.millis();
    }

    /** Adds the intervals that end in (afterMillis, toMillis]: after all that are there. */
    void add(TreeMap<Integer, Chunk> chunks, Resolution resolution, long afterMillis, long toMillis) {
        chunks.forEach((slot, chunk) -> {
            for (int i = 0; i < chunk.size(); i++) {
                long millis = endMillis(chunk, i, slot, resolution);
                if (millis <= afterMillis || millis > toMillis) {
                    continue;
                }
                if (chunk.scalars != null && !isDistribution()) {
                    makeRoom(millis, resolution);
                    values.add(size++, chunk.scalars, i);
                } else if (chunk.distributions != null && isDistribution()) {
                    makeRoom(millis, resolution);
                    encoded = encoded.length < end.length ? Arrays.copyOf(encoded, end.length) : encoded;
                    encoded[size++] = chunk.distributions.bytes[i];
                }
            }
        });
    }

    private static long endMillis(Chunk chunk, int i, int slot, Resolution resolution) {
        short[] at = chunk.scalars != null ? chunk.scalars.at : Objects.requireNonNull(chunk.distributions).at;
        return resolution.endMillis(slot, at[i]);
    }

    private void makeRoom(long endMillis, Resolution resolution) {
        if (size == end.length) {
            end = Arrays.copyOf(end, size * 2);
            length = Arrays.copyOf(length, size * 2);
        }
        end[size] = endMillis;
        length[size] = (int) resolution.millis();
    }

    boolean isDistribution() {
        return key.layout() != null;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Override
    public Labels labels() {
        return key.labels();
    }

    /** How long the value of an interval holds after it. */
    private long holdMillis() {
        if (key.recorded()) {
            return stepMillis - 1;
        }
        return switch (key.kind()) {
            case COUNTER, DISTRIBUTION -> life.counterMillis();
            case GAUGE -> life.gaugeMillis();
            case SET -> stepMillis - 1;
        };
    }

    /** The newest interval that has ended by then; -1 where none has. */
    private int indexAt(long millis) {
        int found = Arrays.binarySearch(end, 0, size, millis);
        return found >= 0 ? found : -found - 2;
    }

    /** Whether a gauge still has a value after the newest interval that has ended, or has further samples by then. */
    private boolean livesAt(long millis, int newest) {
        int next = newest + 1;
        return millis - end[newest] < holdMillis() || next < size && end[next] - length[next] < millis;
    }

    /** The time of the newest point in (afterMillis, atMillis]; the least long where there is none. */
    long newestMillis(long afterMillis, long atMillis) {
        int i = indexAt(atMillis);
        if (i < 0) {
            return Long.MIN_VALUE;
        }
        if (key.kind() == Kind.GAUGE && !key.recorded()) {
            return atMillis > afterMillis && livesAt(atMillis, i) ? atMillis : Long.MIN_VALUE;
        }
        // A recorded series has its points where they are; a pushed one has one now.
        long time = key.recorded() && end[i] > afterMillis ? end[i] : Math.min(atMillis, end[i] + holdMillis());
        return time > afterMillis ? time : Long.MIN_VALUE;
    }

    @Override
    public boolean newest(long afterMillis, long atMillis, Points into) {
        long time = newestMillis(afterMillis, atMillis);
        if (time == Long.MIN_VALUE) {
            return false;
        }
        int i = indexAt(atMillis);
        if (isDistribution()) {
            into.add(time, sum(0, i));
        } else {
            into.add(time, values.last(i));
        }
        return true;
    }

    @Override
    public void read(long afterMillis, long toMillis, Points into) {
        if (isDistribution()) {
            readDistributions(afterMillis, toMillis, into);
        } else if (key.recorded() || key.kind() == Kind.COUNTER) {
            for (int i = indexAt(afterMillis) + 1; i < size && end[i] <= toMillis; i++) {
                values.addTo(into, end[i], i);
            }
        } else {
            readHeld(afterMillis, toMillis, into);
        }
    }

    private void readDistributions(long afterMillis, long toMillis, Points into) {
        DistributionBuilder running = new DistributionBuilder(layout());
        int from = indexAt(afterMillis) + 1;
        for (int i = 0; i < size && end[i] <= toMillis; i++) {
            addTo(running, i);
            if (i >= from) {
                into.add(end[i], running.build());
            }
        }
    }

    /** Points of a gauge: where no sample came for some intervals, as long as it holds. */
    private void readHeld(long afterMillis, long toMillis, Points into) {
        for (int i = Math.max(0, indexAt(afterMillis)); i < size && end[i] <= toMillis; i++) {
            double ticks = (double) length[i] / life.tickMillis();
            if (end[i] > afterMillis) {
                boolean lived = i > 0 && end[i] - length[i] - end[i - 1] < holdMillis();
                values.addTo(into, end[i], i, ticks, lived);
            }
            long until = Math.min(toMillis, end[i] + holdMillis() - life.tickMillis());
            until = i + 1 < size ? Math.min(until, end[i + 1] - length[i + 1]) : until;
            for (long t = end[i] + length[i]; t <= until; t += length[i]) {
                if (t > afterMillis) {
                    values.addHeldTo(into, t, i, ticks);
                }
            }
        }
    }

    @Override
    public RangeEnds ends(long afterMillis, long toMillis) {
        boolean cumulative = isDistribution() || key.kind() == Kind.COUNTER && !key.recorded();
        if (!cumulative) {
            return Series.super.ends(afterMillis, toMillis);
        }
        RangeEnds times = times(afterMillis, toMillis);
        if (times.count() == 0) {
            return times;
        }
        int newest = indexAt(afterMillis);
        int until = indexAt(toMillis);
        if (isDistribution()) {
            return new RangeEnds(
                    times.count(),
                    times.firstTimeMillis(),
                    times.lastTimeMillis(),
                    Double.NaN,
                    Double.NaN,
                    0,
                    null,
                    sum(newest + 1, until),
                    false);
        }
        double correction = 0;
        for (int i = newest + 1; i <= until; i++) {
            double total = values.last(i);
            correction += total < values.before(i) ? values.before(i) : 0;
            // Where the clock was set back, what came first may lie behind what came later.
            boolean falls = i > newest + 1 && values.before(i) < values.last(i - 1) && total < values.last(i - 1);
            correction += falls ? values.last(i - 1) : 0;
        }
        return new RangeEnds(
                times.count(),
                times.firstTimeMillis(),
                times.lastTimeMillis(),
                until == newest ? values.last(newest) : values.before(newest + 1),
                values.last(until),
                correction,
                null,
                null,
                false);
    }

    @Override
    public @Nullable Distribution observed(long afterMillis, long toMillis) {
        int from = indexAt(afterMillis) + 1;
        int to = indexAt(toMillis);
        return isDistribution() && from <= to ? sum(from, to) : null;
    }

    /** Count and times alone, of a series that is cumulative. */
    RangeEnds times(long afterMillis, long toMillis) {
        int newest = indexAt(afterMillis);
        int until = indexAt(toMillis);
        boolean alive = newest >= 0 && afterMillis - end[newest] < holdMillis();
        if (until < 0 || until == newest && !alive) {
            return RangeEnds.NONE;
        }
        // Where it did not live at the begin, what was observed in its first interval came in that interval.
        long firstMillis = alive ? afterMillis + 1 : Math.max(afterMillis + 1, end[newest + 1] - stepMillis + 1);
        long lastMillis = Math.max(firstMillis, Math.min(toMillis, end[until] + holdMillis()));
        int count = 2 + (int) ((lastMillis - firstMillis) / stepMillis);
        return new RangeEnds(count, firstMillis, lastMillis, Double.NaN, Double.NaN, 0, null, null, false);
    }

    /** How many observations there are in intervals that have ended by then, of those read. */
    double countUpTo(long millis) {
        return observedUpTo(millis, true);
    }

    double sumUpTo(long millis) {
        return observedUpTo(millis, false);
    }

    private double observedUpTo(long millis, boolean counts) {
        if (runningCounts.length < size + 1) {
            runningCounts = new double[size + 1];
            runningSums = new double[size + 1];
            for (int i = 0; i < size; i++) {
                runningCounts[i + 1] = runningCounts[i] + observed(i).count();
                runningSums[i + 1] = runningSums[i] + observed(i).sum();
            }
        }
        return (counts ? runningCounts : runningSums)[indexAt(millis) + 1];
    }

    BucketLayout layout() {
        return Objects.requireNonNull(key.layout());
    }

    /** Decoding into a sum costs a third of decoding for later: only what is looked at again is kept. */
    private void addTo(DistributionBuilder sum, int i) {
        if (lookedAt.get(i)) {
            sum.add(observed(i), 1);
        } else {
            lookedAt.set(i);
            byte[] bytes = Objects.requireNonNull(encoded[i]);
            DistributionCodec.addTo(sum, bytes, 0, bytes.length);
        }
    }

    private Distribution observed(int i) {
        if (observed.length < size) {
            observed = Arrays.copyOf(observed, size);
        }
        Distribution known = observed[i];
        if (known == null) {
            byte[] bytes = Objects.requireNonNull(encoded[i]);
            DistributionBuilder one = new DistributionBuilder(layout());
            DistributionCodec.addTo(one, bytes, 0, bytes.length);
            known = one.build();
            observed[i] = known;
        }
        return known;
    }

    private DistributionBuilder emptyBuilder() {
        DistributionBuilder builder = adding;
        if (builder == null) {
            builder = new DistributionBuilder(layout());
            adding = builder;
        } else {
            builder.reset(layout());
        }
        return builder;
    }

    /** What was observed in the intervals from one to another, both included. */
    private Distribution sum(int from, int to) {
        DistributionBuilder builder = emptyBuilder();
        for (int i = from; i <= to; i++) {
            addTo(builder, i);
        }
        return builder.build();
    }

    /**
     * What was observed in the interval that ends at or before a moment, and in others as far back as {@code windowMillis}
     * from its end; null where that is nothing.
     */
    @Nullable
    Distribution window(long atMillis, long windowMillis) {
        long until = Math.floorDiv(atMillis, stepMillis) * stepMillis;
        int to = indexAt(until);
        int after = indexAt(until - Math.max(windowMillis, stepMillis));
        return to <= after ? null : sum(after + 1, to);
    }

    /** The end of the first interval after a moment; the largest long where there is none. */
    long nextEnd(long afterMillis) {
        int i = indexAt(afterMillis) + 1;
        return i < size ? end[i] : Long.MAX_VALUE;
    }
}
