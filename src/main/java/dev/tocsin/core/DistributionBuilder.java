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
        apart.values().removeIf(amount -> amount == 0);
        int filled = (zeroCount == 0 ? 0 : 1) + apart.size();
        for (int i = nextFilled(from); i < to; i = nextFilled(i + 1)) {
            filled++;
        }
        if (filled == 0 && sum == 0) {
            return Distribution.empty(layout);
        }
        int[] indexes = new int[filled];
        double[] values = new double[filled];
        int n = 0;
        if (zeroCount != 0) {
            values[n++] = zeroCount;
        }
        for (Map.Entry<Integer, Double> bucket :
                apart.headMap(from == to ? Integer.MAX_VALUE : base + from).entrySet()) {
            indexes[n] = bucket.getKey();
            values[n++] = bucket.getValue();
        }
        for (int i = nextFilled(from); i < to; i = nextFilled(i + 1)) {
            indexes[n] = base + i;
            values[n++] = counts[i];
        }
        if (from < to) {
            for (Map.Entry<Integer, Double> bucket : apart.tailMap(base + to).entrySet()) {
                indexes[n] = bucket.getKey();
                values[n++] = bucket.getValue();
            }
        }
        boolean known = extremesKnown && filled > 0;
        return Distribution.of(layout, indexes, values, sum, known ? min : Double.NaN, known ? max : Double.NaN);
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
        for (int i = nextFilled(from); i < to; i = nextFilled(i + 1)) {
            out.bucket(base + i, (long) counts[i]);
        }
        return true;
    }

    /** The first slot from {@code slot} on whose count is not 0; {@link #to} or more where there is none. */
    private int nextFilled(int slot) {
        int i = slot;
        while (i < to) {
            long word = touched[i >> 6] >>> i;
            if (word == 0) {
                i = (i | 63) + 1;
                continue;
            }
            i += Long.numberOfTrailingZeros(word);
            if (counts[i] != 0) {
                return i;
            }
            i++;
        }
        return i;
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
