package dev.tocsin.core;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds up observations and distributions. Dense between the lowest and the highest bucket touched, so adding is an
 * array walk; what lies too far from the rest for that is kept apart, so that 1e-300 beside 1e300 takes no memory to
 * speak of. Reusable by {@link #reset}. Confined to one thread.
 */
public final class DistributionBuilder {
    /** Widest dense range: sixteen octaves at four digits, all there are at two. */
    private static final int MAX_DENSE = 1 << 18;

    private BucketLayout layout;
    /** counts[i] is the count of bucket {@code base + i}; only [from, to) is in use. Zero outside. */
    private double[] counts = new double[256];
    /** A bit for each slot of {@link #counts} that was added to: most of a wide range is empty, and passed over. */
    private long[] touched = new long[256 / Long.SIZE];

    private int base;
    private int from;
    private int to;
    /** Buckets that the dense array can't reach. */
    private final TreeMap<Integer, Double> apart = new TreeMap<>();

    /** Of bucket 0, which HdrHistogram has for zero, far from the others. */
    private double zeroCount;

    private double sum;
    private double min;
    private double max;
    private boolean extremesKnown;

    public DistributionBuilder(BucketLayout layout) {
        this.layout = layout;
        reset(layout);
    }

    /** Which grows coarser as coarser distributions are added. */
    public BucketLayout layout() {
        return layout;
    }

    public void reset(BucketLayout newLayout) {
        layout = newLayout;
        Arrays.fill(counts, from, to, 0);
        Arrays.fill(touched, from >> 6, to + 63 >> 6, 0);
        from = 0;
        to = 0;
        apart.clear();
        zeroCount = 0;
        sum = 0;
        min = Double.POSITIVE_INFINITY;
        max = Double.NEGATIVE_INFINITY;
        extremesKnown = true;
    }

    /**
     * Only into HdrHistogram's buckets.
     *
     * @param value finite and not negative
     */
    public void record(double value, double weight) {
        int index = layout.indexOf(value);
        if (index == 0) {
            zeroCount += weight;
        } else {
            addAt(index, weight);
        }
        sum += value * weight;
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    /**
     * Adds every bucket times {@code factor}. Where precisions differ the result has the coarser one, where explicit
     * bounds differ those that both have.
     *
     * @param d whose layout {@link BucketLayout#mergesWith merges} with this one's
     * @param factor negative to subtract: then the extremes are no longer known exactly
     */
    public DistributionBuilder add(Distribution d, double factor) {
        BucketLayout common = layout.common(d.layout());
        if (!common.equals(layout)) {
            coarsenTo(common);
        }
        boolean same = d.layout().equals(layout);
        for (int i = 0; i < d.bucketCount(); i++) {
            int index = same ? d.bucketIndex(i) : d.layout().coarsen(d.bucketIndex(i), layout);
            if (index == 0) {
                zeroCount += d.bucketValue(i) * factor;
            } else {
                addAt(index, d.bucketValue(i) * factor);
            }
        }
        sum += d.sum() * factor;
        if (d.bucketCount() > 0) {
            extremesKnown &= factor > 0 && d.extremesExact();
            min = Math.min(min, d.knownMin());
            max = Math.max(max, d.knownMax());
        }
        return this;
    }

    /** Adds to one bucket of this builder's layout, without sum and extremes: {@link #addTotals} adds those. */
    public void addBucket(int index, double amount) {
        if (index == 0) {
            zeroCount += amount;
        } else {
            addAt(index, amount);
        }
    }

    /**
     * Adds what is known of observations whose buckets are added by {@link #addBucket}.
     *
     * @param smallest of them, NaN where not known
     * @param largest of them, NaN where not known
     */
    public void addTotals(double totalSum, double smallest, double largest) {
        sum += totalSum;
        extremesKnown &= !Double.isNaN(smallest);
        min = Math.min(min, smallest);
        max = Math.max(max, largest);
    }

    public Distribution build() {
        if (!apart.isEmpty()) {
            apart.values().removeIf(amount -> amount == 0);
        }
        int most = (zeroCount == 0 ? 0 : 1) + apart.size();
        for (int word = from >> 6; word << 6 < to; word++) {
            most += Long.bitCount(touched[word]);
        }
        int[] indexes = new int[most];
        double[] values = new double[most];
        int n = 0;
        if (zeroCount != 0) {
            values[n++] = zeroCount;
        }
        boolean dense = from < to;
        if (!apart.isEmpty()) {
            n = copy(apart.headMap(dense ? base + from : Integer.MAX_VALUE), indexes, values, n);
        }
        for (int word = from >> 6; word << 6 < to; word++) {
            for (long rest = touched[word]; rest != 0; rest &= rest - 1) {
                int slot = (word << 6) + Long.numberOfTrailingZeros(rest);
                double count = counts[slot];
                if (count != 0) {
                    indexes[n] = base + slot;
                    values[n++] = count;
                }
            }
        }
        if (dense && !apart.isEmpty()) {
            n = copy(apart.tailMap(base + to), indexes, values, n);
        }
        if (n == 0 && sum == 0) {
            return Distribution.empty(layout);
        }
        if (n < most) {
            indexes = Arrays.copyOf(indexes, n);
            values = Arrays.copyOf(values, n);
        }
        boolean known = extremesKnown && n > 0;
        return Distribution.of(layout, indexes, values, sum, known ? min : Double.NaN, known ? max : Double.NaN);
    }

    private static int copy(Map<Integer, Double> buckets, int[] indexes, double[] values, int at) {
        int n = at;
        for (Map.Entry<Integer, Double> bucket : buckets.entrySet()) {
            indexes[n] = bucket.getKey();
            values[n++] = bucket.getValue();
        }
        return n;
    }

    /** Whether nothing was added to any bucket since the last {@link #reset}. */
    public boolean isEmpty() {
        return from == to && zeroCount == 0 && apart.isEmpty();
    }

    /**
     * Packs the buckets without copying them first.
     *
     * @return whether it could: not where extremes are unknown, or buckets are kept apart
     */
    boolean writeTo(PackedBuckets.Writer out) {
        if (!extremesKnown || !apart.isEmpty()) {
            return false;
        }
        out.begin(sum, min, max);
        if (zeroCount != 0) {
            out.bucket(0, (long) zeroCount);
        }
        for (int word = from >> 6; word << 6 < to; word++) {
            for (long rest = touched[word]; rest != 0; rest &= rest - 1) {
                int slot = (word << 6) + Long.numberOfTrailingZeros(rest);
                if (counts[slot] != 0) {
                    out.bucket(base + slot, (long) counts[slot]);
                }
            }
        }
        return true;
    }

    private void coarsenTo(BucketLayout coarser) {
        Distribution soFar = build();
        double keptMin = min;
        double keptMax = max;
        boolean keptKnown = extremesKnown;
        reset(coarser);
        add(soFar, 1);
        min = keptMin;
        max = keptMax;
        extremesKnown = keptKnown;
    }

    private void addAt(int index, double amount) {
        if (from < to && Math.max(base + to, index + 1) - Math.min(base + from, index) > MAX_DENSE) {
            apart.merge(index, amount, Double::sum);
            return;
        }
        int slot = slot(index);
        counts[slot] += amount;
        touched[slot >> 6] |= 1L << slot;
    }

    private int slot(int index) {
        if (from == to) {
            base = index - counts.length / 2;
            from = counts.length / 2;
            to = from + 1;
            return from;
        }
        int slot = index - base;
        if (slot < 0 || slot >= counts.length) {
            grow(index);
            slot = index - base;
        }
        from = Math.min(from, slot);
        to = Math.max(to, slot + 1);
        return slot;
    }

    private void grow(int index) {
        int lowest = Math.min(base + from, index);
        int highest = Math.max(base + to, index + 1);
        double[] wider = new double[Math.max(counts.length * 2, (highest - lowest) * 2)];
        int newBase = lowest - (wider.length - (highest - lowest)) / 2;
        System.arraycopy(counts, from, wider, base + from - newBase, to - from);
        from = base + from - newBase;
        to = base + to - newBase;
        base = newBase;
        counts = wider;
        touched = new long[wider.length + 63 >> 6];
        for (int i = from; i < to; i++) {
            if (wider[i] != 0) {
                touched[i >> 6] |= 1L << i;
            }
        }
    }
}
