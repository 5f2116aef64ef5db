package dev.tocsin.core.tick;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link TickWriter} wrote into columns, one tick after another in the order of their writing. A tick may be
 * missing: totals are right again for each series when it is told next. Confined to one thread.
 */
public final class TickReader {
    /** What is told of a series beside its name: as of the beginning of the tick, but with its late samples in it. */
    public interface Sink {
        /**
         * @param lastSampleMillis wall time; {@link Long#MIN_VALUE} for none
         * @param value a counter's total or the number of observations, NaN where not known; a gauge's value
         * @param sum of observations
         * @param from where in {@code bytes} all observations begin, as {@link dev.tocsin.core.PackedBuckets}
         * @param to where they end; {@code from} where there are none, or they are not known
         */
        void told(int series, long lastSampleMillis, double value, double sum, byte[] bytes, int from, int to);
    }

    private static final Sink NOBODY = (series, lastSampleMillis, value, sum, bytes, from, to) -> {};

    private final SeriesNames names = new SeriesNames();
    private final TickColumns columns = new TickColumns(names);
    private final RecentTexts texts = new RecentTexts();
    private final Sink sink;
    private final boolean totals;
    /** The tick at which each series was told last: then its total has that tick's late samples in. */
    private long[] toldAt = new long[64];

    private long namesPosition = -1;
    private long rowsPassedOver;

    public TickReader() {
        this(NOBODY);
    }

    /** @param sink called for each series as {@link #names} reads it, after the name is known */
    public TickReader(Sink sink) {
        this(sink, true);
    }

    private TickReader(Sink sink, boolean totals) {
        this.sink = sink;
        this.totals = totals;
    }

    /** For whoever adds up by itself: totals, counts and sums in the columns mean nothing. */
    public static TickReader withoutTotals(Sink sink) {
        return new TickReader(sink, false);
    }

    /** Rows left out because what told their series was lost. */
    public long rowsPassedOver() {
        return rowsPassedOver;
    }

    /** The tick read last. */
    public TickColumns columns() {
        return columns;
    }

    /** What comes next may have been read before: totals are those that are told in it. */
    public void rewind() {
        namesPosition = -1;
    }

    /**
     * Takes in the series told at a tick; what is told of it a second time is passed over.
     *
     * @throws ByteReader.UnreadableException where the bytes are something else
     */
    public void names(long position, long tickMillis, byte[] bytes, int from, int to) {
        ByteReader in = new ByteReader(bytes, from, to);
        long generation = in.readVarint();
        if (position == namesPosition && generation == names.generation()) {
            return;
        }
        namesPosition = position;
        names.begin(generation);
        texts.reset();
        int series = 0;
        while (in.hasMore()) {
            series = seriesAfter(series, in);
            name(series, position, tickMillis, bytes, in);
        }
    }

    private void name(int series, long position, long tickMillis, byte[] bytes, ByteReader in) {
        int head = in.readByte();
        if ((head & 7) > SeriesNames.RECORDED || head >> 3 > 3 || head < 0) {
            throw new ByteReader.UnreadableException("no such kind: " + head);
        }
        Labels labels = labels(series, in);
        long age = in.readVarint();
        long lastSample = age == 0 ? Long.MIN_VALUE : tickMillis - (age - 1);
        boolean recorded = (head & 7) == SeriesNames.RECORDED;
        boolean distribution = (head & 7) == Kind.DISTRIBUTION.ordinal();
        boolean valued = !recorded && (head & 7) != Kind.SET.ordinal();
        double value = valued ? in.readNumber() : Double.NaN;
        double sum = distribution ? in.readNumber() : 0;
        int length = distribution ? in.readCount() : 0;
        int from = in.skip(length);
        names.tell(series, head, labels, value, sum);
        if (series >= toldAt.length) {
            toldAt = java.util.Arrays.copyOf(toldAt, Math.max(series + 1, toldAt.length * 2));
        }
        toldAt[series] = position;
        sink.told(series, lastSample, value, sum, bytes, from, from + length);
    }

