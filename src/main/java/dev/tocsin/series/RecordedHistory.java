package dev.tocsin.series;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.PointMarks;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one recorded series, stale markers among them. One thread writes; any thread reads: samples are
 * appended beyond the published size, and what rewrites them publishes new arrays.
 */
final class RecordedHistory implements Series {
    private static final VarHandle CHUNK;
    private static final VarHandle SIZE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CHUNK = lookup.findVarHandle(RecordedHistory.class, "chunk", Chunk.class);
            SIZE = lookup.findVarHandle(Chunk.class, "size", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final short[] NO_COUNTS = {};

    private static final class Chunk {
        final long[] times;
        final double[] values;
        /** Null in a series of plain numbers. */
        final @Nullable Distribution @Nullable [] distributions;

        final PointMarks marks;
        /** How many samples each of the oldest stands for; the others stand for themselves. */
        short[] counts = NO_COUNTS;
        /** Of those that stand for different ones, by their places. */
        OldBlocks blocks = OldBlocks.NONE;

        int size;

        Chunk(int capacity, boolean distributions) {
            times = new long[capacity];
            values = new double[capacity];
            marks = new PointMarks(capacity);
            this.distributions = distributions ? new @Nullable Distribution[capacity] : null;
        }

        void add(long time, double value, @Nullable Distribution distribution) {
            times[size] = time;
            values[size] = value;
            if (distributions != null) {
                distributions[size] = distribution;
            }
            marks.add(values, size);
            SIZE.setRelease(this, size + 1);
        }

        @Nullable
        Distribution distribution(int i) {
            return distributions == null ? null : distributions[i];
        }

        /** Whether a sample is the last of its tick, ten seconds or minute, and history reaches back to it. */
        boolean isKept(int i, long now, Timeline timeline) {
            long age = now - times[i];
            long step = age <= timeline.fineMillis()
                    ? 1
                    : age <= timeline.mediumMillis()
                            ? TimelineSettings.MEDIUM_STEP_MILLIS
                            : TimelineSettings.COARSE_STEP_MILLIS;
            boolean lastOfBlock =
                    i == size - 1 || Math.floorDiv(times[i] - 1, step) != Math.floorDiv(times[i + 1] - 1, step);
            return lastOfBlock && age <= timeline.coarseMillis();
        }

        /** Adds what the samples from one to another stand for. */
        void addTo(ValueSummary into, int from, int to) {
            int block = blocks.indexOf(from);
            for (int i = from; i <= to; i++) {
                boolean known = block < blocks.size() && blocks.number(block) == i;
                if (known) {
                    blocks.addTo(into, block++, 1);
                } else if (!Points.isStale(values[i])) {
                    into.add(values[i], i < counts.length ? counts[i] : 1);
                }
            }
        }

        int indexAt(int n, long time) {
            int found = Arrays.binarySearch(times, 0, n, time);
            return found >= 0 ? found : -found - 2;
        }
    }

    private final Labels labels;
    /** By which {@link TickRecorder} knows it, where that still says so. Confined to the series thread. */
    int number = -1;

    private Chunk chunk = new Chunk(4, false);

    RecordedHistory(Labels labels) {
        this.labels = labels;
    }

    @Override
    public Labels labels() {
        return labels;
    }

    /** @return whether it was taken: it is not if older than the newest */
    boolean append(long timeMillis, double value, @Nullable Distribution distribution, Timeline timeline) {
        Chunk c = chunk;
        int n = c.size;
        if (n > 0 && timeMillis <= c.times[n - 1]) {
            if (timeMillis < c.times[n - 1]) {
                return false;
            }
            c = copy(n - 1, n, distribution != null);
        } else if (n == c.times.length || distribution != null && c.distributions == null) {
            c = thinned(timeMillis, timeline, distribution != null);
        }
        c.add(timeMillis, value, distribution);
        CHUNK.setRelease(this, c);
        return true;
    }

    private Chunk copy(int count, int capacity, boolean distributions) {
        Chunk next = new Chunk(capacity, distributions || chunk.distributions != null);
        for (int i = 0; i < count; i++) {
            next.add(chunk.times[i], chunk.values[i], chunk.distribution(i));
        }
        next.counts = chunk.counts;
        next.blocks = chunk.blocks;
        return next;
    }

    /**
     * A copy with room for more, with the last sample of each 10 s or minute where history is that coarse, and what the
     * others came to.
     */
    private Chunk thinned(long now, Timeline timeline, boolean distributions) {
        Chunk old = chunk;
        int kept = 0;
        int coarse = 0;
        for (int i = 0, from = 0; i < old.size; i++) {
            if (old.isKept(i, now, timeline)) {
                kept++;
                coarse = i > from || i < old.counts.length ? kept : coarse;
                from = i + 1;
            }
        }
        Chunk next = new Chunk(kept + (kept >> 1) + 4, distributions || old.distributions != null);
        short[] counts = new short[coarse];
        OldBlocks.Collector blocks = new OldBlocks.Collector(coarse);
        ValueSummary summary = new ValueSummary();
        for (int i = 0, from = 0; i < old.size; i++) {
            if (now - old.times[i] > timeline.coarseMillis()) {
                from = i + 1;
            } else if (old.isKept(i, now, timeline)) {
                if (next.size < coarse) {
                    summary.reset();
                    old.addTo(summary, from, i);
                    counts[next.size] = (short) Math.min(summary.count, Short.MAX_VALUE);
                    if (!summary.isConstant()) {
                        blocks.add(next.size, summary);
                    }
                }
                from = i + 1;
                next.add(old.times[i], old.values[i], old.distribution(i));
            }
        }
        next.counts = counts;
        next.blocks = blocks.collect();
        return next;
    }

    /**
     * Lets go what is too old, where that is a good part. (Appending does, when there is no room.)
     *
     * @param thoroughly whether also where it is little
     */
    void thin(long now, Timeline timeline, boolean thoroughly) {
        Chunk c = chunk;
        if (thoroughly || c.size > 4 && now - c.times[c.size / 4] > timeline.coarseMillis()) {
            CHUNK.setRelease(this, thinned(now, timeline, c.distributions != null));
        }
    }

    long bytes() {
        Chunk c = chunk;
        long perDistribution = c.distributions == null || c.size == 0 ? 0 : bytesOf(c.distribution(c.size - 1));
        return 200 + c.times.length * 16L + c.counts.length * 2L + c.blocks.bytes() + c.size * perDistribution;
    }

    private static long bytesOf(@Nullable Distribution d) {
        return d == null ? 0 : 80 + d.bucketCount() * 12L;
    }

    long newestMillis() {
        Chunk c = (Chunk) CHUNK.getAcquire(this);
        int n = (int) SIZE.getAcquire(c);
        return n == 0 ? Long.MIN_VALUE : c.times[n - 1];
    }

    boolean hasEnded() {
        Chunk c = chunk;
        return c.size > 0 && Points.isStale(c.values[c.size - 1]);
    }

    boolean hasPoints(long afterMillis, long toMillis) {
        Chunk c = (Chunk) CHUNK.getAcquire(this);
        int n = (int) SIZE.getAcquire(c);
        for (int i = c.indexAt(n, toMillis); i >= 0 && c.times[i] > afterMillis; i--) {
            if (!Points.isStale(c.values[i])) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean newest(long afterMillis, long atMillis, Points into) {
        Chunk c = (Chunk) CHUNK.getAcquire(this);
        int i = c.indexAt((int) SIZE.getAcquire(c), atMillis);
        if (i < 0 || c.times[i] <= afterMillis || Points.isStale(c.values[i])) {
            return false;
        }
        add(c, i, into);
        return true;
    }

    @Override
    public void read(long afterMillis, long toMillis, Points into) {
        Chunk c = (Chunk) CHUNK.getAcquire(this);
        int n = (int) SIZE.getAcquire(c);
        for (int i = c.indexAt(n, afterMillis) + 1; i < n && c.times[i] <= toMillis; i++) {
            if (!Points.isStale(c.values[i])) {
                add(c, i, into);
            }
        }
    }

    @Override
    public RangeEnds ends(long afterMillis, long toMillis) {
        Chunk c = (Chunk) CHUNK.getAcquire(this);
        if (c.distributions != null) {
            return Series.super.ends(afterMillis, toMillis);
        }
        int n = (int) SIZE.getAcquire(c);
        RangeEnds ends = c.marks.ends(c.times, c.values, c.indexAt(n, afterMillis) + 1, c.indexAt(n, toMillis) + 1);
        if (ends.count() < 2) {
            return ends;
        }
        int first = c.indexAt(n, ends.firstTimeMillis());
        long apart =
                Math.max(c.times[first + 1] - c.times[first], first == 0 ? 0 : c.times[first] - c.times[first - 1]);
        boolean thinned = apart >= TimelineSettings.MEDIUM_STEP_MILLIS && apart <= TimelineSettings.COARSE_STEP_MILLIS;
        return thinned ? ends.apart(apart) : ends;
    }

    private static void add(Chunk c, int i, Points into) {
        Distribution d = c.distribution(i);
        if (d != null) {
            into.add(c.times[i], d);
        } else if (i < c.counts.length) {
            ValueSummary block = new ValueSummary();
            c.addTo(block, i, i);
            into.addInterval(c.times[i], c.values[i], block.low, block.high, block.sum, block.count);
        } else {
            into.add(c.times[i], c.values[i]);
        }
    }
}
