package dev.tocsin.core.tick;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import org.jspecify.annotations.Nullable;

/**
 * Writes one closed tick after another, between {@link #begin} and {@link #end}; {@link TickReader} reads them.
 * Confined to one thread.
 *
 * <pre>
 *   names     generation, then for each: number, head (kind | digits - 1 &lt;&lt; 3), labels (count, name, value, …),
 *             milliseconds since its last sample + 1 or 0 for none,
 *             counter: total · gauge: value · distribution: count, sum, length and {@link dev.tocsin.core.PackedBuckets} of all it observed
 *   columns   generation, then sections, each with its length in bytes before it:
 *             counters       (number, delta)*
 *             gauges         (number, value)*
 *             distributions  (number, length, PackedBuckets)*
 *             sets           (number, distinct, count, hash * count)*
 *             late           (number, tick - time, value, times)*
 *             recorded       (number, tick - time, 0 value | digits histogram)*
 * </pre>
 *
 * Numbers of series are told as differences to the row before. What {@code names} say of a series is as of the beginning of
 * the tick, but with the tick's late samples in it.
 */
public final class TickWriter {
    private static final int SECTIONS = 6;
    private static final int COUNTERS = 0;
    private static final int GAUGES = 1;
    private static final int DISTRIBUTIONS = 2;
    private static final int SETS = 3;
    private static final int LATE = 4;
    private static final int RECORDED = 5;

    private final ByteWriter names = new ByteWriter(1 << 12);
    private final ByteWriter columns = new ByteWriter(1 << 12);
    private final ByteWriter[] sections = new ByteWriter[SECTIONS];
    private final int[] previous = new int[SECTIONS];
    private final RecentTexts texts = new RecentTexts();
    private long tickMillis;
    private long generation;
    private int told;
    private int previousTold;

    public TickWriter() {
        for (int i = 0; i < SECTIONS; i++) {
            sections[i] = new ByteWriter(1 << 12);
        }
    }

    /** @param newGeneration of the numbers: see {@link SeriesNames} */
    public void begin(long newTickMillis, long newGeneration) {
        tickMillis = newTickMillis;
        generation = newGeneration;
        names.reset();
        names.putVarint(generation);
        texts.reset();
        told = 0;
        previousTold = 0;
        for (int i = 0; i < SECTIONS; i++) {
            sections[i].reset();
            previous[i] = 0;
        }
    }

    /** @param position see {@link EncodedTick} */
    public EncodedTick end(long position, boolean beginsSegment) {
        columns.reset();
        columns.putVarint(generation);
        for (ByteWriter section : sections) {
            columns.putVarint(section.size());
            section.appendTo(columns);
        }
        return new EncodedTick(
                position, beginsSegment, tickMillis, told == 0 ? new byte[0] : names.toBytes(), columns.toBytes());
    }

    /** @param lastSampleMillis {@link Long#MIN_VALUE} for none */
    private void name(
            int series, @Nullable Kind kind, @Nullable BucketLayout layout, Labels labels, long lastSampleMillis) {
        told++;
        names.putSigned(series - previousTold);
        previousTold = series;
        names.putByte(SeriesNames.head(kind, layout));
        names.putVarint(labels.size());
        for (int i = 0; i < labels.size(); i++) {
            texts.write(labels.nameAt(i), names);
            texts.write(labels.valueAt(i), names);
        }
        names.putVarint(lastSampleMillis == Long.MIN_VALUE ? 0 : Math.max(0, tickMillis - lastSampleMillis) + 1);
    }

    /**
     * Tells a counter or a gauge.
     *
     * @param value a counter's total, NaN where that is not known yet; a gauge's value
     */
    public void nameScalar(int series, Kind kind, Labels labels, long lastSampleMillis, double value) {
        name(series, kind, null, labels, lastSampleMillis);
        names.putNumber(value);
    }

    /**
     * Tells a distribution.
     *
     * @param count of all its observations; NaN where that is not known yet
     * @param packed all its observations; empty where there are none, or that is not known yet
     */
    public void nameDistribution(
            int series,
            BucketLayout layout,
            Labels labels,
            long lastSampleMillis,
            double count,
            double sum,
            byte[] packed) {
        name(series, Kind.DISTRIBUTION, layout, labels, lastSampleMillis);
        names.putNumber(count);
        names.putNumber(sum);
        names.putVarint(packed.length);
        names.putBytes(packed, 0, packed.length);
    }

    public void nameSet(int series, Labels labels, long lastSampleMillis) {
        name(series, Kind.SET, null, labels, lastSampleMillis);
    }

    /** Tells a series of rules or of our own metrics. */
    public void nameRecorded(int series, Labels labels) {
        name(series, null, null, labels, Long.MIN_VALUE);
    }

    private ByteWriter row(int section, int series) {
        ByteWriter out = sections[section];
        out.putSigned(series - previous[section]);
        previous[section] = series;
        return out;
    }

    public void counter(int series, double delta) {
        row(COUNTERS, series).putNumber(delta);
    }

    public void gauge(int series, double value) {
        row(GAUGES, series).putNumber(value);
    }

    /** @param packed empty where nothing whole was observed */
    public void distribution(int series, byte[] packed) {
        ByteWriter out = row(DISTRIBUTIONS, series);
        out.putVarint(packed.length);
        out.putBytes(packed, 0, packed.length);
    }

    /** @param members hashes in [0, memberCount) */
    public void set(int series, double distinct, long[] members, int memberCount) {
        ByteWriter out = row(SETS, series);
        out.putNumber(distinct);
        out.putVarint(memberCount);
        for (int i = 0; i < memberCount; i++) {
            out.putLong(members[i]);
        }
    }

    /** See {@link TickColumns.Late}. */
    public void late(int series, long timeMillis, double value, double times) {
        ByteWriter out = row(LATE, series);
        out.putSigned(tickMillis - timeMillis);
        out.putNumber(value);
        out.putNumber(times);
    }

    public void recorded(int series, long timeMillis, double value, @Nullable Distribution distribution) {
        ByteWriter out = row(RECORDED, series);
        out.putSigned(tickMillis - timeMillis);
        if (distribution == null) {
            out.putByte(0);
            out.putNumber(value);
        } else {
            out.putByte(distribution.layout().digits());
            histogram(distribution, out);
        }
    }

    private static void histogram(Distribution d, ByteWriter out) {
        out.putNumber(d.sum());
        out.putNumber(d.extremesExact() ? d.min() : Double.NaN);
        out.putNumber(d.extremesExact() ? d.max() : Double.NaN);
        out.putVarint(d.bucketCount());
        int index = 0;
        for (int i = 0; i < d.bucketCount(); i++) {
            out.putVarint(d.bucketIndex(i) - index);
            out.putNumber(d.bucketValue(i));
            index = d.bucketIndex(i);
        }
    }
}