    /** The labels, the ones known already where they are the same. */
    private Labels labels(int series, ByteReader in) {
        Labels known = names.labels(series);
        String[] pairs = new String[2 * in.readCount()];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = texts.read(in);
        }
        Labels labels = sorted(pairs);
        return known != null && known.equals(labels) ? known : labels;
    }

    private static Labels sorted(String[] pairs) {
        try {
            return Labels.ofSorted(pairs);
        } catch (IllegalArgumentException e) {
            throw new ByteReader.UnreadableException(String.valueOf(e.getMessage()));
        }
    }

    private static int seriesAfter(int previous, ByteReader in) {
        long series = previous + in.readSigned();
        if (series < 0 || series > 1 << 30) {
            throw new ByteReader.UnreadableException("no number of a series: " + series);
        }
        return (int) series;
    }

    /**
     * Reads a tick's columns; its names must have been read.
     *
     * @param bytes kept until the next tick is read
     * @throws ByteReader.UnreadableException where the bytes are something else
     */
    public TickColumns columns(long position, long tickMillis, byte[] bytes, int from, int to) {
        columns.reset();
        columns.position = position;
        columns.tickMillis = tickMillis;
        columns.distributions.bytes = bytes;
        ByteReader in = new ByteReader(bytes, from, to);
        names.begin(in.readVarint());
        // Late samples come first: the totals of this tick have them in.
        ByteReader counters = section(bytes, in);
        ByteReader gauges = section(bytes, in);
        ByteReader distributions = section(bytes, in);
        ByteReader sets = section(bytes, in);
        late(section(bytes, in));
        counters(counters);
        gauges(gauges);
        distributions(distributions);
        sets(sets);
        recorded(section(bytes, in));
        return columns;
    }

    private static ByteReader section(byte[] bytes, ByteReader in) {
        int length = in.readCount();
        int from = in.skip(length);
        return new ByteReader(bytes, from, from + length);
    }

    private boolean isKnown(int series) {
        boolean known = names.labels(series) != null;
        rowsPassedOver += known ? 0 : 1;
        return known;
    }

    private void counters(ByteReader in) {
        int series = 0;
        while (in.hasMore()) {
            series = seriesAfter(series, in);
            double delta = in.readNumber();
            if (isKnown(series)) {
                columns.counters.add(series, delta, names.addTotal(series, delta));
            }
        }
    }

    private void gauges(ByteReader in) {
        int series = 0;
        while (in.hasMore()) {
            series = seriesAfter(series, in);
            double value = in.readNumber();
            if (isKnown(series)) {
                columns.gauges.add(series, value);
            }
        }
    }

    private void distributions(ByteReader in) {
        int series = 0;
        byte[] bytes = columns.distributions.bytes;
        while (in.hasMore()) {
            series = seriesAfter(series, in);
            int length = in.readCount();
            int from = in.skip(length);
            if (isKnown(series)) {
                int to = from + length;
                boolean counted = totals && length > 0;
                double count = !counted ? 0 : dev.tocsin.core.PackedBuckets.count(bytes, from, to);
                double sum = !counted ? 0 : dev.tocsin.core.PackedBuckets.sum(bytes, from, to);
                columns.distributions.add(
                        series, from, to, count, sum, names.addTotal(series, count), names.addSum(series, sum));
            }
        }
    }

    private void sets(ByteReader in) {
        int series = 0;
        while (in.hasMore()) {
            series = seriesAfter(series, in);
            double distinct = in.readNumber();
            int members = in.readCount();
            boolean known = isKnown(series);
            for (int i = 0; i < members; i++) {
                long hash = in.readLong();
                if (known) {
                    columns.sets.addMember(hash);
                }
            }
            if (known) {
                columns.sets.add(series, distinct);
            }
        }
    }

    private void late(ByteReader in) {
        int series = 0;
        while (in.hasMore()) {
            series = seriesAfter(series, in);
            long time = columns.tickMillis - in.readSigned();
            double value = in.readNumber();
            double times = in.readNumber();
            if (isKnown(series)) {
                columns.late.add(series, time, value, times);
                if (toldAt[series] != columns.position) {
                    boolean counter = names.kind(series) == Kind.COUNTER;
                    names.addTotal(series, counter ? value : times);
                    names.addSum(series, value * times);
                }
            }
        }
    }

    private void recorded(ByteReader in) {
        int series = 0;
        while (in.hasMore()) {
            series = seriesAfter(series, in);
            long time = columns.tickMillis - in.readSigned();
            int digits = in.readByte();
            Distribution histogram = digits == 0 ? null : histogram(digits, in);
            double value = digits == 0 ? in.readNumber() : Double.NaN;
            if (isKnown(series)) {
                columns.recorded.add(series, time, value, histogram);
            }
        }
    }

    private static @Nullable Distribution histogram(int digits, ByteReader in) {
        if (digits < 1 || digits > 4) {
            throw new ByteReader.UnreadableException("no such precision: " + digits);
        }
        double sum = in.readNumber();
        double min = in.readNumber();
        double max = in.readNumber();
        int[] indexes = new int[in.readCount()];
        double[] counts = new double[indexes.length];
        long index = 0;
        for (int i = 0; i < indexes.length; i++) {
            index += in.readIndex(Integer.MAX_VALUE);
            indexes[i] = (int) Math.min(index, Integer.MAX_VALUE);
            counts[i] = in.readNumber();
        }
        return Distribution.of(BucketLayout.ofDigits(digits), indexes, counts, sum, min, max);
    }
}
