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

    private static final class Chunk {
        final long[] times;
        final double[] values;
        /** Null in a series of plain numbers. */
        final @Nullable Distribution @Nullable [] distributions;

        final PointMarks marks;
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
        return next;
    }

    /** A copy with room for more, with the last sample of each 10 s or minute where history is that coarse. */
    private Chunk thinned(long now, Timeline timeline, boolean distributions) {
        Chunk old = chunk;
        int kept = 0;
        for (int i = 0; i < old.size; i++) {
            kept += old.isKept(i, now, timeline) ? 1 : 0;
        }
        Chunk next = new Chunk(kept + (kept >> 1) + 4, distributions || old.distributions != null);
        for (int i = 0; i < old.size; i++) {
            if (old.isKept(i, now, timeline)) {
                next.add(old.times[i], old.values[i], old.distribution(i));
            }
        }
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
        return 190 + c.times.length * 16L + c.size * perDistribution;
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
        if (d == null) {
            into.add(c.times[i], c.values[i]);
        } else {
            into.add(c.times[i], d);
        }
    }
}
