package dev.tocsin.core.tick;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.PackedBuckets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one closed tick holds, kind by kind in columns: only the series that were touched. Row {@code i} of a kind is
 * series {@code series[i]} of {@link #names}; rows at or after {@code size} are left over from other ticks. Reusable;
 * confined to its reader's thread, and good until that reads the next tick.
 */
public final class TickColumns {
    /** What the numbers stand for. */
    public final SeriesNames names;

    /** Of this tick among all ticks of this data folder, ascending; a tick lost in between leaves a gap. */
    public long position;

    /** The end of the interval, wall time. Ascending within one run of the process; the clock may be set between two. */
    public long tickMillis;

    /** Counters that grew, or were sent 0. */
    public final Counters counters = new Counters();

    public final Gauges gauges = new Gauges();

    public final Distributions distributions = new Distributions();

    public final Sets sets = new Sets();

    public final Late late = new Late();

    public final Recorded recorded = new Recorded();

    TickColumns(SeriesNames names) {
        this.names = names;
    }

    void reset() {
        counters.size = 0;
        gauges.size = 0;
        distributions.size = 0;
        sets.size = 0;
        sets.memberCount = 0;
        late.size = 0;
        Arrays.fill(recorded.distribution, 0, recorded.size, null);
        recorded.size = 0;
    }

    /** What counters took in this interval. */
    public static final class Counters {
        public int size;
        public int[] series = new int[64];
        /** 0 or more. */
        public double[] delta = new double[64];
        /**
         * Running total at the end of the tick, never reset. NaN for a moment after a start, while what was before is
         * still being read: then the last total known of these labels, plus {@link #delta}.
         */
        public double[] total = new double[64];

        void add(int id, double grown, double now) {
            if (size == series.length) {
                series = Arrays.copyOf(series, size * 2);
                delta = Arrays.copyOf(delta, size * 2);
                total = Arrays.copyOf(total, size * 2);
            }
            series[size] = id;
            delta[size] = grown;
            total[size++] = now;
        }
    }

    /** The value of each gauge at the end of the tick. */
    public static final class Gauges {
        public int size;
        public int[] series = new int[64];
        public double[] value = new double[64];

        void add(int id, double now) {
            if (size == series.length) {
                series = Arrays.copyOf(series, size * 2);
                value = Arrays.copyOf(value, size * 2);
            }
            series[size] = id;
            value[size++] = now;
        }
    }

    /** What was observed in this interval: not cumulative. */
    public static final class Distributions {
        public int size;
        public int[] series = new int[64];
        /** {@link PackedBuckets}, in [from, to) of {@link #bytes}; nothing where only weights below 1 came. */
        public int[] from = new int[64];

        public int[] to = new int[64];
        public byte[] bytes = {};
        /** How many observations came in this interval. */
        public double[] count = new double[64];
        /** The sum of those. */
        public double[] sum = new double[64];
        /** Running number of observations at the end of the tick; NaN as of {@link Counters#total}. */
        public double[] totalCount = new double[64];
        /** Running sum of observations at the end of the tick; NaN likewise. */
        public double[] totalSum = new double[64];

        void add(int id, int begin, int end, double observed, double added, double countNow, double sumNow) {
            if (size == series.length) {
                series = Arrays.copyOf(series, size * 2);
                from = Arrays.copyOf(from, size * 2);
                to = Arrays.copyOf(to, size * 2);
                count = Arrays.copyOf(count, size * 2);
                sum = Arrays.copyOf(sum, size * 2);
                totalCount = Arrays.copyOf(totalCount, size * 2);
                totalSum = Arrays.copyOf(totalSum, size * 2);
            }
            series[size] = id;
            from[size] = begin;
            to[size] = end;
            count[size] = observed;
            sum[size] = added;
            totalCount[size] = countNow;
            totalSum[size++] = sumNow;
        }

        /** Adds what was observed to a builder of the series' layout. */
        public void addTo(DistributionBuilder sum, int row) {
            if (from[row] < to[row]) {
                PackedBuckets.addTo(sum, bytes, from[row], to[row]);
            }
        }
    }

    /** Sets that had members. */
    public static final class Sets {
        public int size;
        public int[] series = new int[64];
        /** Distinct members in the percentile window that ends here: the value of the series. */
        public double[] distinct = new double[64];
        /** Members of this interval: 64-bit hashes, in [memberEnd of the row before, memberEnd) of {@link #members}. */
        public int[] memberEnd = new int[64];

        public long[] members = new long[64];
        private int memberCount;

        /** The first member of a row. */
        public int memberBegin(int row) {
            return row == 0 ? 0 : memberEnd[row - 1];
        }

        void addMember(long hash) {
            if (memberCount == members.length) {
                members = Arrays.copyOf(members, memberCount * 2);
            }
            members[memberCount++] = hash;
        }

        /** Ends a row, of the members added since the last. */
        void add(int id, double count) {
            if (size == series.length) {
                series = Arrays.copyOf(series, size * 2);
                distinct = Arrays.copyOf(distinct, size * 2);
                memberEnd = Arrays.copyOf(memberEnd, size * 2);
            }
            series[size] = id;
            distinct[size] = count;
            memberEnd[size++] = memberCount;
        }
    }

    /**
     * Samples of pushed series that belong to a past tick: a counter's delta from then on, a gauge's value then, one
     * observation. Totals of this tick have them in.
     */
    public static final class Late {
        public int size;
        public int[] series = new int[16];
        /** The end of the interval that it belongs to, wall time. */
        public long[] timeMillis = new long[16];

        public double[] value = new double[16];
        /** How many times it was observed; 1 for scalars, and 0 for an observation whose weight was too little yet. */
        public double[] times = new double[16];

        void add(int id, long time, double sample, double weight) {
            if (size == series.length) {
                series = Arrays.copyOf(series, size * 2);
                timeMillis = Arrays.copyOf(timeMillis, size * 2);
                value = Arrays.copyOf(value, size * 2);
                times = Arrays.copyOf(times, size * 2);
            }
            series[size] = id;
            timeMillis[size] = time;
            value[size] = sample;
            times[size++] = weight;
        }
    }

    /**
     * Samples of rules ({@code ALERTS} among them) and of our own metrics. Those of rules bear the time of a tick before.
     */
    public static final class Recorded {
        public int size;
        public int[] series = new int[64];
        public long[] timeMillis = new long[64];
        /** {@link dev.tocsin.core.Points#STALE} where the series ended; NaN where {@link #distribution} is not null. */
        public double[] value = new double[64];
        /** Mostly null. Its counts may be fractions. */
        public @Nullable Distribution[] distribution = new @Nullable Distribution[64];

        void add(int id, long time, double sample, @Nullable Distribution histogram) {
            if (size == series.length) {
                series = Arrays.copyOf(series, size * 2);
                timeMillis = Arrays.copyOf(timeMillis, size * 2);
                value = Arrays.copyOf(value, size * 2);
                distribution = Arrays.copyOf(distribution, size * 2);
            }
            series[size] = id;
            timeMillis[size] = time;
            value[size] = sample;
            distribution[size++] = histogram;
        }
    }
}
