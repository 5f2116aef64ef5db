package dev.tocsin.core.tick;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which series the small numbers in {@link TickColumns} stand for. A number means the same series as long as
 * {@link #generation} is the same; with another one, everything that was known of numbers is to be forgotten. One series
 * may be told again, and the same series has another number in another generation. Confined to the reader's thread.
 */
public final class SeriesNames {
    private static final Kind[] KINDS = Kind.values();

    /** In place of a kind: a series of rules or of our own metrics, whose samples bear their own time. */
    static final int RECORDED = KINDS.length;

    private long generation = -1;
    private @Nullable Labels[] labels = new Labels[64];
    private byte[] heads = new byte[64];
    /** Running totals of counters, and numbers of observations of distributions; NaN where not known. */
    private double[] totals = new double[64];

    private double[] sums = new double[64];
    private int end;

    /** Grows from one generation to the next; -1 before the first. */
    public long generation() {
        return generation;
    }

    /** All numbers are below it. */
    public int end() {
        return end;
    }

    /** With the metric name; null for a number that was not told. No row of {@link TickColumns} has such a number. */
    public @Nullable Labels labels(int series) {
        return series < end ? labels[series] : null;
    }

    /** Of a pushed series. A recorded one is a gauge to whoever keeps it: its value is what it is. */
    public Kind kind(int series) {
        return isRecorded(series) ? Kind.GAUGE : KINDS[heads[series] & 7];
    }

    /** Whether rules or our own metrics wrote it, under {@link TickColumns#recorded}. */
    public boolean isRecorded(int series) {
        return (heads[series] & 7) == RECORDED;
    }

    /** The buckets of a distribution. */
    public BucketLayout layout(int series) {
        return BucketLayout.ofDigits((heads[series] >> 3) + 1);
    }

    static int head(@Nullable Kind kind, @Nullable BucketLayout layout) {
        return (kind == null ? RECORDED : kind.ordinal()) | (layout == null ? 0 : layout.digits() - 1 << 3);
    }

    void begin(long newGeneration) {
        if (newGeneration != generation) {
            generation = newGeneration;
            Arrays.fill(labels, 0, end, null);
            end = 0;
        }
    }

    void tell(int series, int head, Labels name, double total, double sum) {
        if (series >= labels.length) {
            int capacity = Math.max(series + 1, labels.length * 2);
            labels = Arrays.copyOf(labels, capacity);
            heads = Arrays.copyOf(heads, capacity);
            totals = Arrays.copyOf(totals, capacity);
            sums = Arrays.copyOf(sums, capacity);
        }
        end = Math.max(end, series + 1);
        labels[series] = name;
        heads[series] = (byte) head;
        totals[series] = total;
        sums[series] = sum;
    }

    double addTotal(int series, double delta) {
        totals[series] += delta;
        return totals[series];
    }

    double addSum(int series, double delta) {
        sums[series] += delta;
        return sums[series];
    }
}
